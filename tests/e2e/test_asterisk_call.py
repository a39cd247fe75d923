"""One whole call by a real Asterisk to a real softphone: real speech both ways, and the hand-over to a human."""

from __future__ import annotations

import asyncio
import re
import uuid
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from evaluation.simulation.persona import fold
from telephony.codecs import RATE_HZ, Int16
from telephony.providers.simulator.serving import serving
from telephony.resampling import to_telephone
from tests.telephony.providers.asterisk.pbx import (
    CALLEE,
    CALLER_ID,
    DESK,
    PASSWORD,
    POLL_S,
    SECRET,
    free_port,
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


def words(text: str) -> set[str]:
    return set(re.findall(r"[a-z]{3,}", fold(text)))


async def test_a_call_by_asterisk_from_the_greeting_to_the_human(
    database: Database, database_url: str, tmp_path: Path
) -> None:
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
    engines, tts = await asyncio.to_thread(speech.load, settings)
    try:
        says_yes = await spoken(engines.phrases, "Sim, sou eu.")
        wants_human = await spoken(engines.phrases, "Eu quero falar com um atendente.")
        async with store_on(database, database_url, clock, tmp_path / "data") as store:
            await store.portfolio.save(real_portfolio())
            app = gateway.build(settings, store, engines, clock)
            async with (
                serving(app) as url,
                softphone(tmp_path / "phone", CALLEE, silence(300)) as phone,
                softphone(tmp_path / "desk", DESK, tone(60, HUMAN_HZ)) as desk,
                pbx(tmp_path / "pbx", gateway=url, trunk=phone.port, desk=desk.port, HTTP_PORT=str(port)) as asterisk,
            ):
                provider = dialler(settings)
                place = PlaceCall(
                    cases=store.portfolio,
                    calls=store.calls,
                    records=store.records,
                    dialler=provider,
                    clock=clock,
                    owner="test",
                )
                placed = await place(ANA, str(uuid.uuid4()))
                assert not isinstance(placed, Refused)
                greeting = await lines_that(store, placed.call_id, all_heard)
                await phone.say(says_yes)
                await lines_that(
                    store,
                    placed.call_id,
                    lambda lines: any("AskIdentityFactor" in each.line.acts for each in lines) and all_heard(lines),
                )
                await phone.say(wants_human)
                await until(
                    lambda: seconds_of(phone.heard(), HUMAN_HZ) > 1,
                    "the caller hears the human",
                    within_s=LINE_WITHIN_S,
                )
                assert not any(name.startswith("WebSocket/") for name in await asterisk.channels())
                await phone.hang_up()
                await asterisk.empty()
                await provider.aclose()

            async def outcome() -> str | None:
                return (await store.calls.outcome(placed.call_id)).disposition

            assert await eventually(outcome) == "handed_over"
            caller = [each.line.text for each in await store.calls.lines_since(placed.call_id, 0)]
            assert any("atendente" in fold(text) for text in caller)
        wanted = words(" ".join(each.line.text for each in greeting))
        audio = resample(phone.heard()[: 25 * RATE_HZ].astype(np.float32) / 32768.0, RATE_HZ, STT_RATE)
        understood = words(engines.stt.transcribe(audio).text)
        assert len(wanted & understood) >= HEARD_RIGHT * len(wanted)
    finally:
        engines.close()
        tts.close()
