"""Leaving without dropping anybody: no new call comes in, those that have begun are held to their end."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sized
from dataclasses import dataclass, field
from typing import Final

RINGING_S: Final = 60.0
"""Longest that a phone rings for us; a call of ours that rings when the drain begins is held if it is answered."""
ATTACHING_S: Final = 10.0
"""Longest from an answered webhook to its media stream."""
POLL_S: Final = 0.1


@dataclass(slots=True)
class Drain:
    """Whether this process is leaving, and which calls are on their way to it without being in progress yet."""

    now: Callable[[], float] = time.monotonic
    has_begun: bool = False
    on_begin: list[Callable[[], object]] = field(default_factory=list)
    _coming: dict[str, float] = field(default_factory=dict)
    """Call reference or provider's call id, and the instant after which nobody waits for it."""

    def begin(self) -> None:
        """Take no new calls from now on; a second time changes nothing."""
        if self.has_begun:
            return
        self.has_begun = True
        for act in self.on_begin:
            act()

    def rings(self, call_ref: str) -> None:
        self._expect(call_ref, RINGING_S)

    def attaches(self, provider_call_id: str) -> None:
        self._expect(provider_call_id, ATTACHING_S)

    def settled(self, key: str) -> None:
        """It is in progress now, or never will be."""
        self._coming.pop(key, None)

    def is_over(self, calls: Sized) -> bool:
        """Tell whether nobody is on the line and nobody is on the way."""
        self._forget_the_late()
        return self.has_begun and not calls and not self._coming

    def _expect(self, key: str, for_s: float) -> None:
        # With several gateways what rings here may be answered elsewhere: nobody else takes it off the list.
        self._forget_the_late()
        self._coming[key] = self.now() + for_s

    def _forget_the_late(self) -> None:
        now = self.now()
        self._coming = {key: until for key, until in self._coming.items() if until > now}

    @property
    def expected(self) -> int:
        """Calls on their way."""
        return len(self._coming)

    async def finish(self, calls: Sized, *, limit_s: float) -> int:
        """Wait until nobody is left or the limit has passed; give how many calls are still in progress."""
        until = self.now() + limit_s
        while not self.is_over(calls) and self.now() < until:  # noqa: ASYNC110 - calls end in many ways, and time passes
            await asyncio.sleep(POLL_S)
        return len(calls)
