"""What a carrier does on a bad day: it refuses, fails, falls silent and reports late, twice and out of order. Pure.

All of it follows from the seed and the order of requests, so that a bad day can be had again.
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from enum import StrEnum
from random import Random


class Mishap(StrEnum):
    """What becomes of a request, if not what was asked."""

    TOO_MANY = "too_many"
    """429, nothing done."""
    BROKEN = "broken"
    """500, nothing done."""
    BROKEN_AFTER = "broken_after"
    """500, and yet done."""
    SILENT = "silent"
    """No answer, nothing done."""
    SILENT_AFTER = "silent_after"
    """No answer, and yet done."""

    @property
    def is_done(self) -> bool:
        return self in {Mishap.BROKEN_AFTER, Mishap.SILENT_AFTER}

    @property
    def is_silent(self) -> bool:
        return self in {Mishap.SILENT, Mishap.SILENT_AFTER}


@dataclass(frozen=True, slots=True)
class Weather:
    """Shares of requests and of reports, 0 to 1, and times in seconds."""

    seed: int = 0
    calls_per_s: float | None = None
    """Calls that start to ring in a second, what is over waits in the queue; None starts each at once."""
    too_many: float = 0.0
    broken: float = 0.0
    broken_after: float = 0.0
    silent: float = 0.0
    silent_after: float = 0.0
    silence_s: float = 30.0
    """How long a silent request is held open."""
    report_again: float = 0.0
    """Share of reports sent twice."""
    report_swapped: float = 0.0
    """Share of reports that the next one overtakes."""
    report_late_s: float = 0.0
    """Longest delay of a report; each waits for a part of it."""

    def __post_init__(self) -> None:
        shares = [getattr(self, each.name) for each in fields(self) if each.name in _SHARES]
        if any(not 0 <= share <= 1 for share in shares) or sum(getattr(self, name) for name in Mishap) > 1:
            raise ValueError("weather: shares lie between 0 and 1, and those of requests sum up to 1 at most")
        if min(self.silence_s, self.report_late_s) < 0 or (self.calls_per_s is not None and self.calls_per_s <= 0):
            raise ValueError("weather: times are not negative, and the queue moves")


_SHARES = frozenset({*Mishap, "report_again", "report_swapped"})
CALM = Weather()
ORDINARY = Weather(calls_per_s=1.0)
"""A new account on a good day: one call a second."""


@dataclass(slots=True)
class Forecast:
    """One carrier's day under a weather."""

    weather: Weather
    _requests: Random = field(init=False, repr=False)
    _reports: Random = field(init=False, repr=False)
    _next_start_at: float = field(default=0.0, init=False)

    def __post_init__(self) -> None:
        self._requests = Random(f"{self.weather.seed}/requests")
        self._reports = Random(f"{self.weather.seed}/reports")

    def mishap(self) -> Mishap | None:
        """Say what goes wrong with the next request."""
        left = self._requests.random()
        for mishap in Mishap:
            left -= getattr(self.weather, mishap.value)
            if left < 0:
                return mishap
        return None

    def start_at(self, now: float) -> float:
        """Give the next free second of the queue, and take it."""
        if self.weather.calls_per_s is None:
            return now
        at = max(now, self._next_start_at)
        self._next_start_at = at + 1 / self.weather.calls_per_s
        return at

    def report_copies(self) -> int:
        return 2 if self._reports.random() < self.weather.report_again else 1

    def report_waits(self) -> bool:
        """Say whether the next report comes before this one."""
        return self._reports.random() < self.weather.report_swapped

    def report_delay_s(self) -> float:
        return self._reports.random() * self.weather.report_late_s
