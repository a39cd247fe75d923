"""Calls in progress as the desk sees them, and the wish of a person to take one over."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Final, Protocol
from uuid import UUID


class Mood(StrEnum):
    CALM = "calm"
    TENSE = "tense"
    DISTRESS = "distress"


_TROUBLED: Final = frozenset(
    {"acute_distress", "self_harm", "domestic_violence", "bereavement", "illness", "over_indebted"}
)
_TENSE: Final = frozenset({"abusive", "legal_threat", "stop_calling", "suspects_fraud", "dispute_debt", "has_lawyer"})


def mood_of(phase: str | None, intents: Iterable[str | None], *, escalated: bool) -> Mood:
    """Guess from what was understood, not from the voice: distress stays for the call, tension for some lines."""
    heard = frozenset(intents)
    if escalated or phase == "distress" or heard & _TROUBLED:
        return Mood.DISTRESS
    return Mood.TENSE if heard & _TENSE else Mood.CALM


class Takeover(StrEnum):
    """How far a wish to take over has come."""

    NONE = "none"
    ASKED = "asked"
    ACCEPTED = "accepted"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class LiveLine:
    speaker: str
    text: str = field(repr=False)
    phase: str | None
    intent: str | None


@dataclass(frozen=True, slots=True)
class LiveEntry:
    call_id: UUID
    started_at: datetime
    creditor: str | None
    direction: str
    phase: str | None
    debtor_name: str | None = field(repr=False)
    """To be covered where the lines say it."""
    lines: tuple[LiveLine, ...] = field(repr=False)
    """The last few, oldest first."""
    mood: Mood
    takeover: Takeover
    asked_by: int | None = None
    """Who asked to take it over."""


class LiveCalls(Protocol):
    async def in_progress(self, *, creditors: tuple[str, ...] | None) -> tuple[LiveEntry, ...]:
        """List the calls that are held now, the most troubled first."""
        ...

    async def ask(self, call_id: UUID, *, creditors: tuple[str, ...] | None, by: int, at: datetime) -> bool:
        """Ask whoever holds the call to hand it over; False where it is over or asked for already.

        Raises:
            NoSuchCall: there is none, or not for them.
        """
        ...


class Desired(Protocol):
    """The other side: what the process that holds calls asks for."""

    async def asked(self, held: Collection[UUID]) -> tuple[UUID, ...]:
        """Name those of the calls held here that somebody wants and nobody has answered for."""
        ...

    async def answered(self, call_id: UUID, *, accepted: bool, at: datetime) -> None: ...
