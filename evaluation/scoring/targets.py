"""What the scorer is to reach, and whether a run of the bench did."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

_WORST: Final = "15%"


@dataclass(frozen=True, slots=True)
class Target:
    id: str
    mark: float
    at_most: bool
    figure: Callable[[Mapping[str, Any]], float | None]
    """Takes the figure out of a result of the bench; None where there was nothing to measure."""

    def verdict(self, result: Mapping[str, Any]) -> dict[str, Any]:
        value = self.figure(result)
        good = value is not None and (value <= self.mark if self.at_most else value >= self.mark)
        bound = "at most" if self.at_most else "at least"
        return {"target": f"{bound} {self.mark:g}", "value": value, "verdict": "reached" if good else "missed"}


def _lost_f1(result: Mapping[str, Any]) -> float | None:
    clear, worst = (result["noise"][noise]["criteria_f1"] for noise in ("0%", _WORST))
    return None if clear is None or worst is None else round(100 * (clear - worst), 2)


TARGETS: Final = (
    Target("criteria_f1", 0.95, False, lambda result: result["macro"]["criteria_f1"]),
    Target("fatal_f1", 0.95, False, lambda result: result["macro"]["fatal_f1"]),
    Target("criteria_kappa", 0.85, False, lambda result: result["macro"]["criteria_kappa"]),
    Target("fatal_kappa", 0.85, False, lambda result: result["macro"]["fatal_kappa"]),
    Target("fatal_recall", 0.99, False, lambda result: (result["macro"]["fatal_recall"] or {}).get("value")),
    Target("points_lost_at_15_percent", 5, True, lambda result: result["noise"][_WORST]["points_lost"]),
    Target("f1_points_lost_at_15_percent", 5, True, _lost_f1),
    Target("hard_calls_with_fatal", 0, True, lambda result: result["hard_calls"]["with_fatal"]),
    Target("mean_points_moved_by_acts", 2, True, lambda result: result["acts"]["mean_points"]),
    Target("transcripts_a_minute", 1000, False, lambda result: result["per_minute"]["value"]),
)
"""Agreement is over all error rates together; the mean of the criteria, and of the fatal errors."""


def verdicts(result: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """Give each target with its figure and "reached" or "missed"; what was not measured is missed."""
    return {target.id: target.verdict(result) for target in TARGETS}
