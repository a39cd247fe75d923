"""Distributions with intervals: how far a median or a percentile would move with other turns of the same kind."""

from __future__ import annotations

import math
import random
from collections.abc import Sequence

from evaluation.benchmarks.distribution import distribution

RESAMPLES = 1000
LOW, HIGH = 0.025, 0.975


def spread(values: Sequence[float], *, seed: int = 0) -> dict[str, float] | None:
    """Give `distribution` with p90 and bootstrap 95 % intervals of the median and p95; None for no values."""
    found = distribution(values)
    if found is None:
        return None
    chance = random.Random(seed)
    medians, tails = [], []
    for _ in range(RESAMPLES):
        drawn = sorted(chance.choices(values, k=len(values)))
        medians.append(quantile(drawn, 0.5))
        tails.append(quantile(drawn, 0.95))
    return {
        **found,
        "p90": round(quantile(sorted(values), 0.9), 1),
        "median_low": round(quantile(sorted(medians), LOW), 1),
        "median_high": round(quantile(sorted(medians), HIGH), 1),
        "p95_low": round(quantile(sorted(tails), LOW), 1),
        "p95_high": round(quantile(sorted(tails), HIGH), 1),
    }


def quantile(ordered: Sequence[float], share: float) -> float:
    """Give the nearest-rank quantile of values in order."""
    return ordered[min(len(ordered) - 1, max(0, math.ceil(share * len(ordered)) - 1))]
