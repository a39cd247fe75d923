"""The training voices' sayings at 8 kHz, made once and kept; the first sayings are a fair sample of all."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Protocol

import numpy as np

from evaluation.corpora.casting import Cast
from evaluation.corpora.voices import as_said
from telephony.codecs import Int16


class Mouth(Protocol):
    def say(self, text: str, *, voice: str, speed: float) -> Int16:
        """Give the text at 8 kHz."""
        ...


@dataclass(frozen=True, slots=True)
class Saying:
    """A text with who says it and how fast."""

    text: str = field(repr=False)
    voice: str
    speed: float

    @property
    def key(self) -> str:
        return hashlib.sha256(f"{self.text}\t{self.voice}\t{self.speed}".encode()).hexdigest()[:24]


def cast_sayings(texts: Sequence[str], cast: Cast, seed: int) -> list[Saying]:
    """Give each text to a voice; the voices take turns, in a new order each round."""
    random = Random(f"casting/{seed}")
    voices: list[str] = []
    found = []
    for text in texts:
        if not voices:
            voices = sorted(cast.voices)
            random.shuffle(voices)
        found.append(Saying(text, voices.pop(), round(random.uniform(cast.slowest, cast.fastest), 2)))
    return found


def record(sayings: Sequence[Saying], mouth: Mouth, folder: Path, *, enough: Callable[[], bool] = lambda: False) -> int:
    """Say what `folder` does not hold yet, until there is `enough`; gives how many were said."""
    folder.mkdir(parents=True, exist_ok=True)
    said = 0
    for saying in sayings:
        path = folder / f"{saying.key}.npy"
        if enough():
            break
        if not path.is_file():
            speech = mouth.say(as_said(saying.text, "open"), voice=saying.voice, speed=saying.speed)
            whole = path.with_suffix(".part")
            with whole.open("wb") as file:
                np.save(file, speech)
            whole.rename(path)
            said += 1
    return said


def speech_of(saying: Saying, folder: Path) -> Int16 | None:
    """Give what was said, None if it was not yet."""
    path = folder / f"{saying.key}.npy"
    return np.asarray(np.load(path), np.int16) if path.is_file() else None


def murmurs(cast: Cast) -> list[Saying]:
    """Give what a cast murmurs in the background, its voices in turn."""
    voices = sorted(cast.voices)
    return [Saying(text, voices[place % len(voices)], 1.0) for place, text in enumerate(cast.murmurs)]
