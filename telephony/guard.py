"""The last door before a call costs money: only listed numbers, only so many an hour, only so much a day.

Campaigns have caps of their own; these hold for the account, whatever the code above them does. Where they count is
given to them: `Counts` that all processes share, or those of one process.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta, tzinfo
from typing import Final, Protocol
from zoneinfo import ZoneInfo

from telephony.errors import CapReached, NotListed

HOUR: Final = timedelta(hours=1)
SAO_PAULO: Final = ZoneInfo("America/Sao_Paulo")
_BEFORE_MIDNIGHT: Final = timedelta(seconds=1)


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


class Counts(Protocol):
    """Where calls and money are counted; `take` is one step, however many ask at once."""

    async def take(self, kind: str, at: datetime, *, since: datetime, amount: int, cap: int) -> bool:
        """Count `amount` in at `at`, unless more than `cap` would have been counted after `since`; say if it was."""
        ...

    async def give_back(self, kind: str, at: datetime, amount: int) -> None:
        """Take out again what was counted at `at`."""
        ...


@dataclass(slots=True)
class OwnCounts:
    """`Counts` of one process."""

    _taken: dict[str, dict[datetime, int]] = field(default_factory=dict, repr=False)

    async def take(self, kind: str, at: datetime, *, since: datetime, amount: int, cap: int) -> bool:
        recent = {when: taken for when, taken in self._taken.get(kind, {}).items() if when > since}
        self._taken[kind] = recent
        if sum(recent.values()) + amount > cap:
            return False
        recent[at] = recent.get(at, 0) + amount
        return True

    async def give_back(self, kind: str, at: datetime, amount: int) -> None:
        counted = self._taken.get(kind, {})
        counted[at] = max(0, counted.get(at, 0) - amount)


@dataclass(slots=True)
class _Tally:
    """What one guard has counted in, and owes to the counts since calls were certainly not placed.

    Giving back must not fail, so it is noted here, and carried out before the next call is counted or by `settle`.
    A process that dies meanwhile leaves too much counted, never too little.
    """

    kind: str
    amount: int
    counts: Counts
    taken: list[datetime] = field(default_factory=list)
    owed: list[datetime] = field(default_factory=list)

    async def take(self, at: datetime, *, since: datetime, cap: int) -> bool:
        await self.settle()
        if not await self.counts.take(self.kind, at, since=since, amount=self.amount, cap=cap):
            return False
        self.taken = [when for when in self.taken if when > since] + [at]
        return True

    def give_back(self) -> None:
        if self.taken:
            self.owed.append(self.taken.pop())

    async def settle(self) -> None:
        while self.owed:
            at = self.owed.pop()
            try:
                await self.counts.give_back(self.kind, at, self.amount)
            except BaseException:
                self.owed.append(at)
                raise


class HourlyCap:
    """At most `calls` in any 60 minutes, counted to the second."""

    def __init__(self, calls: int, now: Callable[[], datetime], counts: Counts | None = None) -> None:
        self._calls, self._now = calls, now
        self._tally = _Tally("calls", 1, counts or OwnCounts())

    async def admit(self, to: str) -> None:
        now = self._now()
        # Rounded up, so that a call counts for its whole hour.
        at = now.replace(microsecond=0) + timedelta(seconds=1 if now.microsecond else 0)
        if not await self._tally.take(at, since=now - HOUR, cap=self._calls):
            raise CapReached(f"{self._calls} calls were placed in the last hour, the cap of this account; wait")

    def give_back(self) -> None:
        self._tally.give_back()

    async def settle(self) -> None:
        """Have the counts know what was given back."""
        await self._tally.settle()


class DailySpendCap:
    """At most `cents` a calendar day, each call taken at `reserve_cents`, what a long one costs."""

    def __init__(
        self,
        cents: int,
        reserve_cents: int,
        now: Callable[[], datetime],
        counts: Counts | None = None,
        zone: tzinfo = SAO_PAULO,
    ) -> None:
        self._cents, self._now, self._zone = cents, now, zone
        self._tally = _Tally("cents", reserve_cents, counts or OwnCounts())

    async def admit(self, to: str) -> None:
        today = self._now().astimezone(self._zone).replace(hour=0, minute=0, second=0, microsecond=0)
        if not await self._tally.take(today, since=today - _BEFORE_MIDNIGHT, cap=self._cents):
            raise CapReached("the day's money for calls is spent, the cap of this account; it opens at midnight")

    def give_back(self) -> None:
        self._tally.give_back()

    async def settle(self) -> None:
        """Have the counts know what was given back."""
        await self._tally.settle()


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

    async def settle(self) -> None:
        """Have shared counts know at once what was given back; else they learn it before the next call."""
        for guard in self.guards:
            if isinstance(guard, HourlyCap | DailySpendCap):
                await guard.settle()
