"""A mouth and an ear without models: words become noise of their length, audio becomes a count of its samples."""

from __future__ import annotations

import numpy as np

from evaluation.corpora.ear import Heard
from evaluation.corpora.tables import Line
from telephony.codecs import Int16


class Interrupted(Exception):
    pass


class Mumbler:
    def __init__(self) -> None:
        self.said: list[tuple[str, str, float]] = []

    def say(self, text: str, *, voice: str, speed: float) -> Int16:
        self.said.append((text, voice, speed))
        samples = int(len(text) * 400 / speed)
        return np.random.default_rng(len(text)).integers(-8_000, 8_000, samples, dtype=np.int16)


class Counter:
    """Hears "<samples> <sum>", which tells one audio from another; breaks at the clip after `patience`."""

    def __init__(self, patience: int | None = None) -> None:
        self._left = patience

    def hear(self, audio: Int16) -> Heard:
        if self._left is not None:
            if self._left == 0:
                raise Interrupted
            self._left -= 1
        return Heard(f"{audio.size} {int(np.abs(audio.astype(np.int64)).sum())}", -0.3, 1)


def sentence(text: str, intent: str = "affirm", *, template: str = "t", source: str = "someone") -> Line:
    return Line((intent, "", "yes_no", template, text), source)
