"""The phone's clock: absolute deadlines, so that a late frame does not delay the next one."""

from __future__ import annotations

import asyncio
import time
from typing import Protocol


class Clock(Protocol):
    def now(self) -> float:
        """Give seconds from an arbitrary zero, never going back."""
        ...

    async def sleep_until(self, at: float) -> None:
        """Return at `at`, or at once if it has passed; always lets other tasks run."""
        ...


class MonotonicClock:
    """Real time."""

    def now(self) -> float:
        return time.monotonic()

    async def sleep_until(self, at: float) -> None:
        await asyncio.sleep(max(0.0, at - time.monotonic()))
