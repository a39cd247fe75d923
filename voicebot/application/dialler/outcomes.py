"""Tell the creditor's own system how each call ended: every closed call at least once, under one name.

What is told follows from the record of calls, so nothing that is on record can be lost: a sweep makes an event for each
closed call that has none, and a worker delivers what is due. A call that was taken for lost and then told its own end
is told again, as a second event.
"""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final, Protocol

import structlog

from voicebot.application.ports import Clock

log = structlog.get_logger(__name__)
CLAIM: Final = timedelta(seconds=60)
_FIRST_PAUSE: Final = timedelta(seconds=15)
_LONGEST_PAUSE: Final = timedelta(hours=1)
KEPT_TRYING: Final = timedelta(days=7)
"""Longer than a weekend's outage; after that `export` has it, and `doctor` says so."""
_DOUBLINGS: Final = 20


@dataclass(frozen=True, slots=True)
class OutcomeEvent:
    """One closed call to tell of."""

    event_id: str
    created_at: datetime
    attempts: int
    """Tries begun, this one included."""
    told: dict[str, Any] = field(repr=False)
    """What the receiver gets: no name, no document, no word of the conversation."""


class OutcomeFailed(Exception):
    """The receiver did not take it; the text holds no content of it."""


class OutcomeReceiver(Protocol):
    async def deliver(self, event_id: str, body: bytes) -> None:
        """Hand it over. Raises `OutcomeFailed`; whatever else goes wrong is treated the same."""
        ...


class OutcomeEvents(Protocol):
    """The events; each method is one committed step and raises `RecordsUnavailable`."""

    async def sweep(self, now: datetime) -> int:
        """Make an event for each closed call that has none for its end; give how many."""
        ...

    async def claim(self, now: datetime, *, limit: int) -> list[OutcomeEvent]: ...

    async def sent(self, event_id: str, at: datetime) -> None: ...

    async def retry(self, event_id: str, at: datetime, reason: str) -> None: ...

    async def give_up(self, event_id: str, reason: str) -> None: ...


def pause_after(attempts: int) -> timedelta:
    """Give the pause after so many tries that failed: twice as long each time, up to an hour."""
    return min(_FIRST_PAUSE * (1 << min(attempts - 1, _DOUBLINGS)), _LONGEST_PAUSE)


def body_of(event: OutcomeEvent) -> bytes:
    """Give the bytes that are sent and signed; the same for every try."""
    return json.dumps({"event_id": event.event_id, **event.told}, ensure_ascii=False, sort_keys=True).encode()


@dataclass(frozen=True, slots=True)
class TellOutcomes:
    """The use case of the webhook's worker."""

    events: OutcomeEvents
    receiver: OutcomeReceiver
    clock: Clock

    async def __call__(self, *, limit: int = 20) -> Counter[str]:
        """Find what ended, and deliver what is due, at most `limit`; gives counts by outcome.

        Raises:
            RecordsUnavailable: the database went away; what was claimed comes again.
        """
        await self.events.sweep(self.clock.now())
        counts: Counter[str] = Counter()
        for event in await self.events.claim(self.clock.now(), limit=limit):
            counts[await self._one(event)] += 1
        return counts

    async def _one(self, event: OutcomeEvent) -> str:
        try:
            await self.receiver.deliver(event.event_id, body_of(event))
        except Exception as error:  # noqa: BLE001 - one event's trouble must not stop the others
            reason = str(error) if isinstance(error, OutcomeFailed) else type(error).__name__
            return await self._failed(event, reason)
        await self.events.sent(event.event_id, self.clock.now())
        return "sent"

    async def _failed(self, event: OutcomeEvent, reason: str) -> str:
        now = self.clock.now()
        log.warning("an outcome was not taken", event_id=event.event_id, attempt=event.attempts, reason=reason)
        if now - event.created_at > KEPT_TRYING:
            await self.events.give_up(event.event_id, reason)
            return "failed"
        await self.events.retry(event.event_id, now + pause_after(event.attempts), reason)
        return "retried"
