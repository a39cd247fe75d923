"""Place one outbound call: permitted now by every rule, on record before it rings, dialled once."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Final
from zoneinfo import ZoneInfo

import structlog

from voicebot.application.call_reports import DEAD_NUMBER
from voicebot.application.dialler.earlier_calls import Listing, NoneMayRing, ours
from voicebot.application.dialler.intents import FoundCall
from voicebot.application.ports import CallBook, CaseBook, Clock, Dialler, Records
from voicebot.domain.compliance.engine import may_contact
from voicebot.domain.compliance.rules import Refused
from voicebot.domain.dialogue.phases import Disposition
from voicebot.domain.portfolio import Channel

log = structlog.get_logger(__name__)

RINGING = timedelta(seconds=120)
"""A call whose media never comes is closed as failed after this."""


class UnknownDebtor(Exception):
    """The portfolio holds nobody under this reference."""

    def __init__(self, ref: str) -> None:
        super().__init__(f"no debtor {ref} in the portfolio: load it first with `python -m voicebot load`")


class SamplePortfolio(Exception):
    """A sample portfolio may be dialled in the simulator alone."""

    def __init__(self) -> None:
        super().__init__("this creditor is a sample: only the simulator may dial it; set sample: false to call people")


_ASK_AFTER_S: Final = (2.0, 5.0, 10.0, 20.0, 25.0, 30.0)
"""Together longer than a request can stay unseen: what is not listed then was never placed."""
_RECONCILE: Final = "reconcile"
"""`next_step` of a provider's error after which the call may ring."""
_SUPPRESS: Final = "suppress_number"
"""`next_step` of one after which this number is not called again."""


class CallInDoubt(Exception):
    """The provider gave no answer and cannot say: the call may ring. Its record stays open until its lease ends."""

    def __init__(self) -> None:
        super().__init__(
            "the call may have been placed, and the provider does not say: do not dial again; "
            "its record closes by itself if no media comes"
        )


class EarlierCallInDoubt(CallInDoubt):
    """An earlier call to this person may still ring: the provider lists it, or cannot be asked."""


@dataclass(frozen=True, slots=True)
class Placed:
    call_id: str
    provider_call_id: str


@dataclass(frozen=True, slots=True)
class PlaceCall:
    """The use case; `owner` names the process that answers for the call until its media comes."""

    cases: CaseBook
    calls: CallBook
    records: Records
    dialler: Dialler
    clock: Clock
    owner: str
    listing: Listing | None = None
    """Asked after a request without an answer; without it such a call stays in doubt."""
    pause: Callable[[float], Awaitable[None]] = asyncio.sleep
    earlier: NoneMayRing | None = None
    """Asked first, so that a call in doubt is not followed by another; without it records alone decide."""

    async def __call__(self, ref: str, call_id: str) -> Placed | Refused:
        """Place a call to the debtor `ref` under the new id `call_id`.

        The rules are asked with all that happened with this person, and the call is on record in the same step: two
        who dial at once cannot both pass a cap.

        Raises:
            UnknownDebtor: the reference is not in the portfolio.
            SamplePortfolio: a sample creditor and a real provider.
            EarlierCallInDoubt: another call to this person may still ring; nothing was placed.
            CallInDoubt: the call may ring; its record is open. Every other error of the dialler means that it does not.
        """
        case = await self.cases.case_by_ref(ref)
        if case is None:
            raise UnknownDebtor(ref)
        if case.creditor.sample and self.dialler.real:
            raise SamplePortfolio
        if self.earlier is not None and not await self.earlier(case, provider=self.dialler.name):
            raise EarlierCallInDoubt
        now = self.clock.now()
        local = now.astimezone(ZoneInfo(case.timezone))
        refused = await self.calls.dial(
            call_id,
            case,
            partial(may_contact, case, Channel.VOICE, local),
            provider=self.dialler.name,
            at=local,
            owner=self.owner,
            lease_until=now + RINGING,
        )
        if refused is not None:
            log.info("a call is not permitted now", call_id=call_id, rule=refused.rule)
            return refused
        try:
            provider_call_id = await self.dialler.place(to=case.debtor.phone, call_ref=call_id)
        except Exception as error:
            if getattr(error, "next_step", None) != _RECONCILE:
                await self.records.close(call_id, Disposition.FAILED, self.clock.now())
                if getattr(error, "next_step", None) == _SUPPRESS:
                    await self.records.suppress(call_id, DEAD_NUMBER, None, self.clock.now())
                raise
            log.warning("a call may have been placed", call_id=call_id, error=type(error).__name__)
            await self.records.record_event(call_id, "placing_in_doubt", {}, now)
            return await self._reconciled(call_id, case.debtor.phone, now, error)
        await self.records.record_event(call_id, "placed", {"provider_call_id": provider_call_id}, now)
        return Placed(call_id, provider_call_id)

    async def _reconciled(self, call_id: str, phone: str, asked_at: datetime, error: Exception) -> Placed:
        """Ask the provider which calls there are; never dial again. Raises what was raised where it denies the call."""
        denied = False
        known = await self.earlier.earlier.known(phone, but=call_id) if self.earlier is not None else frozenset[str]()
        for seconds in _ASK_AFTER_S if self.listing is not None else ():
            await self.pause(seconds)
            listed = await self.listing.calls_to(phone) if self.listing is not None else None
            denied = listed is not None
            found = ours([each for each in listed or () if _may_be(each)], None, known, asked_at)
            if found is None:
                continue
            now = self.clock.now()
            await self.records.record_event(call_id, "placed", {"provider_call_id": found.provider_call_id}, now)
            if found.ended is not None:
                await self.records.close(call_id, found.ended, now)
            return Placed(call_id, found.provider_call_id)
        if not denied:
            raise CallInDoubt from error
        log.info("the provider never placed a call in doubt", call_id=call_id)
        await self.records.close(call_id, Disposition.FAILED, self.clock.now())
        raise error


def _may_be(call: FoundCall) -> bool:
    """Without a date only one that has not ended can be told from those before it."""
    return call.created_at is not None or call.ended is None
