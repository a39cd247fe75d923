"""How surely words were heard, as the recogniser itself knows it, for whoever decides what to confirm."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Sureness:
    """Of one turn: its least sure stretch of speech counts."""

    avg_logprob: float
    """Mean natural logarithm of the probability of a token: near 0 is sure, below about -0.7 doubtful."""
    weakest: float | None = None
    """Probability of the least sure word, 0 to 1; None where the recogniser does not tell."""
    agreement: float | None = None
    """Share of the recogniser's likeliest readings that give the same answer; None where no answer was looked for."""


def least(parts: Iterable[Sureness | None]) -> Sureness | None:
    """Give the least of each figure over the stretches of a turn; None where none is known."""
    known = [part for part in parts if part is not None]
    if not known:
        return None
    return Sureness(
        min(part.avg_logprob for part in known),
        min((part.weakest for part in known if part.weakest is not None), default=None),
        min((part.agreement for part in known if part.agreement is not None), default=None),
    )
