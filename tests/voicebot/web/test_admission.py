"""The caller beyond the rated number is told so kindly, and those on the line notice nothing of it."""

from __future__ import annotations

import asyncio
import io
import time
import wave
from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import numpy as np
import pytest

from telephony.call import CallStatus
from telephony.codecs import RATE_HZ
from telephony.providers.simulator.calls import ANSWERED, CarriedCall, PickUp
from telephony.providers.simulator.carrier import Carrier, CarrierSetup
from telephony.providers.simulator.phone import Phone
from telephony.providers.simulator.twiml import ConnectStream, HangUpCall, Play, Verb, read_twiml
from telephony.providers.simulator.webhooks import Routes
from telephony.providers.simulator.wire import new_sid
from tests.voicebot.web.stage import (
    ACCOUNT,
    ANA_PHONE,
    AUTH_TOKEN,
    PUBLIC,
    VOICE,
    WITHIN_S,
    Operate,
    Operation,
    samples,
    settings_for,
)
from voicebot.bootstrap.busy_line import busy_words, make_busy_line
from voicebot.domain.compliance.vocabulary import DEBT_WORDS
from voicebot.settings import SettingsError, load_settings
from voicebot.testing.engines import NoiseVoice
from voicebot.web.admission import PROMISED_S, Admission
from voicebot.web.busy_line import BusyLine
from voicebot.web.gateway import Gateway

STORM = 12
A_REFUSAL_S = 0.2
"""A tenth of what hearing and answering one turn may take."""


class Clock:
    """A clock that is set."""

    def __init__(self) -> None:
        self.at = 0.0

    def __call__(self) -> float:
        return self.at


@pytest.fixture
async def small(operate: Operate) -> AsyncIterator[Operation]:
    """A gateway rated for two calls, with its busy line spoken."""
    async with operate(max_calls=2) as operation:
        assert operation.app is not None
        gateway: Gateway = operation.app.state.gateway
        assert gateway.busy_line is not None
        await make_busy_line(settings_for(operation.data_dir), NoiseVoice(), gateway.busy_line)
        yield operation


async def calls_in(operation: Operation, sid: str, number: str = ANA_PHONE) -> list[Verb]:
    answer = await operation.post(VOICE, {"CallSid": sid, "From": number, "To": "+551130000000"})
    return read_twiml(answer.text)


def test_a_promise_counts_as_a_call_until_it_is_kept_or_too_old() -> None:
    clock, live = Clock(), dict[str, None]()
    lines = Admission(2, live, clock)
    assert [lines.takes(call) for call in ("a", "b", "a", "c")] == [True, True, True, False], "a asks for its own line"
    live["a"] = None
    lines.settled("a")
    assert not lines.takes("c"), "one in progress, one promised"
    clock.at = PROMISED_S
    assert lines.takes("c"), "nobody came for b's line"
    assert lines.is_full
    del live["a"]
    assert not lines.is_full


def test_no_line_rated_takes_nobody() -> None:
    assert not Admission(0, {}).takes("a")


async def test_a_burst_of_callers_gets_no_more_lines_than_there_are(small: Operation) -> None:
    numbers = [debtor.phone for debtor in samples().debtors.values()]
    answers = await asyncio.gather(*(calls_in(small, new_sid("CA"), number) for number in numbers))
    firsts = [type(verbs[0]) for verbs in answers]
    assert firsts.count(Play) == len(numbers) - 2
    assert len(await small.open_calls()) == firsts.count(ConnectStream) > 0, "who was turned away is not on record"


async def test_an_unknown_caller_keeps_no_line(small: Operation) -> None:
    for _ in range(3):
        await calls_in(small, new_sid("CA"), "+5511911112222")
    assert isinstance((await calls_in(small, new_sid("CA")))[0], ConnectStream)


