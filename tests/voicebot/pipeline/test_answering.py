"""The listener in the pipeline: frames pass, findings come out, the carrier's opinion finds its call."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

import numpy as np
import pytest
from numpy.typing import NDArray
from pipecat.frames.frames import Frame, InputAudioRawFrame, VADUserStartedSpeakingFrame, VADUserStoppedSpeakingFrame
from pipecat.tests.utils import run_test

from telephony.call import AnsweredBy
from voicebot.domain.callee import Callee
from voicebot.pipeline.answering import CalleeFrame, CalleeListener, CarrierOpinions, as_callee
from voicebot.pipeline.frames import SegmentFrame
from voicebot.speech.callee.ear import CalleeEar


@dataclass
class Said:
    text: str
    avg_logprob: float = -0.1
    elapsed_ms: float = 1.0
    weakest: float | None = None
    answer: float | None = None


class Engine:
    def __init__(self, text: str) -> None:
        self.text = text
        self.lengths: list[int] = []

    def transcribe(self, audio: NDArray[np.float32]) -> Said:
        self.lengths.append(audio.size)
        return Said(self.text)


def audio(seconds: float) -> list[Frame]:
    twenty_ms = InputAudioRawFrame(audio=bytes(640), sample_rate=16_000, num_channels=1)
    return [twenty_ms] * round(seconds * 50)


async def found(frames: list[Frame], engine: Engine, listener: CalleeListener | None = None) -> list[Callee]:
    listener = listener or CalleeListener(CalleeEar(), engine, asyncio.Semaphore(1))
    down, _ = await run_test(listener, frames_to_send=frames)
    return [frame.finding.callee for frame in down if isinstance(frame, CalleeFrame) and frame.finding is not None]


async def test_a_recordings_words_become_a_finding_and_pass_on() -> None:
    engine = Engine("")
    listener = CalleeListener(CalleeEar(), engine, asyncio.Semaphore(1))
    down, _ = await run_test(
        listener, frames_to_send=[*audio(0.2), SegmentFrame(text="Deixe seu recado após o sinal.")]
    )
    kinds = [type(frame) for frame in down]
    assert kinds.index(CalleeFrame) < kinds.index(SegmentFrame), "the call ends before the words are answered"


async def test_a_short_greeting_and_a_pause_are_a_person() -> None:
    frames = [*audio(0.3), VADUserStartedSpeakingFrame(), *audio(0.6), VADUserStoppedSpeakingFrame(), *audio(1.2)]
    assert await found(frames, Engine("")) == [Callee.HUMAN]


async def test_a_long_speech_is_heard_before_its_end() -> None:
    engine = Engine("sua chamada está sendo encaminhada para a caixa postal")
    frames = [VADUserStartedSpeakingFrame(), *audio(4.0)]
    assert await found(frames, engine) == [Callee.VOICEMAIL]
    assert engine.lengths, "heard ahead"
    assert engine.lengths[0] > 2 * 16_000


async def test_the_carriers_opinion_finds_its_call() -> None:
    listener = CalleeListener(CalleeEar(), Engine(""), asyncio.Semaphore(1))
    opinions = CarrierOpinions()
    opinions.listen("call-1", listener.carrier_says)
    await opinions("another", AnsweredBy.FAX)
    await opinions("call-1", AnsweredBy.MACHINE_START)
    assert await found(audio(0.1), Engine(""), listener) == [Callee.VOICEMAIL]
    opinions.forget("call-1")
    await opinions("call-1", AnsweredBy.FAX)


@pytest.mark.parametrize(
    ("opinion", "callee"),
    [
        (AnsweredBy.HUMAN, None),
        (AnsweredBy.UNKNOWN, None),
        (AnsweredBy.MACHINE_END_BEEP, Callee.VOICEMAIL),
        (AnsweredBy.FAX, Callee.FAX),
    ],
)
def test_only_a_machine_is_an_opinion(opinion: AnsweredBy, callee: Callee | None) -> None:
    assert as_callee(opinion) is callee
