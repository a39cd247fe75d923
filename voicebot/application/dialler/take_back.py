"""Take back calls that wait in the provider's queue and may not ring any more.

A provider that is asked for more calls than it places a second keeps the rest, for hours where it must. So a call that
was permitted when it was asked for may ring after the day's hours, after the kill switch, or when the debt is paid.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

import structlog

from voicebot.application.dialler.intents import DialQueue, Line, Waiting
from voicebot.application.ports import CaseBook, Clock
from voicebot.domain.compliance.contact import ContactHistory
from voicebot.domain.compliance.engine import Permitted, may_contact
from voicebot.domain.portfolio import Channel

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class TakeBack:
    """The use case. What rings already is left alone: somebody may be about to answer it."""

    queue: DialQueue
    cases: CaseBook
    line: Line
    clock: Clock

    async def __call__(self, *, limit: int = 200) -> int:
        """Cancel what waits and may not ring; give how many were. Safe to run anywhere, any number of times at once.

        Raises:
            RecordsUnavailable: the database went away; what was cancelled is found out by its report, or by asking.
        """
        now = self.clock.now()
        taken = 0
        for each in await self.queue.waiting(now, limit=limit):
            if (each.is_stopped or not await self._may_ring(each, now)) and await self._cancelled(each):
                await self.queue.taken_back(each.doubt, self.clock.now())
                log.info("a call was taken back before it rang", call_id=each.doubt.call_id)
                taken += 1
        return taken

    async def _may_ring(self, waiting: Waiting, now: datetime) -> bool:
        """Judge it by hours, days and holds; what was counted when it was asked for has this call in it by now."""
        case = await self.cases.case_by_ref(waiting.debtor_ref)
        if case is None:
            return False
        local = now.astimezone(ZoneInfo(case.timezone))
        return isinstance(may_contact(case, Channel.VOICE, local, ContactHistory()), Permitted)

    async def _cancelled(self, waiting: Waiting) -> bool:
        doubt = waiting.doubt
        listed = await self.line.calls_to(doubt.phone)
        found = next((each for each in listed or () if each.provider_call_id == doubt.provider_call_id), None)
        if found is None or not found.is_queued:
            return False
        return await self.line.cancel(found.provider_call_id)
