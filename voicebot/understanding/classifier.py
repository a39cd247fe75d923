"""The statistical reader of intents: ridge regression over hashed word and letter n-grams, fitted at load.

Its leave-one-out predictions come in closed form, so that the temperature is calibrated, and quality measured, on lines
that the model has not seen.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from voicebot.domain.meaning import Intent
from voicebot.understanding.errors import LanguageDataInvalid

Floats = NDArray[np.float32]

DIMENSIONS: Final = 4096
RIDGE: Final = 0.6
TEMPERATURE: Final = 15.0
"""How sharply scores become probabilities, as `leave_one_out` finds it; a test keeps the two together."""
_BLOCK: Final = 128
_NAMES: Final = frozenset(intent.value for intent in Intent)
_TEMPERATURES: Final = (2.0, 3.0, 4.0, 5.0, 6.0, 8.0, 10.0, 12.0, 15.0, 20.0, 25.0)


@dataclass(frozen=True, slots=True)
class Example:
    intent: Intent
    text: str
    """Levelled by the lexicon."""


@dataclass(frozen=True, slots=True)
class Classifier:
    """Weights (dimensions x intents) and how sharply scores become probabilities."""

    intents: tuple[Intent, ...]
    weights: Floats = field(repr=False)
    idf: Floats = field(repr=False)
    temperature: float

    def probabilities(self, line: str) -> dict[Intent, float]:
        """Give a probability for each known intent of a levelled line, best first."""
        row = _weighted(_row(line), self.idf)
        chances = softmax((row @ self.weights) * self.temperature)
        order = np.argsort(-chances, kind="stable")
        return {self.intents[index]: float(chances[index]) for index in order}


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Scores (examples x intents) that a model fitted on all other examples gives each one."""

    intents: tuple[Intent, ...]
    scores: Floats
    labels: NDArray[np.intp]
    temperature: float
    """Under which the left-out examples are likeliest."""


@dataclass(frozen=True, slots=True)
class _Problem:
    intents: tuple[Intent, ...]
    labels: NDArray[np.intp]
    idf: Floats
    rows: Floats
    system: Floats
    targets: Floats


def fit(examples: Sequence[Example]) -> Classifier:
    """Fit on levelled examples; about a fifth of a second for fifteen hundred."""
    problem = _pose(examples)
    dual = _solve(problem.system, problem.targets)
    return Classifier(problem.intents, (problem.rows.T @ dual).astype(np.float32), problem.idf, TEMPERATURE)


def _solve(system: Floats, targets: Floats) -> Floats:
    """Solve for a positive definite system by Cholesky, in blocks: a third of the time of a general solver."""
    lower = np.linalg.cholesky(system)
    spans = [slice(at, min(at + _BLOCK, len(lower))) for at in range(0, len(lower), _BLOCK)]
    found = targets.copy()
    for span in spans:
        found[span] = np.linalg.solve(lower[span, span], found[span])
        found[span.stop :] -= lower[span.stop :, span] @ found[span]
    for span in reversed(spans):
        found[span] = np.linalg.solve(lower[span, span].T, found[span])
        found[: span.start] -= lower[span, : span.start].T @ found[span]
    return found


def leave_one_out(examples: Sequence[Example]) -> LeftOut:
    """Score each example by the model of all the others, in closed form, without refitting."""
    problem = _pose(examples)
    inverse = np.linalg.inv(problem.system)
    scores = (problem.targets - (inverse @ problem.targets) / np.diag(inverse)[:, None]).astype(np.float32)
    return LeftOut(problem.intents, scores, problem.labels, _calibrate(scores, problem.labels))


