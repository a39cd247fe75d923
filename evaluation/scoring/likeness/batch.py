"""Lines as the slots that are there, for fits of one weight for each slot and label."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Batch:
    """Lines of which only the slots that are there are kept."""

    slots: NDArray[np.int64]
    of_line: NDArray[np.int64]
    scale: Floats
    lines: int

    @classmethod
    def of(cls, rows: Sequence[NDArray[np.int64]]) -> Batch:
        """Take each line's slots; a line weighs the same however many it has."""
        sizes = np.array([len(row) for row in rows], dtype=np.int64)
        scale = np.repeat(1.0 / np.sqrt(np.maximum(sizes, 1)), sizes).astype(np.float32)
        return cls(np.concatenate(rows), np.repeat(np.arange(len(rows)), sizes), scale, len(rows))

    def scores(self, weights: Floats) -> Floats:
        """Give lines x labels, by weights of slots x labels."""
        told = weights[self.slots] * self.scale[:, None]
        columns = [np.bincount(self.of_line, told[:, at], self.lines) for at in range(weights.shape[1])]
        return np.stack(columns, axis=1).astype(np.float32)

    def slope(self, off: Floats, slots: int) -> Floats:
        """Give slots x labels, by what each line's scores (lines x labels) are off."""
        told = off[self.of_line] * self.scale[:, None]
        columns = [np.bincount(self.slots, told[:, at], slots) for at in range(off.shape[1])]
        return np.stack(columns, axis=1).astype(np.float32)