async def test_the_caller_beyond_hears_words_and_not_a_tone(small: Operation) -> None:
    for debtor in list(samples().debtors.values())[:2]:
        await calls_in(small, new_sid("CA"), debtor.phone)
    play, then = await calls_in(small, new_sid("CA"))
    assert isinstance(play, Play)
    assert isinstance(then, HangUpCall)
    assert play.url.startswith(PUBLIC)
    async with httpx.AsyncClient(trust_env=False) as client:
        answer = await client.get(small.url + urlsplit(play.url).path)
        assert answer.headers["content-type"] == "audio/wav"
        assert (await client.get(small.url + "/telephony/busy/other.wav")).status_code == 404
    with wave.open(io.BytesIO(answer.content)) as file:
        assert (file.getnchannels(), file.getsampwidth(), file.getframerate()) == (1, 2, RATE_HZ)
        pcm = np.frombuffer(file.readframes(file.getnframes()), np.int16)
    assert np.abs(pcm).max() > 1000


class Caller:
    """Somebody who says nothing."""

    def pick_up(self, call: CarriedCall) -> PickUp:
        return ANSWERED

    async def talk(self, phone: Phone) -> None:
        """Hang up at once."""


async def test_the_carrier_plays_the_words_and_ends_the_call(small: Operation) -> None:
    for debtor in list(samples().debtors.values())[:2]:
        await calls_in(small, new_sid("CA"), debtor.phone)
    routes = Routes({urlsplit(PUBLIC).netloc: urlsplit(small.url).netloc})
    setup = CarrierSetup(ACCOUNT, AUTH_TOKEN, routes=routes, inbound_voice_url=PUBLIC + VOICE)
    carrier = Carrier(setup, Caller())
    async with carrier.serving():
        call = carrier.place_inbound(list(samples().debtors.values())[2].phone, "+551130000000")
        async with asyncio.timeout(WITHIN_S):
            await call.ended.wait()
    assert call.failure is None
    assert call.status is CallStatus.COMPLETED
    assert [words.size > RATE_HZ / 2 for words in call.announced] == [True], "over half a second of words, once"
    assert call.phone is None, "no media stream was opened"


async def test_calls_in_progress_keep_their_times_while_others_are_turned_away(small: Operation) -> None:
    second = list(samples().debtors)[1]
    async with small.call() as (call_id, phone), small.call(second) as (_, other):
        await small.until(lambda lines: bool(lines), call_id)
        before = len(await small.open_calls())
        spent = time.process_time()
        for _ in range(STORM):
            assert isinstance((await calls_in(small, new_sid("CA")))[0], Play)
        # Processor time, as the wait would be that of this machine's other work; both ends and two calls are in it.
        assert (time.process_time() - spent) / STORM < A_REFUSAL_S
        assert len(await small.open_calls()) == before
        await small.until(lambda lines: bool(lines) and all(each.heard for each in lines), call_id)
        assert not phone.is_over
        assert not other.is_over


async def test_without_a_voice_the_busy_tone_stays(tmp_path: Path) -> None:
    line = BusyLine(PUBLIC)
    await make_busy_line(settings_for(tmp_path), NoiseVoice(failing=["ocupad"]), line)
    assert line.url(called_us=True) is None


def test_the_words_tell_nothing() -> None:
    for kind, text in busy_words(load_settings().prompts_dir).items():
        assert not DEBT_WORDS.search(text), kind


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(None, id="no file"),
        pytest.param("inbound: Oi.", id="a kind is missing"),
        pytest.param("- Oi.", id="a list"),
        pytest.param("inbound: ''\noutbound: Oi.", id="no words"),
        pytest.param("inbound: [", id="not YAML"),
    ],
)
def test_a_file_of_words_that_cannot_be_used_is_named(tmp_path: Path, content: str | None) -> None:
    if content is not None:
        (tmp_path / "busy.yaml").write_text(content, encoding="utf-8")
    with pytest.raises(SettingsError, match=r"busy\.yaml"):
        busy_words(tmp_path)