def _pose(examples: Sequence[Example]) -> _Problem:
    intents = tuple(sorted({example.intent for example in examples}))
    column = {intent: index for index, intent in enumerate(intents)}
    labels = np.array([column[example.intent] for example in examples], dtype=np.intp)
    counts = _counts([example.text for example in examples])
    idf = (np.log((1 + len(examples)) / (1 + np.count_nonzero(counts, axis=0))) + 1).astype(np.float32)
    rows = np.sqrt(counts, out=counts)
    rows *= idf
    rows /= np.maximum(np.sqrt(np.einsum("ij,ij->i", rows, rows)), np.float32(1e-9))[:, None]
    targets = np.zeros((len(examples), len(intents)), dtype=np.float32)
    targets[np.arange(len(examples)), labels] = 1.0
    # Rare intents count as much as frequent ones: each example weighs by the root of its class's share.
    share = np.bincount(labels, minlength=len(intents)).astype(np.float32)
    weight = np.sqrt(share.mean() / share[labels]).astype(np.float32)
    # Single precision suffices: the ridge keeps the system's condition below a few thousand.
    system = (rows @ rows.T + np.diag(np.float32(RIDGE) / weight)).astype(np.float32)
    return _Problem(intents, labels, idf, rows, system, targets)


def read_examples(paths: Iterable[Path]) -> list[tuple[Intent, str]]:
    """Read `intent<TAB>text` files; lines that begin with `#` are notes.

    Raises:
        LanguageDataInvalid: a file cannot be read, a line has no tab, or its intent is unknown.
    """
    examples: list[tuple[Intent, str]] = []
    for path in paths:
        try:
            lines = path.read_text(encoding="utf-8").splitlines()
        except (OSError, UnicodeDecodeError) as error:
            raise LanguageDataInvalid(f"{path}: cannot be read as UTF-8: {error}") from error
        for number, line in enumerate(lines, start=1):
            if not line.strip() or line.startswith("#"):
                continue
            name, tab, text = line.partition("\t")
            if not tab or name not in _NAMES:
                raise LanguageDataInvalid(f"{path}:{number}: expected a known intent, a tab and an utterance")
            examples.append((Intent(name), text.strip()))
    return examples


def _calibrate(left_out: Floats, labels: NDArray[np.intp]) -> float:
    """Choose the temperature under which left-out examples are likeliest."""

    def loss(temperature: float) -> float:
        chances = softmax(left_out * np.float32(temperature))
        return float(-np.log(np.maximum(chances[np.arange(len(labels)), labels], 1e-9)).mean())

    return min(_TEMPERATURES, key=loss)


def softmax(scores: Floats) -> Floats:
    powers = np.exp(scores - scores.max(axis=-1, keepdims=True))
    result: Floats = (powers / powers.sum(axis=-1, keepdims=True)).astype(np.float32)
    return result


def _weighted(row: Floats, idf: Floats) -> Floats:
    scaled = np.sqrt(row) * idf
    norm = float(np.linalg.norm(scaled))
    result: Floats = (scaled / np.float32(norm or 1.0)).astype(np.float32)
    return result


def _row(line: str) -> Floats:
    row: Floats = _counts([line])[0]
    return row


def _counts(lines: Sequence[str]) -> Floats:
    """Count each line's features (lines x dimensions), all lines in one pass."""
    slots = [
        number * DIMENSIONS + zlib.crc32(feature.encode()) % DIMENSIONS
        for number, line in enumerate(lines)
        for feature in _features(line)
    ]
    flat = np.bincount(np.array(slots, dtype=np.intp), minlength=len(lines) * DIMENSIONS)
    return flat.astype(np.float32).reshape(len(lines), DIMENSIONS)


def _features(line: str) -> list[str]:
    """Words, neighbours, words two apart, letters inside words, and how the line begins and how long it is."""
    words = ["#" if word.isdigit() else word for word in line.split()][:60]
    features = [f"w:{word}" for word in words]
    features += [f"b:{one} {two}" for one, two in pairwise(words)]
    features += [f"s:{one} {two}" for one, two in zip(words, words[2:], strict=False)]
    for word in words:
        padded = f"_{word}_"
        for size in (3, 4, 5):
            features += [padded[at : at + size] for at in range(max(0, len(padded) - size + 1))]
    if words:
        features += [f"first:{words[0]}", f"last:{words[-1]}", f"long:{min(len(words), 6)}"]
    return features
