"""The page that a person opens for the call they take: found by a one-time link, shown to whoever took it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final, Protocol
from uuid import UUID

LINK: Final = "handover"
"""Stands where a media token names the provider's call."""
LINK_LIVES: Final = timedelta(minutes=15)
SHOWN_FOR: Final = timedelta(hours=2)
"""How long whoever took a call may open its page again."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """One call as the human needs it."""

    call_id: UUID
    debtor_name: str | None = field(repr=False)
    creditor: str | None
    is_over: bool
    facts: Mapping[str, str] = field(repr=False)
    """As `handover_sheet` was noted on the record: reason, speaking, mood, balance, agreed, offers."""
    lines: tuple[tuple[str, str], ...] = field(repr=False)
    """Speaker and text, in order."""


class RecordingSwitch(Protocol):
    """The provider's recording of a call that a person has."""

    async def record(self, call_id: UUID, *, on: bool) -> bool:
        """Record again, or silence until then; True where the provider did it."""
        ...


class Sheets(Protocol):
    """Each method knows only calls of `creditors`; None is all of them."""

    async def open(self, token: str, *, creditors: tuple[str, ...] | None, at: datetime) -> UUID | None:
        """Spend a link and give its call; None for an unknown, used, expired or foreign one."""
        ...

    async def was_taken(self, call_id: UUID, *, by: int, since: datetime) -> bool:
        """Tell whether this person took the call since then, or asked to take it over and was not refused."""
        ...

    async def taken(
        self, *, by: int, creditors: tuple[str, ...] | None, since: datetime
    ) -> tuple[tuple[UUID, datetime, str | None], ...]:
        """List what this person took since then, the newest first: the call, when it began, and its creditor."""
        ...

    async def sheet(self, call_id: UUID, *, creditors: tuple[str, ...] | None) -> Sheet | None: ...
