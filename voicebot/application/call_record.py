"""A call's record beyond what the conversation writes: how it begins, who holds it, and how it is read back."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from voicebot.application.ports import MarkOutcome, Records, SpokenLine
from voicebot.domain.dialogue.phases import Direction, Disposition


class UnknownCall(Exception):
    """Nothing was begun under this call id, or the call has no such line."""

    retryable = False


@dataclass(frozen=True, slots=True)
class RecordedLine:
    index: int
    line: SpokenLine
    heard: MarkOutcome | None
    """None for a caller's line, and for an agent's until the phone says."""


@dataclass(frozen=True, slots=True)
class CallOutcome:
    """What the creditor's system and the jobs want to know of a call."""

    call_id: str
    direction: Direction
    debtor_ref: str | None
    provider: str
    disposition: Disposition | None
    """None while the call is open."""
    closed_by: str | None
    """owner, or lease where the owner went silent."""
    started_at: datetime
    closed_at: datetime | None
    notice_given_at: datetime | None
    """When the recording notice had been heard to its end."""
    agreement: dict[str, Any] | None = field(repr=False)
    escalations: tuple[tuple[str, str, str], ...] = field(repr=False)
    """Reason, urgency, summary."""
    callbacks: tuple[datetime, ...]
    suppressions: tuple[tuple[str, datetime | None], ...]
    """Kind and end; None is for ever."""
    incidents: int
    """Utterances that the gate refused."""


class CallRecords(Records, Protocol):
    """`Records` with the call's life and reading back; raises `UnknownCall` where a call must exist."""

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
        language: str = "pt-BR",
        provider_call_id: str | None = None,
        owner: str | None = None,
        lease_until: datetime | None = None,
    ) -> str:
        """Open the record, once: gives `call_id`, or the earlier id where this provider call has a record already."""
        ...

    async def attach_media(
        self, call_id: str, *, provider_call_id: str | None, owner: str, lease_until: datetime, at: datetime
    ) -> bool:
        """Note that audio flows and who holds the call; False where it is closed, or somebody holds it already."""
        ...

    async def close_unanswered(self, call_id: str, disposition: Disposition, at: datetime) -> bool:
        """Close a call that nobody answered; False where its audio has flowed, whoever holds it."""
        ...

    async def renew_lease(self, call_id: str, owner: str, until: datetime) -> bool:
        """Keep the call; False where it is closed or somebody else's, so the owner must let go."""
        ...

    async def close_expired(self, now: datetime) -> list[str]:
        """Close as failed the calls whose lease ended before `now`; give those that this very call closed."""
        ...

    async def transcript(self, call_id: str) -> dict[str, Any]:
        """Give the call as Transcript JSON."""
        ...

    async def lines_since(self, call_id: str, index: int) -> list[RecordedLine]:
        """Give the lines from `index` on, in order; ask again with the last index + 1 to follow a live call."""
        ...

    async def next_line(self, call_id: str) -> int:
        """Give the index that the next line will have."""
        ...

    async def find_call_by_provider_id(self, provider: str, provider_call_id: str) -> str | None:
        """Give our call for the provider's, if there is one."""
        ...

    async def debtor_ref_of_call(self, call_id: str) -> str | None:
        """Name whom a call is about; None for an unknown caller."""
        ...

    async def outcome(self, call_id: str) -> CallOutcome:
        """Give what came of a call, so far where it is open."""
        ...
