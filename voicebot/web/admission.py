"""How many calls this process takes: those in progress, and those that were promised a line and are on their way.

A burst of callers asks for lines faster than their media comes, so a promise counts as a call until it is kept, broken
or too old.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sized
from dataclasses import dataclass, field
from typing import Final

PROMISED_S: Final = 10.0
"""Longest from an answered webhook to its media stream; after that the line is free again."""


@dataclass(slots=True)
class Admission:
    """Lines of one process. `rated` is what it holds in time, measured by `bench concurrency`."""

    rated: int
    in_progress: Sized
    now: Callable[[], float] = time.monotonic
    """Seconds."""
    _promised: dict[str, float] = field(default_factory=dict)
    """The provider's call id, and the instant until which its line is kept."""

    def takes(self, call: str) -> bool:
        """Promise a line to this call; False where none is free. Who asks again is promised the same one."""
        self._forget_the_late()
        if call not in self._promised and self.is_full:
            return False
        self._promised[call] = self.now() + PROMISED_S
        return True

    def settled(self, call: str) -> None:
        """It is in progress now, or never will be."""
        self._promised.pop(call, None)

    @property
    def is_full(self) -> bool:
        """Tell whether the next caller is one too many."""
        self._forget_the_late()
        return len(self.in_progress) + len(self._promised) >= self.rated

    def _forget_the_late(self) -> None:
        now = self.now()
        self._promised = {call: until for call, until in self._promised.items() if until > now}
