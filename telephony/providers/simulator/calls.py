"""The life of a call at the carrier: one table of states, and the call that moves through it."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import Final, Protocol

from telephony.call import CallStatus
from telephony.codecs import Int16
from telephony.providers.simulator.phone import Phone
from telephony.providers.simulator.twiml import DeskVerb, DialNumber
from telephony.providers.simulator.wire import new_sid

TRANSITIONS: Final[Mapping[CallStatus, frozenset[CallStatus]]] = MappingProxyType(
    {
        CallStatus.QUEUED: frozenset({CallStatus.INITIATED, CallStatus.CANCELED, CallStatus.FAILED}),
        CallStatus.INITIATED: frozenset({CallStatus.RINGING, CallStatus.CANCELED, CallStatus.FAILED}),
        CallStatus.RINGING: frozenset(
            {
                CallStatus.IN_PROGRESS,
                CallStatus.BUSY,
                CallStatus.NO_ANSWER,
                CallStatus.FAILED,
                CallStatus.CANCELED,
            }
        ),
        CallStatus.IN_PROGRESS: frozenset({CallStatus.COMPLETED}),
        CallStatus.COMPLETED: frozenset(),
        CallStatus.BUSY: frozenset(),
        CallStatus.NO_ANSWER: frozenset(),
        CallStatus.FAILED: frozenset(),
        CallStatus.CANCELED: frozenset(),
    }
)


@dataclass(frozen=True, slots=True)
class PickUp:
    """What the callee does when it rings."""

    outcome: CallStatus = CallStatus.IN_PROGRESS
    """in-progress (answered), busy, no-answer or failed."""
    rings: int = 1
    answered_by: str = "human"
    """What machine detection will say: human, machine_start, fax or unknown."""
    sip_code: int | None = None
    """What the far exchange says of a call that failed, 404 of a number that nobody has."""

    def __post_init__(self) -> None:
        if self.outcome not in TRANSITIONS[CallStatus.RINGING] - {CallStatus.CANCELED} or self.rings < 0:
            raise ValueError(
                "a ringing call is answered (in-progress), busy, no-answer or failed, after 0 or more rings"
            )


ANSWERED: Final = PickUp()


class Answerer(Protocol):
    """The person called, or calling: what a test or a persona implements."""

    def pick_up(self, call: CarriedCall) -> PickUp:
        """Decide what happens when the phone rings. Not asked of somebody who calls in."""
        ...

    async def talk(self, phone: Phone) -> None:
        """Hold the conversation; on return the person hangs up. `CallOver` may simply be let through."""
        ...


@dataclass(slots=True)
class Recording:
    """A recording at the carrier, of which only the state is kept."""

    sid: str
    channels: int = 1
    status_url: str | None = None
    status_events: tuple[str, ...] = ("completed",)
    status: str = "in-progress"


@dataclass(slots=True, eq=False)
class CarriedCall:
    """A call as the carrier knows it."""

    to: str = field(repr=False)
    from_: str = field(repr=False)
    direction: str
    """outbound-api or inbound."""
    voice_url: str
    status_url: str | None = None
    status_events: tuple[str, ...] = ("completed",)
    ring_timeout_s: float = 60.0
    time_limit_s: float = 14_400.0
    amd_url: str | None = None
    """Where the carrier's opinion on who answered goes; None detects nothing."""
    recording: Recording | None = None
    sid: str = field(default_factory=lambda: new_sid("CA"))
    created_at: datetime | None = None
    answered_by: str | None = None
    sip_code: int | None = None
    status: CallStatus = CallStatus.QUEUED
    history: list[CallStatus] = field(default_factory=lambda: [CallStatus.QUEUED])
    phone: Phone | None = None
    failure: str | None = None
    """Why the carrier gave up on the call, as a kind of error."""
    cause: Exception | None = field(default=None, repr=False)
    """The error itself, for a test to raise; it is not logged."""
    announced: list[Int16] = field(default_factory=list, repr=False)
    """What the bot's answer had played to the person, without a stream; 8 kHz."""
    transferred_to: str | None = field(default=None, repr=False)
    """The number the call was redirected to."""
    redirects: asyncio.Queue[DialNumber | list[DeskVerb]] = field(default_factory=asyncio.Queue)
    human_joined: asyncio.Event = field(default_factory=asyncio.Event)
    reports: asyncio.Queue[CallStatus | None] = field(default_factory=asyncio.Queue)
    """States to report to the status callback; None is the end."""
    hang_up_asked: asyncio.Event = field(default_factory=asyncio.Event)
    ended: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def is_answered(self) -> bool:
        return CallStatus.IN_PROGRESS in self.history

    def advance(self, status: CallStatus) -> None:
        """Move on. Raises `ValueError`, and changes nothing, if the table has no such step."""
        if status not in TRANSITIONS[self.status]:
            raise ValueError(f"a call cannot go from {self.status.value} to {status.value}")
        self.status = status
        self.history.append(status)
        self.reports.put_nowait(status)

    def redirect(self, to: DialNumber | list[DeskVerb]) -> None:
        """Take the call from the bot to a number, once, or to other verbs, also from those to others still.

        Raises `ValueError` where there is nobody on the line to take.
        """
        is_on_line = self.phone is not None and not self.phone.is_over
        if self.status is not CallStatus.IN_PROGRESS or not is_on_line or self.transferred_to is not None:
            raise ValueError("only a call in progress, on the bot's stream, can be redirected")
        if isinstance(to, DialNumber):
            self.transferred_to = to.number
        self.redirects.put_nowait(to)
