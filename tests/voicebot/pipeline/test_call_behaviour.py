"""A call with fake engines and a real voice detector, seen from the phone and from the record."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress

import numpy as np
import pytest

from telephony.errors import CallOver
from telephony.providers.simulator.phone import EndedBy, Phone
from tests.voicebot.pipeline.caller import aham, hello, wait, yes
from tests.voicebot.web.stage import Fakes, Operate, Operation
from voicebot.application.call_record import RecordedLine
from voicebot.application.ports import MarkOutcome, Speaker
from voicebot.domain.dialogue.phases import Disposition
from voicebot.pipeline.floor import Patience
from voicebot.testing.engines import NoiseVoice, ScriptedHearing

pytestmark = pytest.mark.timeout(60)

SLOWLY = 16.0
"""Milliseconds a character at which there is time to interrupt."""
INTERRUPTION = wait()[:12_000]
"""A second and a half."""
WRONG_NUMBER = "não, é engano, aqui não tem ninguém com esse nome"


def fakes(
    *heard: str | None, ms: float = 4.0, failing: tuple[str, ...] = (), patience: Patience | None = None
) -> Fakes:
    voice = NoiseVoice(ms_per_character=ms, failing=failing)
    return Fakes(ScriptedHearing(heard), voice, patience or Patience(incomplete_s=0.5))


def acts(lines: list[RecordedLine]) -> list[str]:
    return [act for each in lines for act in each.line.acts]


def of_bot(lines: list[RecordedLine]) -> list[RecordedLine]:
    return [each for each in lines if each.line.speaker is Speaker.AGENT]


def of_caller(lines: list[RecordedLine]) -> list[str]:
    return [each.line.text for each in lines if each.line.speaker is Speaker.CALLER]


def all_heard(lines: list[RecordedLine]) -> bool:
    bot = of_bot(lines)
    return bool(bot) and all(each.heard is not None for each in bot)


def said(act: str, *, heard: bool = True) -> Callable[[list[RecordedLine]], bool]:
    """A claim about the record: this act was said, and heard to its end."""

    def claim(lines: list[RecordedLine]) -> bool:
        return any(act in each.line.acts and (not heard or each.heard is MarkOutcome.PLAYED) for each in lines)

    return claim


def answered(text: str) -> Callable[[list[RecordedLine]], bool]:
    """A claim about the record: the caller said this, and the bot's answer was heard to its end."""

    def claim(lines: list[RecordedLine]) -> bool:
        return of_caller(lines)[-1:] == [text] and lines[-1].line.speaker is Speaker.AGENT and all_heard(lines)

    return claim


def kinds(phone: Phone) -> list[str]:
    return [event.kind for event in phone.tape.events]


def at(phone: Phone, kind: str, **data: object) -> list[float]:
    return [
        event.at_s
        for event in phone.tape.events
        if event.kind == kind and all(event.data.get(key) == value for key, value in data.items())
    ]


async def greeted(operation: Operation, call_id: str) -> list[RecordedLine]:
    return await operation.until(lambda lines: len(lines) >= 2 and all_heard(lines), call_id)


async def listened(phone: Phone, seconds: float) -> None:
    """Let the line run on for so long, on the phone's clock."""
    until = phone.at_s + seconds
    while phone.at_s < until and not phone.is_over:
        await phone.ticked()


# --- speaking ------------------------------------------------------------------------------------------------------


async def test_the_bot_speaks_first_and_the_record_says_what_was_heard(operate: Operate) -> None:
    given = fakes("sim, sou eu")
    async with operate(fakes=given) as operation, operation.call() as (call_id, phone):
        lines = await greeted(operation, call_id)
        greeting_ms = phone.metrics().greeting_ms
        assert greeting_ms is not None
        assert greeting_ms <= 1_000, "the budget is 300; the machine may be loaded"
        assert acts(lines) == ["Greet", "AskForPerson"]
        await phone.say(yes())
        lines = await operation.until(said("AskIdentityFactor"), call_id)
        assert {each.heard for each in of_bot(lines)} == {MarkOutcome.PLAYED}
        returned = [event.data["name"] for event in phone.tape.events if event.kind == "mark returned"]
        assert returned == [str(each.index) for each in of_bot(lines)], "one mark a line, in order"
        assert phone.errors == []
    assert given.voice.spoken == [each.line.text for each in of_bot(lines)]
    assert given.voice.kept, "the notice is the same for everybody"
    assert not any("Ana" in text or any(sign.isdigit() for sign in text) for text in given.voice.kept)


async def test_a_recogniser_and_a_voice_that_fail_do_not_stop_the_call(operate: Operate) -> None:
    given = fakes(None, "sim, sou eu", failing=("gravada",))
    async with operate(fakes=given) as operation, operation.call() as (call_id, phone):
        await greeted(operation, call_id)
        await phone.say(yes())
        lines = await operation.until(said("NotUnderstood"), call_id)
        assert of_caller(lines) == [""], "the caller is asked to say it again"
        await operation.until(all_heard, call_id)
        await phone.say(yes())
        await operation.until(said("AskIdentityFactor"), call_id)
        assert not phone.is_over


