"""A circuit breaker: after some failures in a window nobody asks any more; later one single question probes."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum


class Verdict(StrEnum):
    """How a permitted question ended."""

    GOOD = "good"
    FAILED = "failed"
    UNKNOWN = "unknown"
    """It was cancelled: the call ended first, which says nothing of the server."""


@dataclass(slots=True)
class Breaker:
    """Counts failures. For one event loop: not safe between threads.

    Every `permit()` that gives True is followed by exactly one `settle()`.
    """

    monotonic: Callable[[], float]
    """Seconds that only grow."""
    failures: int = 5
    """This many within `window_s` open it."""
    window_s: float = 30.0
    pause_s: float = 15.0
    """How long it stays open before it probes; doubled by each probe that fails, up to `longest_pause_s`."""
    longest_pause_s: float = 240.0
    _failed_at: deque[float] = field(default_factory=deque, repr=False)
    _open_until: float | None = field(default=None, repr=False)
    _pause: float = field(default=0.0, repr=False)
    _probing: bool = field(default=False, repr=False)

    @property
    def is_closed(self) -> bool:
        return self._open_until is None

    def permit(self) -> bool:
        """Tell whether a question may be asked now; while it is open at most one is under way."""
        if self._open_until is None:
            return True
        if self._probing or self.monotonic() < self._open_until:
            return False
        self._probing = True
        return True

    def settle(self, verdict: Verdict) -> None:
        """Take in how a permitted question ended."""
        was_probe, self._probing = self._probing, False
        if verdict is Verdict.GOOD:
            self._close()
        elif verdict is Verdict.FAILED:
            self._count(again=was_probe)

    def _close(self) -> None:
        self._failed_at.clear()
        self._open_until, self._pause = None, 0.0

    def _count(self, *, again: bool) -> None:
        now = self.monotonic()
        if self._open_until is not None:
            # A question from before it opened says nothing new; a failed probe lengthens the pause.
            if again:
                self._open(now)
            return
        self._failed_at.append(now)
        while self._failed_at[0] < now - self.window_s:
            self._failed_at.popleft()
        if len(self._failed_at) >= self.failures:
            self._open(now)

    def _open(self, now: float) -> None:
        self._pause = min(self._pause * 2 or self.pause_s, self.longest_pause_s)
        self._open_until = now + self._pause
        self._failed_at.clear()
