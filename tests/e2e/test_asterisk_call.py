"""One whole call by a real Asterisk to a real softphone: real speech both ways, and the hand-over to a human."""

from __future__ import annotations

import asyncio
import re
import uuid
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
import pytest_asyncio

from evaluation.simulation.persona import fold
from telephony.codecs import RATE_HZ, Int16
from telephony.provider import Dialler
from telephony.providers.simulator.serving import serving
from telephony.resampling import to_telephone
from tests.ports import free_port
from tests.telephony.providers.asterisk.pbx import (
    CALLEE,
    CALLER_ID,
    DESK,
    PASSWORD,
    POLL_S,
    SECRET,
    Pbx,
    Softphone,
    needs_asterisk,
    pbx,
    seconds_of,
    silence,
    softphone,
    tone,
    until,
)
from tests.voicebot.web.stage import ANA, MORNING, eventually, settings_for, store_on
from tests.voicebot.web.test_asterisk_doors import real_portfolio
from voicebot.application.call_record import RecordedLine
from voicebot.application.place_call import PlaceCall
from voicebot.bootstrap import gateway, speech
from voicebot.bootstrap.dialling import dialler
from voicebot.bootstrap.store import Store
from voicebot.clock import ShiftedClock
from voicebot.domain.compliance.rules import Refused
from voicebot.persistence.database import Database
from voicebot.pipeline.ports import Phrases
from voicebot.pipeline.run_call import Engines
from voicebot.speech.ports import STT_RATE
from voicebot.speech.resample import resample

pytestmark = [
    pytest.mark.asterisk,
    pytest.mark.e2e,
    pytest.mark.models,
    pytest.mark.postgres,
    needs_asterisk,
    pytest.mark.timeout(500),
]
HUMAN_HZ = 600.0
YES, WANTS_HUMAN = "Sim, sou eu.", "Eu quero falar com um atendente."
SUMMARY_HEARD_S = 2.0
LINE_WITHIN_S = 120.0
"""Ample for a machine that does much else: recognition and speech are real here."""
HEARD_RIGHT = 0.6
"""Share of the greeting's words that Whisper base must find in what came out of the softphone."""


async def spoken(phrases: Phrases, text: str) -> Int16:
    """Give a line of the caller's as a telephone has it, with a breath before it."""
    line = to_telephone(phrases.sample_rate)
    pieces = [line.feed(pcm) async for pcm in phrases.stream(text)]
    return np.concatenate([silence(0.3), *pieces, silence(120)])


async def lines_that(store: Store, call_id: str, hold: Callable[[list[RecordedLine]], bool]) -> list[RecordedLine]:
    """Wait until the record's lines bear it out; a line takes as long as it takes to say."""
    async with asyncio.timeout(LINE_WITHIN_S):
        while not hold(lines := await store.calls.lines_since(call_id, 0)):  # noqa: ASYNC110 - the gateway writes them
            await asyncio.sleep(POLL_S)
    return lines


def all_heard(lines: list[RecordedLine]) -> bool:
    said = [each for each in lines if each.line.speaker == "agent"]
    return len(said) >= 2 and all(each.heard is not None for each in said)


def asks_for_identity(lines: list[RecordedLine]) -> bool:
    return any("AskIdentityFactor" in each.line.acts for each in lines)


