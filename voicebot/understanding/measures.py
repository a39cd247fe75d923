"""How well labelled lines were read: macro-F1, must-catch recall and precision, calibration, abstention."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from voicebot.domain.meaning import MUST_CATCH, Intent, Meaning
from voicebot.understanding.corpus import Labelled
from voicebot.understanding.trust import INTENTS, number_of

_BINS: Final = 10
_RESAMPLES: Final = 400
_SEED: Final = 4
_ABSTAINS: Final = 0.5


@dataclass(frozen=True, slots=True)
class Read:
    """A labelled line and what was read in it."""

    line: Labelled
    meaning: Meaning


@dataclass(frozen=True, slots=True)
class Share:
    """Hits of a count; what they are shares of is the field's business."""

    hits: int
    count: int

    @property
    def value(self) -> float:
        return self.hits / self.count if self.count else 0.0


@dataclass(frozen=True, slots=True)
class Bounded:
    """A figure with its 95 % interval by resampling the lines, always with the same seed."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Score:
    """What a set of labelled lines shows."""

    n: int
    accuracy: Share
    """Lines whose main intent is the label."""
    macro_f1: Bounded
    """Mean F1 of the main intent over the intents that the labels name."""
    must_recall: Share
    """Of must-catch labels, main or also, those among the intents given."""
    must_precision: Share
    """Of must-catch intents given, main or also, those that the labels name."""
    ece: Bounded
    """Expected calibration error of the main intent's confidence, ten bins."""
    abstained: Share
    f1: dict[Intent, float]

    def as_json(self) -> dict[str, object]:
        return {
            "n": self.n,
            "intent_macro_f1": [
                round(each, 4) for each in (self.macro_f1.value, self.macro_f1.low, self.macro_f1.high)
            ],
            "accuracy": round(self.accuracy.value, 4),
            "must_catch_recall": [round(self.must_recall.value, 4), self.must_recall.count],
            "must_catch_precision": [round(self.must_precision.value, 4), self.must_precision.count],
            "ece": round(self.ece.value, 4),
            "abstained": round(self.abstained.value, 4),
        }


def score(read: Sequence[Read]) -> Score:
    """Compare labels with meanings."""
    labels = number_of([each.line.intent for each in read])
    given = number_of([each.meaning.intent for each in read])
    sure = np.array([each.meaning.confidence for each in read])
    due = [(each.line.intents & MUST_CATCH, frozenset(each.meaning.intents) & MUST_CATCH) for each in read]
    caught = sum(len(wanted & found) for wanted, found in due)
    named = sorted(set(labels.tolist()))
    return Score(
        n=len(read),
        accuracy=Share(int((labels == given).sum()), len(read)),
        macro_f1=_bounded(len(read), lambda rows: _macro_f1(labels[rows], given[rows])),
        must_recall=Share(caught, sum(len(wanted) for wanted, _ in due)),
        must_precision=Share(caught, sum(len(found) for _, found in due)),
        ece=_bounded(len(read), lambda rows: _ece(sure[rows], labels[rows] == given[rows])),
        abstained=Share(sum(_abstains(each.meaning) for each in read), len(read)),
        f1={INTENTS[number]: float(_f1(labels, given)[number]) for number in named},
    )


def _abstains(meaning: Meaning) -> bool:
    return meaning.intent is Intent.OTHER and meaning.confidence < _ABSTAINS


def _f1(labels: NDArray[np.intp], given: NDArray[np.intp]) -> NDArray[np.float64]:
    size = len(INTENTS)
    both = np.bincount(labels[labels == given], minlength=size)
    either = np.bincount(labels, minlength=size) + np.bincount(given, minlength=size)
    result: NDArray[np.float64] = 2 * both / np.maximum(either, 1)
    return result


def _macro_f1(labels: NDArray[np.intp], given: NDArray[np.intp]) -> float:
    named = np.unique(labels)
    return float(_f1(labels, given)[named].mean()) if len(named) else 0.0


def _ece(sure: NDArray[np.float64], right: NDArray[np.bool_]) -> float:
    bins = np.minimum((sure * _BINS).astype(int), _BINS - 1)
    gaps = [abs(right[bins == each].sum() - sure[bins == each].sum()) for each in range(_BINS)]
    return float(sum(gaps) / max(1, len(sure)))


def _bounded(count: int, figure: Callable[[NDArray[np.intp]], float]) -> Bounded:
    if not count:
        return Bounded(0.0, 0.0, 0.0)
    draw = np.random.default_rng(_SEED)
    found = [figure(draw.integers(0, count, count)) for _ in range(_RESAMPLES)]
    low, high = np.quantile(found, [0.025, 0.975])
    return Bounded(figure(np.arange(count)), float(low), float(high))
