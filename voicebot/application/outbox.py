"""Deliver the messages that were accepted: each at least once, under one key, never to whom it may not go.

A message waits in the outbox from its acceptance on. A worker claims some, asks the rules once more, hands each to the
channel's adapter and notes what came of it. A worker that dies leaves its claim to run out; the next one delivers again
under the same key, so that the adapter can tell.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import Final, Protocol
from zoneinfo import ZoneInfo

import structlog

from voicebot.application.messages import ON_CALL, Deliverable, deliverable
from voicebot.application.ports import CaseBook, Clock, Histories
from voicebot.domain.compliance.rules import Refused
from voicebot.domain.compliance.writing import may_write
from voicebot.domain.portfolio import Case, Channel

CLAIM: Final = timedelta(seconds=60)
"""How long a claimed message is its worker's; then another takes it."""
MAX_ATTEMPTS: Final = 8
"""With the pauses between them a little over an hour: a payment code that comes later helps nobody."""
_FIRST_PAUSE: Final = timedelta(seconds=30)
_LONGEST_PAUSE: Final = timedelta(minutes=30)
STUCK_AFTER: Final = timedelta(minutes=10)
"""A message that waits longer than this past its time is a matter for `doctor`."""
log = structlog.get_logger(__name__)


class Purpose(StrEnum):
    PAYMENT = "payment"
    """How to pay what was agreed; the person asked for it."""
    CONTACT = "contact"
    """Who we are and where we are found; the person asked for it."""
    REMINDER = "reminder"
    """Nobody asked for it: every rule of contact binds it."""
    ALERT = "alert"
    """To the creditor's on-call person, about nobody by name."""


class State(StrEnum):
    QUEUED = "queued"
    SENT = "sent"
    FAILED = "failed"
    """Given up after `MAX_ATTEMPTS`, or the adapter said that no try would help."""
    REFUSED = "refused"
    """A rule forbids it, it came too late, or there is no address."""
    CANCELLED = "cancelled"
    """What it was about was paid."""


@dataclass(frozen=True, slots=True)
class QueuedMessage:
    key: str
    """Names the message for good: the same for every try."""
    call_id: str
    debtor_ref: str | None
    channel: str
    purpose: Purpose
    text: str = field(repr=False)
    created_at: datetime
    expires_on: date | None
    """Last day, in the debtor's zone, on which the payment in it holds."""
    attempts: int
    """Tries begun, this one included."""


@dataclass(frozen=True, slots=True)
class Envelope:
    """What an adapter needs to send one message."""

    key: str
    channel: str
    """whatsapp, sms or email."""
    to: str = field(repr=False)
    """E.164, or an e-mail address."""
    sender: str
    created_at: datetime
    """In the receiver's zone."""
    content: Deliverable


class DeliveryFailed(Exception):
    """The channel did not take the message; the text names no person and no word of the message."""

    def __init__(self, reason: str, *, retryable: bool) -> None:
        super().__init__(reason)
        self.retryable = retryable


class Deliverer(Protocol):
    """Takes messages to where they go."""

    async def deliver(self, envelope: Envelope) -> None:
        """Send one message; the same key again must not reach the person twice where the channel can help it.

        Raises:
            DeliveryFailed: the channel did not take it.
        """
        ...


@dataclass(frozen=True, slots=True)
class Backlog:
    """For `doctor`: what waits longer than it should, and what was given up."""

    stuck: int
    failed: int


class Outbox(Protocol):
    """The messages that were accepted; each method is one committed step and raises `RecordsUnavailable`."""

    async def claim(self, now: datetime, *, limit: int) -> list[QueuedMessage]:
        """Take up to `limit` messages that are due, oldest first, for `CLAIM`; nobody else gets them meanwhile."""
        ...

    async def sent(self, key: str, at: datetime) -> None: ...

    async def retry(self, key: str, at: datetime) -> None:
        """Put it back until `at`."""
        ...

    async def postpone(self, key: str, until: datetime) -> None:
        """Put it back until contact is permitted; that was no try."""
        ...

    async def give_up(self, key: str, state: State, reason: str) -> None:
        """End it unsent; `reason` is a rule's id or a few words, never personal data."""
        ...

    async def backlog(self, now: datetime) -> Backlog: ...