# --- turn-taking ---------------------------------------------------------------------------------------------------


async def test_the_callees_first_hello_is_no_answer(operate: Operate) -> None:
    given = fakes("alô?", ms=40.0)
    async with operate(fakes=given) as operation, operation.call() as (call_id, phone):
        await phone.say(hello())
        lines = await greeted(operation, call_id)
        await listened(phone, 0.5)
        assert given.hearing.segments, "it was heard, and passed over"
        assert of_caller(lines) == []
        assert "clear" not in kinds(phone)
        assert len(await operation.lines(call_id)) == 2


async def test_a_caller_who_speaks_over_the_bot_gets_the_floor(operate: Operate) -> None:
    given = fakes("sim, sou eu", "espera aí")
    async with operate(fakes=given) as operation, operation.call() as (call_id, phone):
        await greeted(operation, call_id)
        given.voice.ms_per_character = SLOWLY
        await phone.say(yes())
        await operation.until(said("NoticeRecording"), call_id)
        began_s = (await phone.say(INTERRUPTION)).started_at_s
        lines = await operation.until(lambda lines: "espera aí" in of_caller(lines), call_id)
        [cleared_s] = at(phone, "clear")
        assert cleared_s - began_s <= 1.5, "generous: the machine may be loaded"
        notice = next(each for each in lines if "NoticeRecording" in each.line.acts)
        lost = [each for each in of_bot(lines) if each.heard is MarkOutcome.CLEARED]
        assert lost, "what was not played is on record as not heard"
        assert min(each.index for each in lost) > notice.index
        assert all(each.heard is not None for each in of_bot(lines)[: len(lost)])


async def test_the_recording_notice_is_heard_to_its_end_whoever_speaks(operate: Operate) -> None:
    """Also by a caller who talks over the lines before it: they may not take the notice along."""
    given = fakes("sim, sou eu", "espera aí")
    async with operate(fakes=given) as operation, operation.call() as (call_id, phone):
        await greeted(operation, call_id)
        given.voice.ms_per_character = SLOWLY
        await phone.say(yes())
        await operation.until(said("NoticeRecording", heard=False), call_id)
        await phone.say(INTERRUPTION)
        lines = await operation.until(lambda lines: "espera aí" in of_caller(lines), call_id)
        notice = next(each for each in lines if "NoticeRecording" in each.line.acts)
        assert notice.heard is MarkOutcome.PLAYED
        [returned_s] = at(phone, "mark returned", name=str(notice.index))
        assert all(cleared_s >= returned_s for cleared_s in at(phone, "clear"))
        assert (await operation.store.calls.outcome(call_id)).notice_given_at is not None


async def test_who_speaks_is_not_told_twice_to_who_asks_while_it_is_being_told(operate: Operate) -> None:
    given = fakes("sim, sou eu", "quem está falando?", "cinco dois nove")
    async with operate(fakes=given) as operation, operation.call() as (call_id, phone):
        await greeted(operation, call_id)
        given.voice.ms_per_character = 3 * SLOWLY
        await phone.say(yes())
        await operation.until(said("IdentifySelf", heard=False), call_id)
        await phone.say(INTERRUPTION[:5_600])
        await operation.until(lambda lines: "quem está falando?" in of_caller(lines), call_id)
        lines = await operation.until(all_heard, call_id)
        assert acts(lines).count("IdentifySelf") == 1
        assert "clear" not in kinds(phone)
        await phone.say(INTERRUPTION[:5_600])
        lines = await operation.until(lambda lines: acts(lines).count("AskIdentityFactor") == 2, call_id)
        assert of_caller(lines)[-1] == "cinco dois nove", "and the call goes on"


async def test_a_backchannel_does_not_stop_the_bot(operate: Operate) -> None:
    given = fakes("sim, sou eu", "aham")
    async with operate(fakes=given) as operation, operation.call() as (call_id, phone):
        await greeted(operation, call_id)
        given.voice.ms_per_character = 15.0
        await phone.say(yes())
        await operation.until(said("NoticeRecording"), call_id)
        await phone.say(aham()[:2_800])  # a third of a second, as long as a quick "tá"
        lines = await operation.until(said("AskIdentityFactor"), call_id)
        assert len(given.hearing.segments) == 2, "it was heard"
        assert "clear" not in kinds(phone)
        assert of_caller(lines) == ["sim, sou eu"]


