"""The learnt weights, and what they say of a line."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache, lru_cache
from pathlib import Path
from typing import Final
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from evaluation.scoring.errors import ScorecardInvalid
from evaluation.scoring.likeness.features import slots

Floats = NDArray[np.float32]
SIDES: Final = ("agent", "caller")
_STORE: Final = Path(__file__).parent
_SENTENCE: Final = ".?!;"
_LONG: Final = 16
"""Words: a longer sentence is looked at in pieces."""
_STEP: Final = 7
_SHORT: Final = 4
"""Words: a shorter sentence is also read with the next one."""
_MOST: Final = np.float32(30.0)


@dataclass(frozen=True, slots=True)
class Model:
    labels: tuple[str, ...]
    weights: Floats = field(repr=False)
    """Slots x labels."""
    bias: Floats = field(repr=False)

    def read(self, words: tuple[str, ...]) -> Floats:
        """Give the chance of each label for one stretch of words."""
        found = slots(words)
        if not found:
            return np.zeros(len(self.labels), dtype=np.float32)
        scale = np.float32(1.0 / np.sqrt(len(found)))
        score = self.weights[found].sum(axis=0) * scale + self.bias
        chances: Floats = (1.0 / (1.0 + np.exp(-np.clip(score, -_MOST, _MOST)))).astype(np.float32)
        return chances


@cache
def model(side: str) -> Model:
    """Read the weights of one side of the line, agent or caller.

    Raises:
        ScorecardInvalid: the file is missing or malformed.
    """
    path = _STORE / f"{side}.npz"
    try:
        with np.load(path, allow_pickle=False) as data:
            weights = data["weights"].astype(np.float32) * data["scale"].astype(np.float32)
            return Model(tuple(data["labels"].tolist()), weights, data["bias"].astype(np.float32))
    except (OSError, ValueError, KeyError, EOFError, BadZipFile) as error:
        raise ScorecardInvalid(f"{path}: cannot be used; run `python -m evaluation.scoring.likeness.fit`") from error


def save(side: str, made: Model) -> None:
    """Write weights small: a byte each."""
    scale = np.abs(made.weights).max(axis=0, keepdims=True) / 127.0
    np.savez_compressed(
        _STORE / f"{side}.npz",
        labels=np.array(made.labels),
        weights=np.rint(made.weights / scale).astype(np.int8),
        scale=scale.astype(np.float32),
        bias=made.bias.astype(np.float32),
    )


@lru_cache(maxsize=16384)
def likeness(side: str, folded: str) -> Mapping[str, float]:
    """Give for each label how likely some stretch of a folded turn says it, 0 to 1."""
    own = model(side)
    rows = [own.read(stretch) for stretch in stretches(folded)]
    best = np.max(rows, axis=0) if rows else np.zeros(len(own.labels))
    return dict(zip(own.labels, best.tolist(), strict=True))


def stretches(folded: str) -> Iterator[tuple[str, ...]]:
    """Cut a folded turn into sentences, long ones into overlapping pieces, short ones joined with the next."""
    sentences = [words for part in _sentences(folded) if (words := tuple(part.replace(",", " ").split()))]
    for at, words in enumerate(sentences):
        if len(words) <= _LONG:
            yield words
        else:
            yield from (words[start : start + _LONG] for start in range(0, len(words) - _LONG + _STEP, _STEP))
        if len(words) <= _SHORT and at + 1 < len(sentences):
            yield (*words, *sentences[at + 1])[:_LONG]


def _sentences(folded: str) -> list[str]:
    for mark in _SENTENCE:
        folded = folded.replace(mark, "\n")
    return folded.split("\n")
