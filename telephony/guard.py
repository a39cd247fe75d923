"""The last door before a call costs money: only listed numbers, only so many an hour, only so much a day.

Campaigns have caps of their own over all machines; these hold in one process, whatever the code above them does.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, tzinfo
from typing import Final, Protocol
from zoneinfo import ZoneInfo

from telephony.errors import CapReached, NotListed

HOUR: Final = timedelta(hours=1)
SAO_PAULO: Final = ZoneInfo("America/Sao_Paulo")


class DialGuard(Protocol):
    """Asked before each call is placed."""

    async def admit(self, to: str) -> None:
        """Count the call in. Raises `NotListed` or `CapReached`; then nothing is sent."""
        ...

    def give_back(self) -> None:
        """Take the last admitted call out again: it was certainly not placed."""
        ...


@dataclass(frozen=True, slots=True)
class NotStopped:
    """Admits nothing while a kill switch is thrown: the process's own, or the one that all share."""

    is_stopped: Callable[[], Awaitable[bool]]
    is_off: bool = False
    """The process's own switch."""

    async def admit(self, to: str) -> None:
        if self.is_off or await self.is_stopped():
            raise CapReached("dialling is switched off: no call begins until it is switched on again")

    def give_back(self) -> None:
        """Nothing was counted."""


@dataclass(frozen=True, slots=True)
class OnlyListed:
    """Admits numbers that the portfolio holds."""

    is_listed: Callable[[str], Awaitable[bool]]

    async def admit(self, to: str) -> None:
        if not await self.is_listed(to):
            raise NotListed("the number belongs to nobody in the portfolio: load the debtor first")

    def give_back(self) -> None:
        """Nothing was counted."""


@dataclass(slots=True)
class HourlyCap:
    """At most `calls` in any 60 minutes."""

    calls: int
    now: Callable[[], datetime]
    _placed: deque[datetime] = field(default_factory=deque, repr=False)

    async def admit(self, to: str) -> None:
        now = self.now()
        while self._placed and now - self._placed[0] >= HOUR:
            self._placed.popleft()
        if len(self._placed) >= self.calls:
            raise CapReached(f"{self.calls} calls were placed in the last hour, the cap of this process; wait")
        self._placed.append(now)

    def give_back(self) -> None:
        if self._placed:
            self._placed.pop()


@dataclass(slots=True)
class DailySpendCap:
    """At most `cents` a calendar day, each call taken at `reserve_cents`, what a long one costs."""

    cents: int
    reserve_cents: int
    now: Callable[[], datetime]
    zone: tzinfo = SAO_PAULO
    _day: date | None = None
    _spent: int = 0

    async def admit(self, to: str) -> None:
        today = self.now().astimezone(self.zone).date()
        if today != self._day:
            self._day, self._spent = today, 0
        if self._spent + self.reserve_cents > self.cents:
            raise CapReached("the day's money for calls is spent, the cap of this process; it opens at midnight")
        self._spent += self.reserve_cents

    def give_back(self) -> None:
        self._spent = max(0, self._spent - self.reserve_cents)


@dataclass(frozen=True, slots=True)
class AllOf:
    """Every guard must admit; what the first ones counted is given back where a later one refuses."""

    guards: Sequence[DialGuard]

    async def admit(self, to: str) -> None:
        admitted: list[DialGuard] = []
        try:
            for guard in self.guards:
                await guard.admit(to)
                admitted.append(guard)
        finally:
            # Also where a guard could not be asked, as with the database away.
            if len(admitted) < len(self.guards):
                for guard in admitted:
                    guard.give_back()

    def give_back(self) -> None:
        for guard in self.guards:
            guard.give_back()