def pause_after(attempts: int) -> timedelta | None:
    """Give the pause after so many tries that failed, twice as long each time; None when it is time to give up."""
    if attempts >= MAX_ATTEMPTS:
        return None
    return min(_FIRST_PAUSE * (1 << (attempts - 1)), _LONGEST_PAUSE)


@dataclass(frozen=True, slots=True)
class Delivered:
    """What one round did."""

    counts: Mapping[str, int]
    """By outcome: sent, retried, postponed, refused, failed."""

    @property
    def total(self) -> int:
        return sum(self.counts.values())

    def __str__(self) -> str:
        return ", ".join(f"{count} {name}" for name, count in sorted(self.counts.items())) or "nothing to deliver"


@dataclass(frozen=True, slots=True)
class DeliverMessages:
    """The use case of the outbox's worker."""

    outbox: Outbox
    cases: CaseBook
    histories: Histories
    deliverer: Deliverer
    clock: Clock

    async def __call__(self, *, limit: int = 20) -> Delivered:
        """Deliver what is due, at most `limit` messages.

        Raises:
            RecordsUnavailable: the database went away; what was claimed comes again.
        """
        counts: Counter[str] = Counter()
        for message in await self.outbox.claim(self.clock.now(), limit=limit):
            counts[await self._one(message)] += 1
        return Delivered(MappingProxyType(dict(counts)))

    async def _one(self, message: QueuedMessage) -> str:
        case = await self.cases.case_by_ref(message.debtor_ref) if message.debtor_ref is not None else None
        if case is None:
            return await self._refuse(message, "nobody in the portfolio")
        local = self.clock.now().astimezone(ZoneInfo(case.timezone))
        if message.expires_on is not None and local.date() > message.expires_on:
            return await self._refuse(message, "its payment has expired")
        to = address(case, message.channel)
        if to is None:
            return await self._refuse(message, "no address for this channel")
        verdict = await self._judge(message, case, local)
        if verdict is not None:
            if verdict.possible_from is None:
                return await self._refuse(message, verdict.rule)
            await self.outbox.postpone(message.key, verdict.possible_from)
            log.info("a message waits", message=message.key, rule=verdict.rule)
            return "postponed"
        channel = Channel.SMS.value if message.channel == ON_CALL else message.channel
        return await self._send(
            message,
            Envelope(
                key=message.key,
                channel=channel,
                to=to,
                sender=(case.creditor.collector or case.creditor).spoken_name,
                created_at=message.created_at.astimezone(ZoneInfo(case.timezone)),
                content=deliverable(message.channel, message.text),
            ),
        )

    async def _judge(self, message: QueuedMessage, case: Case, local: datetime) -> Refused | None:
        if message.purpose is Purpose.ALERT:
            return None
        history = await self.histories.history(case.debtor.ref, local)
        asked_for = message.purpose is not Purpose.REMINDER
        verdict = may_write(case, Channel(message.channel), local, history, asked_for=asked_for)
        return verdict if isinstance(verdict, Refused) else None

    async def _send(self, message: QueuedMessage, envelope: Envelope) -> str:
        try:
            await self.deliverer.deliver(envelope)
        except DeliveryFailed as error:
            return await self._failed(message, str(error), retryable=error.retryable)
        except Exception as error:  # noqa: BLE001 - one message's trouble must not stop the others
            return await self._failed(message, type(error).__name__, retryable=True)
        await self.outbox.sent(message.key, self.clock.now())
        return "sent"

    async def _failed(self, message: QueuedMessage, reason: str, *, retryable: bool) -> str:
        pause = pause_after(message.attempts) if retryable else None
        log.warning("a message was not delivered", message=message.key, attempt=message.attempts, reason=reason)
        if pause is None:
            await self.outbox.give_up(message.key, State.FAILED, reason)
            return "failed"
        await self.outbox.retry(message.key, self.clock.now() + pause)
        return "retried"

    async def _refuse(self, message: QueuedMessage, reason: str) -> str:
        log.warning("a message will not be sent", message=message.key, purpose=message.purpose.value, reason=reason)
        await self.outbox.give_up(message.key, State.REFUSED, reason)
        return "refused"


def address(case: Case, channel: str) -> str | None:
    """Give where a message on `channel` goes; None where there is nowhere."""
    if channel == ON_CALL:
        return case.creditor.on_call_phone
    return case.debtor.email if channel == Channel.EMAIL else case.debtor.phone
