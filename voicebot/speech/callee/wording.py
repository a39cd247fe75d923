"""How a text is worded, read by weights learnt from lines of our own: a person's way of speaking or a machine's.

It knows wordings that no phrase of the table has, and it errs on what nobody ever taught it; so it is one voice beside
the table. `python -m evaluation.benchmarks.answering_training` learns it anew.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from voicebot.domain.callee import Callee

Floats = NDArray[np.float32]

SLOTS: Final = 1 << 15
STORE: Final = Path(__file__).with_name("wording.npz")
CLASSES: Final = (
    Callee.HUMAN,
    Callee.VOICEMAIL,
    Callee.INTERCEPT_INVALID,
    Callee.INTERCEPT_UNAVAILABLE,
    Callee.IVR,
    Callee.SCREENING,
)
_MOST: Final = 80
"""Words of a text that are read: the first ones."""
_RUNS: Final = (3, 4, 5)
_START: Final = "^"
_SOUNDS: Final = tuple(
    (re.compile(pattern), put)
    for pattern, put in (
        (r"^\d+$", "#"),
        (r"[sxc]h", "x"),
        (r"ph", "f"),
        (r"lh", "li"),
        (r"nh", "ni"),
        (r"h", ""),
        (r"qu|q|c(?=[^ei]|$)", "k"),
        (r"c(?=[ei])|z", "s"),
        (r"g(?=[ei])", "j"),
        (r"w", "v"),
        (r"y", "i"),
        (r"(.)\1+", r"\1"),
        (r"u(?=s?$)", "o"),
        (r"i(?=s?$)", "e"),
    )
)
"""What a recogniser takes for the same, spelt the same."""


@dataclass(frozen=True, slots=True)
class Wording:
    """The learnt weights."""

    weights: Floats = field(repr=False)
    """Slots x classes."""
    bias: Floats = field(repr=False)

    def read(self, words: Sequence[str]) -> dict[Callee, float]:
        """Give for each class how likely it says these words, folded and in order; nothing tells without words."""
        found = slots(tuple(words[:_MOST]))
        if not found:
            return dict.fromkeys(CLASSES, 0.0) | {Callee.HUMAN: 1.0}
        score = self.weights[found].sum(axis=0) / np.sqrt(np.float32(len(found))) + self.bias
        power = np.exp(score - score.max())
        return dict(zip(CLASSES, (power / power.sum()).tolist(), strict=True))


@cache
def shipped() -> Wording:
    """Read the weights, once a process."""
    with np.load(STORE, allow_pickle=False) as data:
        return Wording(data["weights"].astype(np.float32) * data["scale"].astype(np.float32), data["bias"])


def save(made: Wording, path: Path = STORE) -> None:
    """Write weights small: a byte each."""
    scale = np.maximum(np.abs(made.weights).max(axis=0, keepdims=True), 1e-6) / 127.0
    np.savez_compressed(
        path,
        weights=np.rint(made.weights / scale).astype(np.int8),
        scale=scale.astype(np.float32),
        bias=made.bias.astype(np.float32),
    )


def slots(words: tuple[str, ...]) -> list[int]:
    """Give the slots of words, each once: the words, their neighbours, and the letters inside them."""
    sounds = [_START, *map(_sound, words)] if words else []
    found = {slot for word in sounds[1:] for slot in _of_word(word)}
    found.update(_slot(f"b:{one} {other}") for one, other in pairwise(sounds))
    found.update(_slot(f"s:{one} {other}") for one, other in zip(sounds, sounds[2:], strict=False))
    return sorted(found)


@lru_cache(maxsize=16_384)
def _sound(word: str) -> str:
    for pattern, put in _SOUNDS:
        word = pattern.sub(put, word)
    return word


@lru_cache(maxsize=16_384)
def _of_word(word: str) -> tuple[int, ...]:
    padded = f"_{word}_"
    runs = {padded[at : at + size] for size in _RUNS for at in range(len(padded) - size + 1)}
    return tuple(_slot(each) for each in (f"w:{word}", *runs))


def _slot(feature: str) -> int:
    return zlib.crc32(feature.encode()) % SLOTS
