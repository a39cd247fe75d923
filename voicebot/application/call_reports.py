"""What the provider reports of a call, taken by any gateway, whichever of them holds it.

A report may reach another process than the call's media: so what it does is decided by the call's record, and an
opinion for a call that is held elsewhere lies on a board until its holder looks.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Protocol

import structlog

from voicebot.application.call_record import UnknownCall
from voicebot.application.ports import CallBook, Clock, Records
from voicebot.domain.dialogue.phases import Disposition

log = structlog.get_logger(__name__)
DEAD_NUMBER: Final = "dead_number"
"""Kind of the suppression of a number that does not exist, or that no call may go to: at every creditor.

For good where it has no end. One with an end is the word of a single report, and becomes one for good by another of
another day: a trunk that routes calls wrongly says the same of every number.
"""


class OpinionBoard(Protocol):
    """Where opinions on who answered wait for the process that holds the call."""

    async def put_up(self, call_id: str, provider_call_id: str, opinion: str, at: datetime) -> bool:
        """Keep the first opinion on a call in progress; False for a later one, and for a call that is not."""
        ...

    async def of(self, call_ids: Collection[str]) -> Mapping[str, str]:
        """Give what was put up about these calls."""
        ...


@dataclass(frozen=True, slots=True)
class CallReports:
    """The use cases; each raises `RecordsUnavailable` when the database is away."""

    calls: CallBook
    records: Records
    opinions: OpinionBoard
    clock: Clock
    stop: Callable[[str, datetime], Awaitable[None]] | None = None
    """Throws the kill switch of all diallers: reason, instant."""

    async def unanswered(self, call_id: str, disposition: Disposition, *, is_dead: bool = False) -> bool:
        """Close a call that nobody answered; False where it was answered, here or elsewhere. Unknown ones are nobody's.

        Args:
            call_id: As the provider gives it back.
            disposition: What the provider's report means.
            is_dead: The report says that the number does not exist: it is not called again that day, and never again
                once a report of another day has said so too.
        """
        now = self.clock.now()
        try:
            if not await self.calls.close_unanswered(call_id, disposition, now):
                return False
        except UnknownCall:
            return True
        # It is closed by now; this tells whoever counts ends.
        await self.records.close(call_id, disposition, now)
        if is_dead:
            log.warning("a number is reported dead: for today, or for good after a second day", call_id=call_id)
            await self.records.suppress(call_id, DEAD_NUMBER, now, now)
        return True

    async def opinion(self, call_id: str, provider_call_id: str, opinion: str) -> bool:
        """Keep an opinion on a call that another process may hold; False where nobody wants it."""
        try:
            return await self.opinions.put_up(call_id, provider_call_id, opinion, self.clock.now())
        except UnknownCall:
            return False

    async def stop_dialling(self, reason: str) -> None:
        """Let no call begin any more: what went wrong concerns every one of them."""
        log.error("dialling stops: the provider fails calls for a reason that concerns them all", reason=reason)
        if self.stop is not None:
            await self.stop(reason, self.clock.now())
