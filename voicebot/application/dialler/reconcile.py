"""Ask the provider about calls of which nobody here knows the end; never by dialling again."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

import structlog

from voicebot.application.dialler.earlier_calls import ours
from voicebot.application.dialler.intents import DialQueue, Doubt, Line, Timings
from voicebot.application.ports import Clock, Records
from voicebot.domain.dialogue.phases import Disposition

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Reconcile:
    """The use case: each doubt becomes a call with an end, a call that runs, or one that never was."""

    queue: DialQueue
    records: Records
    line: Line
    clock: Clock
    timings: Timings = field(default_factory=Timings)

    async def __call__(self, *, limit: int = 20) -> int:
        """Ask about what is in doubt; give how many were made certain.

        Raises:
            RecordsUnavailable: the database went away; the doubts stay.
        """
        certain = 0
        for doubt in await self.queue.doubts(self.clock.now(), limit=limit):
            certain += await self._one(doubt)
        return certain

    async def _one(self, doubt: Doubt) -> bool:
        listed = await self.line.calls_to(doubt.phone)
        if listed is None:
            log.warning("the provider cannot be asked about a call", call_id=doubt.call_id)
            return False
        others = await self.queue.other_calls(doubt)
        call = ours(listed, doubt.provider_call_id, others, doubt.asked_at)
        now = self.clock.now()
        if call is None:
            return await self._unlisted(doubt, now)
        await self.queue.found(doubt, call.provider_call_id, now)
        if call.ended is None:
            return False
        await self.records.close(doubt.call_id, call.ended, now)
        log.info("the provider told the end of a call in doubt", call_id=doubt.call_id, ended=call.ended.value)
        return True

    async def _unlisted(self, doubt: Doubt, now: datetime) -> bool:
        waited = now - doubt.asked_at
        if doubt.provider_call_id is None and waited >= self.timings.settle_after:
            log.info("the provider never placed a call in doubt", call_id=doubt.call_id)
            await self.queue.never_placed(doubt, now)
            return True
        if waited >= self.timings.give_up:
            log.warning("the provider took a call and lists it no more", call_id=doubt.call_id)
            await self.records.close(doubt.call_id, Disposition.FAILED, now)
            return True
        return False
