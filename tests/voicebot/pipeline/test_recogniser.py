"""The recogniser tells an engine that can use it what was asked, and passes on how surely it heard."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

import numpy as np
import pytest
from numpy.typing import NDArray

from voicebot.application.answers import Answer, Expected
from voicebot.domain.dialogue.phases import Asks
from voicebot.domain.heard import Sureness, least
from voicebot.pipeline.frames import SegmentFrame
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
