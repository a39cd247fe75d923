"""What the application needs from the world, as protocols; adapters live outside and pass one contract suite each."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Protocol, TypeAlias, runtime_checkable

from voicebot.domain.compliance.contact import ContactHistory
from voicebot.domain.compliance.engine import Permitted
from voicebot.domain.compliance.rules import Refused
from voicebot.domain.dialogue.acts import Act
from voicebot.domain.dialogue.phases import Asks, Direction, Disposition, Phase
from voicebot.domain.dialogue.utterance import Utterance
from voicebot.domain.meaning import Meaning
from voicebot.domain.portfolio import Case, Treatment
from voicebot.domain.segments import Segment, Tone


class Clock(Protocol):
    def now(self) -> datetime:
        """Give the present instant, aware."""
        ...


class Understanding(Protocol):
    def understand(self, text: str, *, expecting: Asks | Phase | None, at: datetime) -> Meaning:
        """Turn one caller utterance into a meaning; `at` is the caller's local time, for "amanhã". Never raises."""
        ...


@runtime_checkable
class Reconsiders(Protocol):
    """An understanding that can also ask elsewhere where it was unsure; its answer is a meaning like any other."""

    async def reconsider(
        self, meaning: Meaning, *, expecting: Asks | Phase | None, at: datetime, names: Collection[str]
    ) -> Meaning:
        """Give the meaning again, within 0.7 s, with nothing grave taken away; `names` stay here. Never raises."""
        ...


@dataclass(frozen=True, slots=True)
class Voice:
    """Who speaks to whom: what the wording depends on besides the act."""

    assistant: str
    """The bot's name, "Clara"."""
    treatment: Treatment
    caller_name: str | None
    """First name once it may be used, else None."""
    caller_is_female: bool | None
    """For senhor or senhora; None is unknown."""
    local_time: datetime
    seed: int
    said: tuple[str, ...] = ()
    """Variants already used in this call."""
    previous: str | None = None
    """What was said before in this same turn: the next line does not begin or thank or excuse itself like it."""
    segment: Segment | None = None
    """The listener's group, once verified; to anyone else it would tell something of the debt."""
    tone: Tone = Tone.NEUTRAL


class Script(Protocol):
    def render(self, act: Act, voice: Voice) -> Utterance:
        """Put an act into words, avoiding variants in `voice.said` while others are left. Deterministic."""
        ...


class Speaker(StrEnum):
    AGENT = "agent"
    CALLER = "caller"
    SYSTEM = "system"


@dataclass(frozen=True, slots=True)
class SpokenLine:
    """One line of the record."""

    speaker: Speaker
    text: str = field(repr=False)
    at: datetime
    start_s: float | None
    """Seconds since the media started, None in text calls."""
    end_s: float | None
    acts: tuple[str, ...] = ()
    phase: Phase | None = None
    intent: str | None = None
    confidence: float | None = None
    response_ms: float | None = None


class MarkOutcome(StrEnum):
    PLAYED = "played"
    CLEARED = "cleared"


class RecordsUnavailable(Exception):
    """The record cannot be written or read now (database away or too slow); the same step may be tried again."""

    retryable = True


class Records(Protocol):
    """The call's record; each method commits before it returns. Raises `RecordsUnavailable` when it cannot."""

    async def add_line(self, call_id: str, line: SpokenLine) -> int:
        """Append a line and give its index, from 0."""
        ...

    async def mark(self, call_id: str, line: int, outcome: MarkOutcome, at: datetime) -> None:
        """Say of an agent line whether it was heard to its end."""
        ...

    async def refuse(self, call_id: str, variant: str, rule: str, at: datetime) -> None:
        """Count an incident: the gate refused an utterance."""
        ...

    async def record_event(self, call_id: str, kind: str, data: dict[str, str], at: datetime) -> None: ...

    async def agree(self, call_id: str, agreement: dict[str, object], at: datetime) -> None: ...

    async def suppress(self, call_id: str, kind: str, until: datetime | None, at: datetime) -> None:
        """Write what the dialler must respect: stop, wrong_number, deceased, dispute, hold, ...

        A dead_number with an end is written without one where another is known of the same number from an earlier day.
        """
        ...

    async def close(self, call_id: str, disposition: Disposition, at: datetime) -> None: ...