def said_s(pcm: Int16) -> float:
    """Seconds of speech in what a softphone heard, in steps of 20 ms."""
    step = RATE_HZ // 50
    pieces = pcm[: len(pcm) // step * step].reshape(-1, step).astype(np.float64)
    return float(np.count_nonzero((pieces**2).mean(axis=1) > 200.0**2) * 0.02)


def words(text: str) -> set[str]:
    return set(re.findall(r"[a-z]{3,}", fold(text)))


@dataclass(slots=True)
class Line:
    """The bot behind a real Asterisk, a debtor's softphone and the creditor's desk."""

    store: Store
    engines: Engines
    provider: Dialler
    clock: ShiftedClock
    asterisk: Pbx
    phone: Softphone
    desk: Softphone
    answers: dict[str, Int16]
    """The debtor's lines as audio, made beforehand: a call does not wait for the synthesis."""

    async def dial(self, ref: str) -> str:
        """Place a call as the dialler does; gives its id."""
        place = PlaceCall(
            cases=self.store.portfolio,
            calls=self.store.calls,
            records=self.store.records,
            dialler=self.provider,
            clock=self.clock,
            owner="test",
        )
        placed = await place(ref, str(uuid.uuid4()))
        assert not isinstance(placed, Refused)
        return placed.call_id

    async def say(self, text: str) -> None:
        await self.phone.say(self.answers[text])

    async def person_takes_it(self) -> float:
        """Have the desk hear who waits, then press key 1; gives how long the summary was, seconds."""
        await until(
            lambda: said_s(self.desk.heard()) > SUMMARY_HEARD_S, "the desk hears who waits", within_s=LINE_WITHIN_S
        )
        assert seconds_of(self.phone.heard(), HUMAN_HZ) == 0, "the caller is not put through before somebody takes them"
        assert any(name.startswith("WebSocket/") for name in await self.asterisk.channels()), "the bot is there still"
        heard_s = said_s(self.desk.heard())
        await self.desk.press("1")
        return heard_s

    async def human_is_heard(self) -> None:
        await until(
            lambda: seconds_of(self.phone.heard(), HUMAN_HZ) > 1,
            "the caller hears the human",
            within_s=LINE_WITHIN_S,
        )

    async def disposition(self, call_id: str) -> str:
        async def outcome() -> str | None:
            return (await self.store.calls.outcome(call_id)).disposition

        return await eventually(outcome)

    def intelligible(self, lines: list[RecordedLine]) -> float:
        """Give the share of the words that Whisper finds in the first 25 s of what came out of the softphone."""
        wanted = words(" ".join(each.line.text for each in lines))
        audio = resample(self.phone.heard()[: 25 * RATE_HZ].astype(np.float32) / 32768.0, RATE_HZ, STT_RATE)
        return len(wanted & words(self.engines.stt.transcribe(audio).text)) / len(wanted)


@pytest_asyncio.fixture
async def engines(tmp_path: Path) -> AsyncIterator[Engines]:
    loaded, tts = await asyncio.to_thread(speech.load, settings_for(tmp_path / "data"))
    yield loaded
    loaded.close()
    tts.close()


@pytest_asyncio.fixture
async def line(database: Database, database_url: str, tmp_path: Path, engines: Engines) -> AsyncIterator[Line]:
    clock, port = ShiftedClock(MORNING), free_port()
    settings = settings_for(
        tmp_path / "data",
        provider="asterisk",
        asterisk_secret=SECRET,
        asterisk_password=PASSWORD,
        asterisk_url=f"http://127.0.0.1:{port}",
        caller_id=CALLER_ID,
        twilio_account_sid=None,
        twilio_auth_token=None,
    )
    answers = {text: await spoken(engines.phrases, text) for text in (YES, WANTS_HUMAN)}
    async with store_on(database, database_url, clock, tmp_path / "data") as store:
        await store.portfolio.save(real_portfolio())
        async with (
            serving(gateway.build(settings, store, engines, clock)) as url,
            softphone(tmp_path / "phone", CALLEE, silence(300)) as phone,
            softphone(tmp_path / "desk", DESK, tone(60, HUMAN_HZ)) as desk,
            pbx(tmp_path / "pbx", gateway=url, trunk=phone.port, desk=desk.port, HTTP_PORT=str(port)) as asterisk,
        ):
            provider = dialler(settings)
            yield Line(store, engines, provider, clock, asterisk, phone, desk, answers)
            await provider.aclose()


async def test_a_call_by_asterisk_from_the_greeting_to_the_human(line: Line) -> None:
    call_id = await line.dial(ANA)
    greeting = await lines_that(line.store, call_id, all_heard)
    await line.say(YES)
    await lines_that(line.store, call_id, lambda lines: asks_for_identity(lines) and all_heard(lines))
    await line.say(WANTS_HUMAN)
    assert await line.person_takes_it() < 15
    await line.human_is_heard()
    assert not any(name.startswith("WebSocket/") for name in await line.asterisk.channels()), "the bot has left"
    await line.phone.hang_up()
    await line.asterisk.empty()
    assert await line.disposition(call_id) == "handed_over"
    said = [each.line.text for each in await line.store.calls.lines_since(call_id, 0)]
    assert any("atendente" in fold(text) for text in said)
    assert not any("ninguem da equipe" in fold(text) for text in said)
    assert line.intelligible(greeting) >= HEARD_RIGHT
