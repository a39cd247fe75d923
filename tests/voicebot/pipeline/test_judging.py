"""Verdicts on the newest pause only, each by the turn from its beginning."""

from __future__ import annotations

import asyncio

import numpy as np
from numpy.typing import NDArray

from voicebot.pipeline.end_of_turn import SharedSmartTurn
from voicebot.pipeline.judging import Verdict, Verdicts, WholeTurn

FRAME = np.zeros(320, "<i2").tobytes()


class Scripted(SharedSmartTurn):
    """Judges by the length of what it hears, and remembers it."""

    def __init__(self, complete_from_s: float) -> None:
        self.heard: list[float] = []
        self._from_s = complete_from_s

    def predict(self, audio: NDArray[np.float32]) -> float:
        self.heard.append(audio.size / 16_000)
        return float(self.heard[-1] >= self._from_s)


def spoken(verdicts: Verdicts, frames: int) -> None:
    for _ in range(frames):
        verdicts.append(FRAME, is_speech=True)


async def test_a_pause_that_speech_overtook_gives_no_verdict() -> None:
    verdicts = Verdicts(WholeTurn(Scripted(0.0)))
    spoken(verdicts, 50)
    verdicts.begin()
    asked = asyncio.create_task(verdicts.current())
    await asyncio.sleep(0)
    verdicts.withdraw()
    assert await asked is None


async def test_the_verdict_that_was_begun_in_the_pause_is_used() -> None:
    model = Scripted(0.0)
    verdicts = Verdicts(WholeTurn(model))
    spoken(verdicts, 50)
    verdicts.begin()
    assert await verdicts.current() == Verdict(complete=True, probability=1.0)
    assert await verdicts.current() == Verdict(complete=True, probability=1.0)
    assert len(model.heard) == 1


async def test_without_a_pause_before_it_the_judging_begins_when_asked() -> None:
    verdicts = Verdicts(WholeTurn(Scripted(60.0)))
    spoken(verdicts, 50)
    assert await verdicts.current() == Verdict(complete=False, probability=0.0)


async def test_a_complete_turn_that_goes_on_is_judged_as_a_whole_until_it_is_forgotten() -> None:
    model = Scripted(0.0)
    verdicts = Verdicts(WholeTurn(model))
    for _ in range(2):
        spoken(verdicts, 50)
        verdicts.begin()
        assert await verdicts.current() == Verdict(complete=True, probability=1.0)
    assert model.heard[1] > 1.5 > model.heard[0], "about one second, then about two"
    verdicts.forget()
    spoken(verdicts, 25)
    verdicts.begin()
    await verdicts.current()
    assert model.heard[2] < 1.0