@dataclass(frozen=True, slots=True)
class IncomingCall:
    """A call that media may attach to."""

    call_id: str
    direction: Direction
    case: Case | None = field(repr=False)
    """None when the caller's number is unknown."""


class CallTokens(Protocol):
    """One-time, short-lived tokens that let one media stream attach to one call."""

    async def mint(self, call_id: str, provider_call_id: str, *, ttl_s: float) -> str: ...

    async def redeem(self, token: str, provider_call_id: str) -> IncomingCall | None:
        """Give the call once; None for an unknown, used, expired or foreign token."""
        ...


class Messenger(Protocol):
    """Sends what the caller asked for; `True` only when the message was accepted for delivery."""

    async def send(self, call_id: str, channel: str, text: str) -> bool:
        """Queue a text for the call's debtor on whatsapp, sms or email, or on `on_call` for the creditor's own person.

        False where it could never be delivered: no such channel, no address, or the person may not be written to.
        """
        ...


class Dialler(Protocol):
    """Places a call through a telephony provider; telephony knows nothing about debt."""

    name: str
    real: bool
    """False for the simulator only: a sample portfolio may be dialled there alone."""

    async def place(self, *, to: str, call_ref: str) -> str:
        """Place one call and give the provider's id for it; `call_ref` comes back with every webhook."""
        ...


class Histories(Protocol):
    """What happened with a person before this contact, at every creditor and number."""

    async def history(self, ref: str, at: datetime) -> ContactHistory:
        """Give the history of the person behind the reference at `at`; empty for an unknown one."""
        ...

    async def broken_promise(self, ref: str, at: datetime) -> date | None:
        """Give the day of the latest payment that was promised and did not come; None where nothing is broken."""
        ...


Judge: TypeAlias = Callable[[ContactHistory], Permitted | Refused]


class CallBook(Protocol):
    """The life of a call's record besides its turns."""

    async def dial(
        self, call_id: str, case: Case, judge: Judge, *, provider: str, at: datetime, owner: str, lease_until: datetime
    ) -> Refused | None:
        """Open the record of an outbound call if `judge` permits it by the person's history at `at`, in one step.

        Of many who dial one person at once a single one is permitted: the next is judged by a history with this call
        in it. While a call with the person rings or runs there is no other. None is permitted.
        """
        ...

    async def begin(
        self,
        call_id: str,
        *,
        direction: Direction,
        provider: str,
        at: datetime,
        debtor_ref: str | None = None,
        debtor_name: str | None = None,
        debtor_state: str | None = None,
        creditor_name: str | None = None,
        phone: str | None = None,
        provider_call_id: str | None = None,
        owner: str | None = None,
        lease_until: datetime | None = None,
    ) -> str:
        """Open a record, once; gives the call's id, the earlier one for a repeated webhook."""
        ...

    async def attach_media(
        self, call_id: str, *, provider_call_id: str | None, owner: str, lease_until: datetime, at: datetime
    ) -> bool:
        """Note that audio flows and who holds the call; False where it is closed, or somebody holds it already."""
        ...

    async def renew_lease(self, call_id: str, owner: str, until: datetime) -> bool: ...

    async def close_unanswered(self, call_id: str, disposition: Disposition, at: datetime) -> bool:
        """Close a call of which the provider says that nobody answered; False where its audio has flowed, anywhere."""
        ...

    async def debtor_ref_of_call(self, call_id: str) -> str | None: ...


class CaseBook(Protocol):
    """The loaded portfolio."""

    async def case_by_ref(self, ref: str) -> Case | None: ...

    async def case_by_phone(self, e164: str) -> Case | None: ...
