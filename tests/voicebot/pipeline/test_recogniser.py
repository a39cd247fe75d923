"""The recogniser tells an engine what was asked where it can use it, hears ahead in pauses, and says how surely."""

from __future__ import annotations

import asyncio
import threading
from dataclasses import dataclass, field

import numpy as np
import pytest
from numpy.typing import NDArray
from pipecat.frames.frames import Frame, VADUserStartedSpeakingFrame, VADUserStoppedSpeakingFrame
from pipecat.processors.frame_processor import FrameDirection

from voicebot.application.answers import Answer, Expected
from voicebot.domain.dialogue.phases import Asks
from voicebot.domain.heard import Sureness, least
from voicebot.pipeline.frames import GuessFrame, SegmentFrame
from voicebot.pipeline.ports import Hearing
from voicebot.pipeline.recogniser import Recogniser
from voicebot.testing.engines import HeardText, ScriptedHearing

AUDIO = np.zeros(1600, "<i2").tobytes()
YES_NO = Expected(Asks.YES_NO, lambda _text: Answer(None))


@dataclass
class AnsweringEngine:
    """Says which way it was asked."""

    questions: list[Asks] = field(default_factory=list)

    def transcribe(self, audio: NDArray[np.float32]) -> HeardText:
        return HeardText("freely")

    def answer(self, audio: NDArray[np.float32], expected: Expected) -> HeardText:
        self.questions.append(expected.asks)
        return HeardText("answered", avg_logprob=-0.6, weakest=0.2, answer=0.7)


async def heard_by(engine: Hearing, expected: Expected | None) -> SegmentFrame:
    recogniser = Recogniser(engine, asyncio.Semaphore(1), lambda: expected)
    frames = [frame async for frame in recogniser.run_stt(AUDIO)]
    (frame,) = frames
    assert isinstance(frame, SegmentFrame)
    return frame


@pytest.mark.parametrize(
    ("expected", "text"),
    [pytest.param(YES_NO, "answered", id="a closed question"), pytest.param(None, "freely", id="no closed question")],
)
async def test_the_question_reaches_an_engine_that_can_use_it(expected: Expected | None, text: str) -> None:
    engine = AnsweringEngine()
    assert (await heard_by(engine, expected)).text == text
    assert engine.questions == ([Asks.YES_NO] if expected else [])


async def test_another_engine_is_not_told() -> None:
    assert (await heard_by(ScriptedHearing(["sim"]), YES_NO)).text == "sim"


async def test_how_surely_it_was_heard_is_passed_on_and_silence_has_no_sureness() -> None:
    assert (await heard_by(AnsweringEngine(), YES_NO)).sureness == Sureness(-0.6, 0.2, 0.7)
    assert (await heard_by(ScriptedHearing([None]), YES_NO)).sureness is None


def test_a_turn_is_as_sure_as_its_least_sure_stretch() -> None:
    assert least([Sureness(-0.2, 0.9), None, Sureness(-0.8, None, 0.4)]) == Sureness(-0.8, 0.9, 0.4)
    assert least([None]) is None


# --- hearing ahead -------------------------------------------------------------------------------------------------

SECOND = np.zeros(16_000, "<i2").tobytes()


class HeldEngine:
    """Hears how long the audio was, once the test lets it."""

    def __init__(self) -> None:
        self.going = threading.Event()
        self.lengths: list[float] = []

    def transcribe(self, audio: NDArray[np.float32]) -> HeardText:
        assert self.going.wait(10)
        self.lengths.append(round(audio.size / 16_000, 1))
        return HeardText(f"{self.lengths[-1]} s")


class Alone(Recogniser):
    """A recogniser without a pipeline: what it would push is kept."""

    sample_rate = 16_000

    def __init__(self, engine: Hearing) -> None:
        super().__init__(engine, asyncio.Semaphore(1))
        self.pushed: list[Frame] = []

    async def push_frame(self, frame: Frame, direction: FrameDirection = FrameDirection.DOWNSTREAM) -> None:
        self.pushed.append(frame)

    async def speak(self, seconds: int) -> None:
        """Somebody begins to speak, and has done so for this long."""
        await self._handle_user_started_speaking(VADUserStartedSpeakingFrame())
        self._audio_buffer += SECOND * seconds

    async def end(self) -> SegmentFrame:
        """They stop; gives the segment as the pipeline would get it."""
        await self._handle_user_stopped_speaking(VADUserStoppedSpeakingFrame())
        audio = await self._segment_queue.get()
        assert audio is not None
        (frame,) = [frame async for frame in self.run_stt(audio)]
        assert isinstance(frame, SegmentFrame)
        return frame


async def settled() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


async def test_what_was_heard_in_the_pause_is_used_when_nothing_follows() -> None:
    engine = HeldEngine()
    engine.going.set()
    ear = Alone(engine)
    await ear.speak(1)
    ear._begin()
    assert (await ear.end()).text == "1.2 s"
    assert engine.lengths == [1.2], "heard once, with the silence that is added"
    assert [frame.text for frame in ear.pushed if isinstance(frame, GuessFrame)] == ["1.2 s"]


async def test_when_the_caller_goes_on_the_whole_is_heard_anew() -> None:
    engine = HeldEngine()
    ear = Alone(engine)
    await ear.speak(1)
    ear._begin()
    await settled()
    ear._withdraw()
    ear._audio_buffer += SECOND
    engine.going.set()
    assert (await ear.end()).text == "2.2 s"
    assert not any(isinstance(frame, GuessFrame) for frame in ear.pushed)


async def test_a_withdrawn_hearing_that_has_begun_keeps_the_gate_until_the_engine_is_free() -> None:
    engine = HeldEngine()
    gate = asyncio.Semaphore(1)
    ear = Alone(engine)
    ear._gate = gate
    await ear.speak(1)
    ear._begin()
    await settled()
    ear._withdraw()
    await settled()
    assert gate.locked()
    engine.going.set()
    async with asyncio.timeout(10), gate:
        assert engine.lengths == [1.2]


async def test_stretches_of_one_turn_are_heard_in_one_piece_and_those_of_two_are_not() -> None:
    engine = HeldEngine()
    engine.going.set()
    ear = Alone(engine)
    await ear.speak(1)
    first = await ear.end()
    await ear.speak(2)
    second = await ear.end()
    assert [(each.text, each.joined) for each in (first, second)] == [("1.2 s", False), ("3.2 s", True)]
    ear._part()
    await ear.speak(1)
    third = await ear.end()
    assert (third.text, third.joined) == ("1.2 s", False)


@pytest.mark.parametrize(
    ("quiet_s", "earlier_s"),
    [pytest.param(3, 1, id="after a long silence"), pytest.param(0, 10, id="too long together")],
)
async def test_what_is_not_joined(quiet_s: int, earlier_s: int) -> None:
    engine = HeldEngine()
    engine.going.set()
    ear = Alone(engine)
    await ear.speak(earlier_s)
    await ear.end()
    ear._quiet_bytes = quiet_s * len(SECOND)
    await ear.speak(1)
    assert not (await ear.end()).joined


async def test_a_turn_that_is_taken_while_the_caller_speaks_again_leaves_the_rest_alone() -> None:
    engine = HeldEngine()
    engine.going.set()
    ear = Alone(engine)
    await ear.speak(1)
    await ear.end()
    await ear.speak(2)
    ear._part()
    found = await ear.end()
    assert (found.text, found.joined) == ("2.2 s", False)