async def test_a_yes_amid_the_read_back_binds_only_once_all_of_it_was_read(operate: Operate) -> None:
    """Else who says "pode fechar" to the entry has agreed to ten instalments that nobody told them."""
    told = (
        "sim, sou eu",
        "cinco dois nove",
        "doze de março",
        "perdi o emprego",
        "cento e vinte por mês",
        "sim, aceito",
    )
    given = fakes(*told, "isso, pode fechar", "isso, pode fechar", ms=1.0)
    async with operate(fakes=given) as operation, operation.call() as (call_id, phone):
        await greeted(operation, call_id)
        for turn in told[:-1]:
            await phone.say(yes())
            await operation.until(answered(turn), call_id)
        given.voice.ms_per_character = SLOWLY
        await phone.say(yes())
        await operation.until(said("ConfirmAgreement", heard=False), call_id)
        await listened(phone, 1.0)
        await phone.say(INTERRUPTION)
        lines = await operation.until(lambda lines: of_caller(lines)[-1:] == ["isso, pode fechar"], call_id)
        assert "clear" in kinds(phone), "who speaks gets the floor"
        lines = await operation.until(said("ConfirmAgreement"), call_id)
        assert "AskTeachBack" not in acts(lines), "the rest is read first"
        [read_back] = [each.line.text for each in of_bot(lines) if "ConfirmAgreement" in each.line.acts]
        assert read_back.endswith(given.voice.spoken[-1])
        await phone.say(yes())
        await operation.until(said("AskTeachBack"), call_id)


async def test_two_prompts_and_a_kind_goodbye_to_a_silent_line(operate: Operate) -> None:
    given = fakes(patience=Patience(silence_s=0.3))
    async with operate(fakes=given) as operation, operation.call() as (call_id, phone):
        await phone.over()
        assert phone.ended_by is EndedBy.BOT
        await operation.closed(call_id)
        lines = await operation.lines(call_id)
        assert acts(lines).count("PromptSilence") == 2
        assert acts(lines)[-1] == "SayGoodbye"
        assert all(each.heard is MarkOutcome.PLAYED for each in lines)


async def test_who_goes_to_fetch_somebody_is_not_asked_after_at_once(operate: Operate) -> None:
    given = fakes("só um minutinho que eu vou chamar", "oi?", patience=Patience(silence_s=1.5, incomplete_s=0.5))
    async with operate(fakes=given) as operation, operation.call() as (call_id, phone):
        await greeted(operation, call_id)
        await phone.say(yes())
        await operation.until(said("AwaitPerson"), call_id)
        await listened(phone, 2.5)
        assert "PromptSilence" not in acts(await operation.lines(call_id)), "twenty seconds, not one and a half"
        await phone.say(yes())
        lines = await operation.until(lambda lines: acts(lines).count("AskForPerson") == 2, call_id)
        assert of_caller(lines)[-1] == "oi?"


async def test_the_line_is_dropped_only_after_the_goodbye_was_heard(operate: Operate) -> None:
    given = fakes(WRONG_NUMBER, ms=10.0)
    async with operate(fakes=given) as operation, operation.call() as (call_id, phone):
        await greeted(operation, call_id)
        await phone.say(yes())
        await phone.over()
        assert phone.ended_by is EndedBy.BOT
        assert (await operation.closed(call_id)).disposition is Disposition.WRONG_NUMBER
        lines = await operation.lines(call_id)
        assert all(each.heard is MarkOutcome.PLAYED for each in of_bot(lines))
        goodbye = lines[-1]
        assert "SayGoodbye" in goodbye.line.acts
        assert at(phone, "mark returned", name=str(goodbye.index)), "the mark came back before the end"
        played_s = np.count_nonzero(np.abs(phone.recording()[1]) > 200) / 8_000
        meant_s = sum(given.voice.noise_of(each.line.text).size for each in of_bot(lines)) / 24_000
        assert played_s == pytest.approx(meant_s, rel=0.15)


async def test_a_caller_who_talks_into_the_goodbye_does_not_keep_the_line_open(operate: Operate) -> None:
    given = fakes(WRONG_NUMBER, "tá bom", "tchau")
    async with operate(fakes=given) as operation, operation.call() as (call_id, phone):
        await greeted(operation, call_id)
        given.voice.ms_per_character = SLOWLY
        await phone.say(yes())
        await operation.until(lambda lines: "SayGoodbye" in acts(lines), call_id)
        with suppress(CallOver):
            await phone.say(INTERRUPTION)
        await phone.over()
        assert phone.ended_by is EndedBy.BOT
        assert (await operation.closed(call_id)).disposition is Disposition.WRONG_NUMBER
        lines = await operation.lines(call_id)
        assert of_bot(lines)[-1].heard is MarkOutcome.PLAYED, "the last words are not cut off"


# --- keys ----------------------------------------------------------------------------------------------------------


async def test_keys_verify_the_caller_and_their_digits_stay_out_of_the_record(operate: Operate) -> None:
    given = fakes("sim, sou eu")
    async with operate(fakes=given) as operation, operation.call() as (call_id, phone):
        await greeted(operation, call_id)
        await phone.say(yes())
        await operation.until(said("AskIdentityFactor"), call_id)
        await phone.press("529")
        await operation.until(lambda lines: acts(lines).count("AskIdentityFactor") == 2 and all_heard(lines), call_id)
        await phone.press("1203")
        lines = await operation.until(lambda lines: "ExplainDebt" in acts(lines), call_id)
    keys = [each.line.text for each in lines if each.line.speaker is Speaker.SYSTEM]
    assert keys == ["[teclado: 3 dígitos]", "[teclado: 4 dígitos]"]
    everything = " ".join(each.line.text for each in lines)
    assert "529" not in everything
    assert "1203" not in everything
