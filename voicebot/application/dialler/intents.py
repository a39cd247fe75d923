"""An intent to call somebody, and what the dialler needs of its record and of the telephone line.

An intent is committed before the provider is asked, and so is the asking itself: what a dead worker left in `asked` may
have rung, and only the provider can say. Nothing that may have rung is dialled again before the provider denied it.

    planned -> claimed -> asked -> ringing -> done
       ^          |         |         |        (or planned again, within the budget of its outcome)
       |          v         v         v
       +----- lease over   ambiguous: ask the provider, by number and our record, until it is certain
    planned -> refused: a rule that never lifts, or the reason to call is gone
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol, TypeAlias

from voicebot.domain.dialogue.phases import Disposition


class IntentState(StrEnum):
    PLANNED = "planned"
    CLAIMED = "claimed"
    """A worker has it; the provider was not asked."""
    ASKED = "asked"
    """Committed before the provider is asked; nobody knows yet whether it was."""
    RINGING = "ringing"
    """The provider took the call: it rings, or runs, until its record is closed."""
    AMBIGUOUS = "ambiguous"
    """It may have been placed: only the provider's answer moves it on."""
    DONE = "done"
    REFUSED = "refused"


class IntentKind(StrEnum):
    CALLBACK = "callback"
    """The person asked for it."""
    BROKEN_PROMISE = "broken_promise"
    CAMPAIGN = "campaign"


PRIORITY = {IntentKind.CALLBACK: 0, IntentKind.BROKEN_PROMISE: 1, IntentKind.CAMPAIGN: 2}
"""The lower is dialled first."""


@dataclass(frozen=True, slots=True)
class Timings:
    """How long each thing may take; `settle_after` must be longer than a sent request can stay unseen."""

    claim: timedelta = timedelta(seconds=60)
    send_within: timedelta = timedelta(seconds=10)
    """After the asking was committed the provider is asked within this, or not at all."""
    settle_after: timedelta = timedelta(seconds=90)
    """From then on a call that the provider does not list was never placed."""
    ring: timedelta = timedelta(seconds=120)
    """From the asking to the media; the lease of the call's record."""
    ask_every: timedelta = timedelta(seconds=30)
    give_up: timedelta = timedelta(hours=6)
    """A call that the provider took, and that it lists no more after this, is closed as failed."""


@dataclass(frozen=True, slots=True)
class Claimed:
    """An intent in a worker's hands; `call_id` is this attempt's, and the reference that the provider is given."""

    intent_id: str
    kind: IntentKind
    campaign: str
    debtor_ref: str
    call_id: str
    owner: str


@dataclass(frozen=True, slots=True)
class Doubt:
    """An attempt whose end only the provider knows."""

    intent_id: str
    call_id: str
    phone: str = field(repr=False)
    """As it was dialled, E.164."""
    asked_at: datetime
    provider_call_id: str | None


@dataclass(frozen=True, slots=True)
class Waiting:
    """An attempt that the provider has taken, and that nobody has answered so far."""

    doubt: Doubt
    debtor_ref: str
    is_stopped: bool
    """The kill switch is thrown, or its campaign is held back."""


# --- what the provider says ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Accepted:
    provider_call_id: str


@dataclass(frozen=True, slots=True)
class NotSent:
    """Certainly not placed, for now: no connection, or refused for pace."""

    reason: str
    pause: timedelta


@dataclass(frozen=True, slots=True)
class NumberRefused:
    """Certainly not placed, and never will be: the number cannot be called."""

    reason: str
    is_dead: bool = False
    """The provider says so of the number itself: it is called for nobody and nothing again."""


@dataclass(frozen=True, slots=True)
class AccountRefused:
    """Certainly not placed, and nothing else will be: everything stops until somebody mends the account."""

    reason: str


@dataclass(frozen=True, slots=True)
class Unknown:
    """It may have been placed."""

    reason: str


Answer: TypeAlias = Accepted | NotSent | NumberRefused | AccountRefused | Unknown


@dataclass(frozen=True, slots=True)
class FoundCall:
    """A call as the provider lists it."""

    provider_call_id: str
    ended: Disposition | None
    """None while it rings or runs; `failed` also for one that was answered, where only our record knows more."""
    created_at: datetime | None
    """None where the provider does not say."""
    is_queued: bool = False
    """The provider has it, and no phone rings yet."""


class Line(Protocol):
    """The telephone provider, as the dialler needs it; never raises for what the provider does."""

    name: str
    real: bool

    async def place(self, *, to: str, call_ref: str) -> Answer:
        """Ask once for a call."""
        ...

    async def calls_to(self, to: str) -> list[FoundCall] | None:
        """List the newest calls to a number; None where the provider gave no answer."""
        ...

    async def cancel(self, provider_call_id: str) -> bool:
        """Take a call back that nobody has answered; False where it was answered, is over, or no answer came."""
        ...


# --- the record of intents -----------------------------------------------------------------------------------------


class DialQueue(Protocol):
    """The intents; each method is one committed step and raises `RecordsUnavailable`."""

    async def claim(self, now: datetime, *, owner: str, limit: int, lines: int | None) -> list[Claimed]:
        """Take up to `limit` intents that are due, as many as pace, caps, agents and free bots leave room for.

        `lines` is how many calls the bots can hold together; None takes what running gateways announced.
        """
        ...

    async def wanted(self, claimed: Claimed) -> str | None:
        """Say why the reason for the call is gone (callback withdrawn, promise kept); None where it still holds."""
        ...

    async def ask(self, claimed: Claimed, now: datetime) -> bool:
        """Commit that the provider is asked now; False where it must not be: stopped, or no longer ours.

        Where it is False the intent is planned again and the call's record, if any, is closed as never dialled.
        """
        ...

    async def placed(self, claimed: Claimed, provider_call_id: str, now: datetime) -> None: ...

    async def unsent(self, claimed: Claimed, now: datetime, again_at: datetime, reason: str) -> None:
        """The provider certainly placed nothing: plan it again, the attempt never was."""
        ...

    async def refuse(self, claimed: Claimed, reason: str, possible_from: datetime | None, now: datetime) -> None:
        """A rule says no: until `possible_from`, or for good."""
        ...

    async def doubt(self, claimed: Claimed, now: datetime) -> None:
        """It may have been placed: the provider is asked later."""
        ...

    async def reap(self, now: datetime) -> int:
        """Plan again what dead workers had claimed; give how many."""
        ...

    async def settle(self, now: datetime) -> int:
        """Conclude the intents whose call is closed: done, or planned again; give how many."""
        ...

    async def doubts(self, now: datetime, *, limit: int) -> list[Doubt]:
        """Take the attempts that the provider must be asked about now; nobody else gets them meanwhile."""
        ...

    async def other_calls(self, doubt: Doubt) -> frozenset[str]:
        """Give the provider's ids of all other calls with this number that are on record."""
        ...

    async def found(self, doubt: Doubt, provider_call_id: str, now: datetime) -> None:
        """The provider has the call: it is placed, under this id."""
        ...

    async def never_placed(self, doubt: Doubt, now: datetime) -> None:
        """The provider denies the call: plan it again, the attempt never was."""
        ...

    async def taken_back(self, doubt: Doubt, now: datetime) -> None:
        """The provider has given the call back before it rang: the same, whatever was reported of it meanwhile."""
        ...

    async def waiting(self, now: datetime, *, limit: int) -> list[Waiting]:
        """Give the attempts that the provider has taken and nobody has answered, the oldest first."""
        ...

    async def stop(self, reason: str, now: datetime) -> None:
        """Throw the kill switch: once this returns, no call is begun."""
        ...
