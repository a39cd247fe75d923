"""Who picked up, in whole calls over the simulator's phone: machines are left without a word, people notice nothing."""

from __future__ import annotations

import re
from contextlib import suppress

import numpy as np
import pytest

from telephony.codecs import RATE_HZ, Int16
from telephony.errors import CallOver
from telephony.providers.simulator.phone import Phone
from tests.voicebot.pipeline.caller import hello, wait, yes
from tests.voicebot.pipeline.test_call_behaviour import acts, fakes, of_bot, of_caller
from tests.voicebot.web.stage import Operate, Operation, eventually, socket_headers
from voicebot.application.ports import MarkOutcome
from voicebot.bootstrap.gateway import CallHolder
from voicebot.domain.dialogue.phases import Disposition
from voicebot.web.twilio_routes import AMD

pytestmark = pytest.mark.timeout(60)

RECORDER = "Sua chamada está sendo encaminhada para a caixa postal. Deixe seu recado após o sinal."
ASSISTANT = "Aqui é o assistente da Ana. Por favor, diga seu nome e o motivo da ligação."
SLOWLY = 40.0
"""Milliseconds a character: the greeting lasts longer than what a recorder says."""
DEBT_WORDS = re.compile(
    r"\b(dívida|débito|fatura|cartão|parcela\w*|multa|juros|acordo|pagamento|atras\w+|aberto|cobrança|Aurora)\b"
)


def tone(hertz: float, seconds: float) -> Int16:
    at = np.arange(round(seconds * RATE_HZ)) / RATE_HZ
    return np.asarray(8_000 * np.sin(2 * np.pi * hertz * at), np.int16)


def quiet(seconds: float) -> Int16:
    return np.zeros(round(seconds * RATE_HZ), np.int16)


def busy() -> Int16:
    return np.concatenate([part for _ in range(8) for part in (tone(425, 0.25), quiet(0.25))])


async def findings(operation: Operation, call_id: str) -> list[dict[str, str]]:
    rows = await operation.rows("SELECT call_id, data FROM call_events WHERE kind = 'callee' ORDER BY id")
    return [row["data"] for row in rows if str(row["call_id"]) == call_id]


async def plays(phone: Phone, recording: Int16) -> float:
    """Play what a machine says until the bot has left; gives when it began, in seconds of the call."""
    began = phone.at_s
    with suppress(CallOver):
        await phone.say(recording)
    await phone.over()
    return began


def last_sound_s(audio: Int16) -> float:
    return float(np.flatnonzero(np.abs(audio.astype(np.int32)) > 300)[-1] / RATE_HZ)


async def test_a_recorder_hears_no_debt_and_not_even_the_end_of_the_greeting(operate: Operate) -> None:
    greeting = np.concatenate([wait(), quiet(0.3), tone(1_000, 0.5)])
    async with operate(fakes=fakes(RECORDER, ms=SLOWLY)) as operation, operation.call() as (call_id, phone):
        began = await plays(phone, greeting)
        outcome = await operation.closed(call_id)
        entry = await operation.recording(call_id, "deleted")
        lines = await operation.lines(call_id)
        found = await findings(operation, call_id)
    assert outcome.disposition is Disposition.VOICEMAIL
    assert entry["deleted_because"] == "ended before the recording notice"
    assert [each["callee"] for each in found] == ["voicemail"]
    assert not any(DEBT_WORDS.search(each.line.text) for each in of_bot(lines))
    assert any(each.heard is MarkOutcome.CLEARED for each in of_bot(lines)), "cut off while it was being said"
    assert acts(lines) == ["Greet", "AskForPerson"], "nothing was answered to the recording"
    _, bot = phone.recording()
    assert last_sound_s(bot) < began + len(greeting) / RATE_HZ + 1.0


async def test_a_beep_after_long_speech_is_a_recorder_whatever_was_understood(operate: Operate) -> None:
    """The recogniser makes nothing of it: the tone alone tells."""
    greeting = np.concatenate([wait(), quiet(0.4), tone(1_000, 0.4), quiet(1.0)])
    async with operate(fakes=fakes("", "", "")) as operation, operation.call() as (call_id, phone):
        await plays(phone, greeting)
        assert (await operation.closed(call_id)).disposition is Disposition.VOICEMAIL
        assert (await findings(operation, call_id))[-1]["evidence"] == "beep"


