"""The voice detector of a call shares the model with the others, and nothing else."""

from __future__ import annotations

import numpy as np
import pytest
from pipecat.audio.vad.silero import SileroVADAnalyzer
from pipecat.audio.vad.vad_analyzer import VADState

from telephony.resampling import from_telephone
from tests.voicebot.pipeline.caller import speech
from voicebot.pipeline.detector import VAD, PausingVad

RATE_HZ = 16_000
FRAME = RATE_HZ // 50


def voice(name: str) -> bytes:
    """A recorded saying, as the pipeline hears it."""
    return from_telephone(RATE_HZ).feed(speech(name)).tobytes()


def quiet(seconds: float) -> bytes:
    return np.random.default_rng(1).normal(0, 20, int(seconds * RATE_HZ)).astype(np.int16).tobytes()


def frames(audio: bytes) -> list[bytes]:
    """20 ms each, as the phone sends them: no whole number makes a window of the model."""
    return [audio[at : at + 2 * FRAME] for at in range(0, len(audio), 2 * FRAME)]


@pytest.fixture
def detector() -> PausingVad:
    found = PausingVad()
    found.set_sample_rate(RATE_HZ)
    return found


async def test_it_decides_as_pipecats_own_does(detector: PausingVad) -> None:
    own = SileroVADAnalyzer(params=VAD)
    own.set_sample_rate(RATE_HZ)
    audio = quiet(0.5) + voice("wait") + quiet(0.6) + voice("aham") + quiet(0.5)
    states = [(await detector.analyze_audio(each), await own.analyze_audio(each)) for each in frames(audio)]
    await own.cleanup()  # type: ignore[no-untyped-call]  # pipecat annotates no return
    assert [ours for ours, _ in states] == [theirs for _, theirs in states]
    assert {VADState.SPEAKING, VADState.QUIET} <= {ours for ours, _ in states}


async def test_two_calls_share_the_session_and_not_what_they_heard(detector: PausingVad) -> None:
    other = PausingVad()
    other.set_sample_rate(RATE_HZ)
    assert other._model.session is detector._model.session
    alone = PausingVad()
    alone.set_sample_rate(RATE_HZ)
    mine, theirs = frames(voice("yes")), frames(voice("wait"))
    expected = [await alone.analyze_audio(each) for each in mine]
    found = []
    for each, foreign in zip(mine, theirs, strict=False):
        await other.analyze_audio(foreign)
        found.append(await detector.analyze_audio(each))
    assert found == expected
