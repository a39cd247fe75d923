"""Interruptions, by the one definition that the scorer and the console share."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Final, NamedTuple

OVER_S: Final = 0.3
"""So long two talk together before it is an interruption: less is how people take turns."""


class Span(NamedTuple):
    """When a line was spoken, in seconds; None where nothing tells."""

    at: int
    """Index of the line."""
    speaker: str
    start_s: float | None
    end_s: float | None


def began_over(spans: Sequence[Span], *, by: str) -> list[int]:
    """Give the lines in which `by` began while the other still spoke, the system's own apart."""
    found = []
    for before, line in pairwise(each for each in spans if each.speaker != "system"):
        if line.speaker != by or before.speaker == by or line.start_s is None or before.end_s is None:
            continue
        if before.end_s - line.start_s > OVER_S:
            found.append(line.at)
    return found
