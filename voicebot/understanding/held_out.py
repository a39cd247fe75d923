"""Predictions for lines whose whole author style, or whole template, took no part in the fit; in closed form.

With `G` the inverse of the regularised kernel and `T` the targets, the scores that a fit without the lines of a group
would give them are `T_g - G_gg^-1 (G T)_g`: one inverse serves every way of leaving out. What is shared by all lines,
the n-grams' rarity and the embeddings' centre, is counted over all of them, without their labels.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np

from voicebot.understanding.encoder import Floats

_TURNS: Final = 60
_TINY: Final = np.float32(1e-20)


@dataclass(frozen=True, slots=True)
class Solved:
    """The inverse of a regularised kernel, its targets, and the weights of the fit on all lines."""

    inverse: Floats = field(repr=False)
    targets: Floats = field(repr=False)
    duals: Floats = field(repr=False)

    def without(self, groups: Sequence[str]) -> Floats:
        """Give each line the scores of a fit without its group."""
        scores = np.zeros_like(self.targets)
        for rows in members(groups):
            block = self.inverse[np.ix_(rows, rows)]
            scores[rows] = self.targets[rows] - np.linalg.solve(block, self.duals[rows])
        return scores


def members(groups: Iterable[str]) -> list[list[int]]:
    """Give the row numbers of each group, groups in the order in which they first appear."""
    rows: dict[str, list[int]] = {}
    for number, group in enumerate(groups):
        rows.setdefault(group, []).append(number)
    return list(rows.values())


def solve(kernel: Floats, targets: Floats, ridge: Floats) -> Solved:
    """Fit: `ridge` is the penalty of each line. The kernel is used up: for many lines it fills a gigabyte."""
    kernel[np.diag_indices(len(kernel))] += ridge
    inverse: Floats = np.linalg.inv(kernel).astype(np.float32, copy=False)
    return Solved(inverse, targets, inverse @ targets)


def approach(kernel: Floats, targets: Floats, ridge: Floats) -> Floats:
    """Fit by conjugate gradients: a tenth of the work of the inverse, for weights that need no leaving out."""
    found = np.zeros_like(targets)
    rest = targets.copy()
    course = rest.copy()
    power = (rest * rest).sum(axis=0)
    for _ in range(_TURNS):
        pushed = kernel @ course + ridge[:, None] * course
        step = power / np.maximum((course * pushed).sum(axis=0), _TINY)
        found += step * course
        rest -= step * pushed
        left = (rest * rest).sum(axis=0)
        course = rest + left / np.maximum(power, _TINY) * course
        power = left
    return found
