"""The one place that reads the machine's clock."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta


class SystemClock:
    """The real time."""

    def now(self) -> datetime:
        return datetime.now(UTC)  # noqa: TID251 - this is the clock file


class ShiftedClock:
    """A clock that shows `start` when made and runs on from there; for demonstrations outside permitted hours."""

    def __init__(self, start: datetime) -> None:
        if start.tzinfo is None:
            raise ValueError("a clock needs an instant with an offset")
        self._start = start
        self._since = time.monotonic()

    def now(self) -> datetime:
        return self._start + timedelta(seconds=time.monotonic() - self._since)


class StandingClock:
    """A clock that stands still at `at`."""

    def __init__(self, at: datetime) -> None:
        if at.tzinfo is None:
            raise ValueError("a clock needs an instant with an offset")
        self._at = at

    def now(self) -> datetime:
        return self._at