async def test_a_busy_tone_after_the_answer_is_no_answer(operate: Operate) -> None:
    async with operate(fakes=fakes()) as operation, operation.call() as (call_id, phone):
        await plays(phone, busy())
        assert (await operation.closed(call_id)).disposition is Disposition.NO_ANSWER
        assert (await findings(operation, call_id))[-1]["detail"] == "busy"


async def test_a_number_that_does_not_exist_is_noted_and_suppresses_nobody(operate: Operate) -> None:
    heard = fakes("O número chamado não existe, verifique o número discado.")
    async with operate(fakes=heard) as operation, operation.call() as (call_id, phone):
        await plays(phone, wait())
        assert (await operation.closed(call_id)).disposition is Disposition.FAILED
        assert (await findings(operation, call_id))[-1]["number_is_dead"] == "True"
        assert await operation.rows("SELECT 1 FROM suppressions") == []


async def test_an_assistant_that_screens_calls_hears_no_more_than_a_stranger(operate: Operate) -> None:
    async with operate(fakes=fakes(ASSISTANT)) as operation, operation.call() as (call_id, phone):
        await phone.say(wait())
        lines = await operation.until(lambda lines: bool(of_caller(lines)) and len(of_bot(lines)) > 2, call_id)
        assert (await operation.store.calls.outcome(call_id)).disposition is None, "the call goes on"
        assert [each["callee"] for each in await findings(operation, call_id)][-1] == "screening"
        assert not any(DEBT_WORDS.search(each.line.text) for each in of_bot(lines))


# --- people ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("listens", [True, False], ids=["with the ear", "without it"])
async def test_a_person_is_heard_no_oftener_and_answered_the_same(
    operate: Operate, monkeypatch: pytest.MonkeyPatch, listens: bool
) -> None:
    """What holds with the ear holds without it: the same answers, and the same work of the recogniser."""
    if not listens:
        monkeypatch.setattr(CallHolder, "_listener", lambda *_: None)
    heard = fakes("alô?", "sim, sou eu", "", "")
    async with operate(fakes=heard) as operation, operation.call() as (call_id, phone):
        await operation.until(lambda lines: len(of_bot(lines)) >= 2, call_id)
        await phone.say(np.concatenate([hello(), quiet(1.2)]))
        await phone.say(yes())
        lines = await operation.until(lambda lines: "AskIdentityFactor" in acts(lines), call_id)
        found = [each["callee"] for each in await findings(operation, call_id)]
        assert not phone.is_over
    assert acts(lines)[:2] == ["Greet", "AskForPerson"]
    assert of_caller(lines) == ["alô?", "sim, sou eu"]
    assert found == (["human"] if listens else [])
    assert len(heard.hearing.segments) == 2


# --- the carrier's opinion -------------------------------------------------------------------------------------------


async def opinion(operation: Operation, call_id: str, provider_call_id: str, says: str) -> None:
    form = {"CallSid": provider_call_id, "AnsweredBy": says}
    assert (await operation.post(f"{AMD}?call_ref={call_id}", form)).status_code == 204


async def test_the_carriers_machine_ends_a_call_on_which_nobody_has_spoken(operate: Operate) -> None:
    async with operate(fakes=fakes()) as operation:
        call_id, line = await operation.line()
        async with Phone(line).attached(operation.media_url, headers=socket_headers()) as phone:
            await operation.until(lambda lines: len(of_bot(lines)) >= 2, call_id)
            await opinion(operation, call_id, line.call_sid, "machine_start")
            await phone.over()
        assert (await operation.closed(call_id)).disposition is Disposition.VOICEMAIL
        assert (await findings(operation, call_id))[-1]["evidence"] == "carrier"


async def test_against_a_persons_own_words_the_carrier_hangs_up_on_nobody(operate: Operate) -> None:
    async with operate(fakes=fakes("alô?", "sim, sou eu")) as operation:
        call_id, line = await operation.line()
        async with Phone(line).attached(operation.media_url, headers=socket_headers()) as phone:
            await operation.until(lambda lines: len(of_bot(lines)) >= 2, call_id)
            await phone.say(hello())
            await operation.until(lambda lines: bool(of_caller(lines)), call_id)
            await opinion(operation, call_id, line.call_sid, "machine_start")

            async def told() -> bool | None:
                return "carrier" in [each["evidence"] for each in await findings(operation, call_id)] or None

            await eventually(told)
            await phone.say(yes())
            await operation.until(lambda lines: "AskIdentityFactor" in acts(lines), call_id)
            assert not phone.is_over
