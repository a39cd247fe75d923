"""Remind people, in writing and once, of a payment that they agreed to, shortly before its day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final, Protocol

import structlog

from voicebot.application.messages import reminder_message
from voicebot.application.ports import CaseBook, Clock
from voicebot.domain.money import Money
from voicebot.domain.portfolio import Channel

log = structlog.get_logger(__name__)
BEFORE: Final = timedelta(days=2)
"""From so long before its day a payment is reminded of; not on the day itself."""


@dataclass(frozen=True, slots=True)
class DueSoon:
    """A payment that was agreed in a call, and of which nobody was reminded yet."""

    call_id: str
    debtor_ref: str
    channel: str
    """Where the person asked the payment to be sent."""
    method: str
    due: date
    amount: Money


class Reminding(Protocol):
    async def due_soon(self, now: datetime, before: timedelta) -> list[DueSoon]:
        """Give the next payments of standing agreements that come due within `before`, from tomorrow on."""
        ...

    async def remind(self, reminder: DueSoon, channel: str, text: str, now: datetime) -> bool:
        """Take it, once for ever, and queue its text, in one step; False where somebody has, or it has no address."""
        ...


@dataclass(frozen=True, slots=True)
class SendReminders:
    """The use case; safe to run anywhere, any time, any number of times at once."""

    reminding: Reminding
    cases: CaseBook
    clock: Clock

    async def __call__(self) -> int:
        """Queue what is due; give how many were accepted.

        Raises:
            RecordsUnavailable: the database went away.
        """
        accepted = 0
        for each in await self.reminding.due_soon(self.clock.now(), BEFORE):
            case = await self.cases.case_by_ref(each.debtor_ref)
            if case is None or not case.debts:
                continue
            channel = Channel.SMS.value if each.channel == Channel.VOICE else each.channel
            text = reminder_message(case, channel, amount=each.amount, due=each.due, method=each.method)
            accepted += await self.reminding.remind(each, channel, text, self.clock.now())
        return accepted
