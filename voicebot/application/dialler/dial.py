"""Dial one claimed intent: judged again now, on record before the provider is asked, asked once."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial
from typing import assert_never
from zoneinfo import ZoneInfo

import structlog

from voicebot.application.call_reports import DEAD_NUMBER
from voicebot.application.dialler.earlier_calls import NoneMayRing
from voicebot.application.dialler.intents import (
    Accepted,
    AccountRefused,
    Answer,
    Claimed,
    DialQueue,
    Line,
    NotSent,
    NumberRefused,
    Timings,
    Unknown,
)
from voicebot.application.place_call import SamplePortfolio
from voicebot.application.ports import CallBook, CaseBook, Clock, Records
from voicebot.domain.compliance.engine import may_contact
from voicebot.domain.portfolio import Case, Channel

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class DialIntent:
    """The use case; gives what became of the intent in one word."""

    cases: CaseBook
    calls: CallBook
    queue: DialQueue
    line: Line
    clock: Clock
    timings: Timings = field(default_factory=Timings)
    earlier: NoneMayRing | None = None
    """Asks about calls that were placed by hand and are in doubt; the queue knows those of campaigns."""
    records: Records | None = None
    """Where a dead number is noted for every campaign; without it one intent alone ends."""

    async def __call__(self, claimed: Claimed) -> str:
        """Dial, or say why not.

        Raises:
            RecordsUnavailable: the database went away; what the intent's state says is what is certain.
        """
        case = await self.cases.case_by_ref(claimed.debtor_ref)
        if case is None:
            return await self._refuse(claimed, "nobody in the portfolio")
        if case.creditor.sample and self.line.real:
            return await self._refuse(claimed, str(SamplePortfolio()))
        gone = await self.queue.wanted(claimed)
        if gone is not None:
            return await self._refuse(claimed, gone)
        if self.earlier is not None and not await self.earlier(case, provider=self.line.name, also_campaigns=False):
            now = self.clock.now()
            await self.queue.unsent(claimed, now, now + self.timings.settle_after, "another call with them is in doubt")
            return "held back"
        now = self.clock.now()
        local = now.astimezone(ZoneInfo(case.timezone))
        verdict = await self.calls.dial(
            claimed.call_id,
            case,
            partial(may_contact, case, Channel.VOICE, local),
            provider=self.line.name,
            at=local,
            owner=claimed.owner,
            lease_until=now + self.timings.ring,
        )
        if verdict is not None:
            log.info("a call is not permitted now", call_id=claimed.call_id, rule=verdict.rule)
            await self.queue.refuse(claimed, verdict.rule, verdict.possible_from, self.clock.now())
            return "waits" if verdict.possible_from is not None else "refused"
        return await self._ask(claimed, case)

    async def _ask(self, claimed: Claimed, case: Case) -> str:
        asked_at = self.clock.now()
        if not await self.queue.ask(claimed, asked_at):
            return "held back"
        if self.clock.now() - asked_at > self.timings.send_within:
            # Whoever reconciles may soon take it for never placed: then it must not be placed any more.
            await self.queue.unsent(claimed, self.clock.now(), self.clock.now(), "too slow to dial")
            return "held back"
        answer = await self.line.place(to=case.debtor.phone, call_ref=claimed.call_id)
        return await self._note(claimed, answer)

    async def _note(self, claimed: Claimed, answer: Answer) -> str:
        now = self.clock.now()
        match answer:
            case Accepted(provider_call_id):
                await self.queue.placed(claimed, provider_call_id, now)
                return "placed"
            case NotSent(reason, pause):
                await self.queue.unsent(claimed, now, now + pause, reason)
                return "not sent"
            case NumberRefused(reason, is_dead):
                if is_dead and self.records is not None:
                    await self.records.suppress(claimed.call_id, DEAD_NUMBER, None, now)
                await self.queue.refuse(claimed, reason, None, now)
                return "refused"
            case AccountRefused(reason):
                log.error("the provider refuses this account: dialling stops", reason=reason)
                await self.queue.stop(reason, now)
                await self.queue.unsent(claimed, now, now, reason)
                return "stopped"
            case Unknown(reason):
                log.warning("a call may have been placed", call_id=claimed.call_id, reason=reason)
                await self.queue.doubt(claimed, now)
                return "ambiguous"
            case _:
                assert_never(answer)

    async def _refuse(self, claimed: Claimed, reason: str) -> str:
        await self.queue.refuse(claimed, reason, None, self.clock.now())
        return "refused"
