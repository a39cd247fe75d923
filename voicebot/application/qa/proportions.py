"""Rates with their uncertainty: intervals by Wilson and Newcombe, a test of two rates, the margin of an NPS."""

from __future__ import annotations

from dataclasses import dataclass
from math import erfc, sqrt
from typing import Final

Z95: Final = 1.959963984540054
"""The normal quantile of a two-sided 95 % interval."""


@dataclass(frozen=True, slots=True)
class Share:
    """`part` of `whole`, with its 95 % interval by Wilson; nothing is known of a share of nothing."""

    part: int
    whole: int

    @property
    def value(self) -> float | None:
        return self.part / self.whole if self.whole else None

    @property
    def interval(self) -> tuple[float, float]:
        """Both ends, 0 to 1; all of it where there is nothing to divide by."""
        if not self.whole:
            return 0.0, 1.0
        rate, spread = self.part / self.whole, Z95**2 / self.whole
        middle = (rate + spread / 2) / (1 + spread)
        half = Z95 * sqrt(rate * (1 - rate) / self.whole + spread / (4 * self.whole)) / (1 + spread)
        return max(middle - half, 0.0), min(middle + half, 1.0)


def difference(one: Share, other: Share) -> tuple[float, float, float] | None:
    """Give `other` less `one` and its 95 % interval by Newcombe (1998, method 10); None where one is of nothing."""
    if one.value is None or other.value is None:
        return None
    (low_1, high_1), (low_2, high_2) = one.interval, other.interval
    gap = other.value - one.value
    return (
        gap,
        max(gap - sqrt((other.value - low_2) ** 2 + (high_1 - one.value) ** 2), -1.0),
        min(gap + sqrt((high_2 - other.value) ** 2 + (one.value - low_1) ** 2), 1.0),
    )


def p_value(one: Share, other: Share) -> float | None:
    """Test that both rates are the same: two-sided z with the pooled rate; None where nothing can be told."""
    if not one.whole or not other.whole:
        return None
    pooled = (one.part + other.part) / (one.whole + other.whole)
    error = sqrt(pooled * (1 - pooled) * (1 / one.whole + 1 / other.whole))
    if error == 0.0:
        return None
    return erfc(abs(one.part / one.whole - other.part / other.whole) / error / sqrt(2))


def p_of_share(part: int, whole: int, expected: float) -> float:
    """Test that a share is the expected one, normal approximation; 1.0 of nothing."""
    error = sqrt(whole * expected * (1 - expected))
    return erfc(abs(part - whole * expected) / error / sqrt(2)) if error else 1.0


@dataclass(frozen=True, slots=True)
class Nps:
    """Who would recommend (9 and 10) less who would not (0 to 6), in points of a hundred."""

    asked: int
    promoters: int
    detractors: int

    @property
    def value(self) -> float | None:
        return 100 * (self.promoters - self.detractors) / self.asked if self.asked else None

    @property
    def margin(self) -> float | None:
        """Points to either side of the value at 95 %; None below two answers."""
        if self.asked < 2:
            return None
        net = (self.promoters - self.detractors) / self.asked
        variance = (self.promoters + self.detractors) / self.asked - net**2
        return 100 * Z95 * sqrt(max(variance, 0.0) / (self.asked - 1))
