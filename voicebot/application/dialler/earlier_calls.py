"""Before a person is called: no earlier call to them, of which nobody here knows the end, may still ring.

A record that its lease closed says only that nobody heard of the call any more. The provider may hold it in its queue
for hours. So it is asked, as `Reconcile` asks, and until it has answered there is no other call.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final, Protocol

import structlog

from voicebot.application.dialler.intents import FoundCall, Timings
from voicebot.application.ports import Clock, Records
from voicebot.domain.dialogue.phases import Disposition
from voicebot.domain.portfolio import Case

log = structlog.get_logger(__name__)
CLOCKS_APART: Final = timedelta(seconds=30)
"""By so much may the provider's clock and ours differ."""
LOOKED_BACK: Final = timedelta(hours=25)
"""Providers keep a call in their queue for a day at most."""


@dataclass(frozen=True, slots=True)
class UnsureCall:
    """A call that was, or may have been, placed, without media and with no word of its end."""

    call_id: str
    phone: str = field(repr=False)
    """As it was dialled, E.164."""
    asked_at: datetime
    provider_call_id: str | None
    is_of_a_campaign: bool
    """Then the dialler's own reconciling gives up what was never placed."""


class Listing(Protocol):
    """Where a call in doubt is looked up."""

    async def calls_to(self, to: str) -> list[FoundCall] | None:
        """List the newest calls to a number; None where the provider gave no answer."""
        ...


class EarlierCalls(Protocol):
    """What is on record of them; each method raises `RecordsUnavailable`."""

    async def unsure(self, case: Case, *, provider: str, since: datetime, now: datetime) -> list[UnsureCall]:
        """Give the calls to this person or number since then of which nobody knows the end."""
        ...

    async def known(self, phone: str, *, but: str) -> frozenset[str]:
        """Give the provider's ids of all calls with this number that are on record, but of the call `but`."""
        ...

    async def never_placed(self, call_id: str, at: datetime) -> None:
        """Close the record as of a call that never was: it counts as no attempt."""
        ...


@dataclass(frozen=True, slots=True)
class NoneMayRing:
    """The use case."""

    earlier: EarlierCalls
    records: Records
    listing: Listing
    clock: Clock
    timings: Timings = field(default_factory=Timings)

    async def __call__(self, case: Case, *, provider: str, also_campaigns: bool = True) -> bool:
        """Say whether no earlier call to this person can ring any more; what is found out is put on record.

        Args:
            case: Whom to call.
            provider: Whose calls.
            also_campaigns: False for the dialler, which looks after its own.

        Raises:
            RecordsUnavailable: the database went away.
        """
        now = self.clock.now()
        unsure = await self.earlier.unsure(case, provider=provider, since=now - LOOKED_BACK, now=now)
        certain = True
        for call in unsure:
            if also_campaigns or not call.is_of_a_campaign:
                certain = await self._is_over(call) and certain
        return certain

    async def _is_over(self, call: UnsureCall) -> bool:
        listed = await self.listing.calls_to(call.phone)
        if listed is None:
            log.warning("the provider cannot be asked about an earlier call", call_id=call.call_id)
            return False
        known = await self.earlier.known(call.phone, but=call.call_id)
        found = ours(listed, call.provider_call_id, known, call.asked_at)
        now = self.clock.now()
        if found is None:
            return await self._unlisted(call, now)
        if call.provider_call_id is None:
            placed = {"provider_call_id": found.provider_call_id}
            await self.records.record_event(call.call_id, "placed", placed, now)
        if found.ended is None:
            return False
        await self.records.close(call.call_id, found.ended, now)
        return True

    async def _unlisted(self, call: UnsureCall, now: datetime) -> bool:
        waited = now - call.asked_at
        if call.provider_call_id is not None:
            if waited < self.timings.give_up:
                return False
            await self.records.close(call.call_id, Disposition.FAILED, now)
            return True
        if waited < self.timings.settle_after or call.is_of_a_campaign:
            return False
        log.info("the provider never placed an earlier call", call_id=call.call_id)
        await self.earlier.never_placed(call.call_id, now)
        return True


def ours(
    listed: list[FoundCall], provider_call_id: str | None, known: frozenset[str], asked_at: datetime
) -> FoundCall | None:
    """Find one attempt among the calls to its number: by its id, else the one that nothing on record accounts for.

    One person, and one number, has one live call at a time, so at most one can be in doubt.
    """
    if provider_call_id is not None:
        return next((each for each in listed if each.provider_call_id == provider_call_id), None)
    since = asked_at - CLOCKS_APART
    return next(
        (
            each
            for each in listed
            if each.provider_call_id not in known and (each.created_at is None or each.created_at >= since)
        ),
        None,
    )
