"""How far each written sign of an intent is to be believed, over what the statistical reader says.

Learnt on lines by authors who had not seen the patterns, each with the chances of a reader that had not seen its
author: a pattern that such lines bear out gets a weight above zero, one that they do not is barely heard.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from voicebot.domain.meaning import Intent
from voicebot.understanding.encoder import Floats

INTENTS: Final = tuple(sorted(Intent))
KINDS: Final = ("must", "common", "asked", "ruled_out")
ASKED: Final = KINDS.index("asked")
_STEPS: Final = 300
_RATE: Final = 0.05
_PULL: Final = 1.0
"""How strongly one intent's weight is drawn to the mean of its kind."""
_START: Final = (1.0, 1.0, 1.0, -1.0)
LEAST: Final = (2.0, 1.5, 3.0, -4.0)
"""What each kind of sign weighs at least (a sign against: at most): who wrote it meant it, and tests hold it there."""
CRISES: Final = {Intent.SELF_HARM: 5.5, Intent.DOMESTIC_VIOLENCE: 4.5, Intent.ACUTE_DISTRESS: 3.0}
"""What a written sign of a crisis weighs at least: it decides nearly by itself, the graver one before the other."""
_ONLY_THE_WORD: Final = -8.0
"""What it weighs at most that there is only the word ("me matar de trabalhar")."""
_PLAIN: Final = 8.0
PLAIN_ANSWERS: Final = (
    Intent.AFFIRM,
    Intent.DENY,
    Intent.CANNOT_PAY,
    Intent.REJECT_OFFER,
    Intent.PROVIDE_DOCUMENT,
    Intent.PROVIDE_BIRTH_DATE,
)
"""Answers that are nothing but what was asked for: there the question decides, not the statistics."""
_EVENNESS: Final = tuple(each / 20 for each in range(8, 25))
"""By how much all evidence together is taken down, or up, so that the confidence is the share of right readings."""
_SHARPNESS_RATE: Final = 10.0
_SHARPNESS: Final = 12.0


@dataclass(frozen=True, slots=True)
class Trust:
    """What a sign adds to the log of its intent's chance."""

    must: Mapping[Intent, float]
    common: Mapping[Intent, float]
    asked: Mapping[Intent, float]
    ruled_out: Mapping[Intent, float]

    def table(self) -> Floats:
        """Give the weights as numbers (kinds x intents)."""
        return np.array([[getattr(self, kind)[intent] for intent in INTENTS] for kind in KINDS], dtype=np.float32)


def from_table(table: Floats) -> Trust:
    """Read what `Trust.table` gave."""
    must, common, asked, ruled_out = (
        {intent: float(weight) for intent, weight in zip(INTENTS, row, strict=True)} for row in table
    )
    return Trust(must, common, asked, ruled_out)


def learn(scores: Floats, shown: Floats, labels: NDArray[np.intp]) -> tuple[float, Trust]:
    """Learn the sharpness of held-out `scores` (lines x intents) and the weights of `shown` (kinds x lines x intents).

    Plain gradient ascent on the likelihood of the labels; the same numbers give the same weights.
    """
    count = len(labels)
    truth = np.zeros_like(scores)
    truth[np.arange(count), labels] = 1.0
    signs = _listed(shown)
    sharpness = _SHARPNESS
    weights = np.repeat(np.array(_START, dtype=np.float32)[:, None], len(INTENTS), axis=1)
    for _ in range(_STEPS):
        surprise = truth - softmax(scores * np.float32(sharpness) + _said(weights, signs, count))
        sharpness += _SHARPNESS_RATE * float((surprise * scores).sum()) / count
        slope = np.bincount(
            signs.kinds * len(INTENTS) + signs.intents,
            weights=surprise[signs.lines, signs.intents] * signs.strengths,
            minlength=weights.size,
        ).reshape(weights.shape)
        pull = np.float32(_PULL) * (weights - weights.mean(axis=1, keepdims=True))
        weights += np.float32(_RATE) * (slope.astype(np.float32) - pull)
    held = _at_least(weights)
    said = _said(held, signs, count)
    evenness = min(_EVENNESS, key=lambda each: _unlikeliness(each * (scores * sharpness + said), labels))
    return sharpness * evenness, from_table((held * evenness).astype(np.float32))


def _at_least(weights: Floats) -> Floats:
    floors = np.repeat(np.array(LEAST, dtype=np.float32)[:, None], len(INTENTS), axis=1)
    floors[ASKED, number_of(PLAIN_ANSWERS)] = _PLAIN
    floors[KINDS.index("must"), number_of(list(CRISES))] = list(CRISES.values())
    floors[KINDS.index("ruled_out"), number_of(list(CRISES))] = _ONLY_THE_WORD
    held: Floats = np.where(floors > 0, np.maximum(weights, floors), np.minimum(weights, floors)).astype(np.float32)
    return held


def _unlikeliness(logs: Floats, labels: NDArray[np.intp]) -> float:
    chances = softmax(logs)[np.arange(len(labels)), labels]
    return float(-np.log(np.maximum(chances, 1e-9)).mean())


@dataclass(frozen=True, slots=True)
class _Signs:
    """The signs that show, one after the other: most lines show one or two of the hundreds there are."""

    kinds: NDArray[np.intp]
    lines: NDArray[np.intp]
    intents: NDArray[np.intp]
    strengths: Floats


def _listed(shown: Floats) -> _Signs:
    kinds, lines, intents = np.nonzero(shown)
    return _Signs(kinds, lines, intents, shown[kinds, lines, intents])


def _said(weights: Floats, signs: _Signs, count: int) -> Floats:
    """Give what all signs together say of each of `count` lines (lines x intents)."""
    places = signs.lines * len(INTENTS) + signs.intents
    strengths = weights[signs.kinds, signs.intents] * signs.strengths
    result: Floats = np.bincount(places, weights=strengths, minlength=count * len(INTENTS)).astype(np.float32)
    return result.reshape(count, len(INTENTS))


def number_of(intents: Sequence[Intent]) -> NDArray[np.intp]:
    """Give intents as places in `INTENTS`."""
    place = {intent: number for number, intent in enumerate(INTENTS)}
    return np.array([place[intent] for intent in intents], dtype=np.intp)


def softmax(scores: Floats) -> Floats:
    powers = np.exp(scores - scores.max(axis=-1, keepdims=True))
    result: Floats = (powers / powers.sum(axis=-1, keepdims=True)).astype(np.float32)
    return result
