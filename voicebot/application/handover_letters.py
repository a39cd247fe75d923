"""What the provider says of a hand-over reaches any gateway; the one that holds the call answers it, by letter."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Protocol

_ID: Final = 36
_BETWEEN: Final = "_"
_MATTERS: Final = frozenset(
    {
        "CallStatus",
        "DialCallStatus",
        "Digits",
        "ParticipantLabel",
        "SpeechResult",
        "StatusCallbackEvent",
        "channel",
        "digits",
        "event",
        "handover",
        "status",
    }
)
"""Fields of a webhook that a hand-over reads; numbers and names stay where they came in."""


@dataclass(frozen=True, slots=True)
class Letter:
    """What came to a door that stands for another gateway's call."""

    door: str
    name: str = field(repr=False)
    """Of the hand-over, of its audio, or the provider's of the call."""
    form: Mapping[str, str] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Answer:
    """What is said to the provider."""

    status: int
    media_type: str | None
    body: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Arrived:
    """A letter that waits for an answer."""

    id: uuid.UUID
    letter: Letter


class Letters(Protocol):
    """Where letters lie; each method raises `RecordsUnavailable` when the database is away."""

    async def ask(self, letter: Letter, *, within_s: float) -> Answer | None:
        """Have the holder of the call answer; None where no other gateway holds it, or it does not answer in time."""
        ...

    async def taken(self) -> tuple[Arrived, ...]:
        """Take what waits for this gateway; each letter is given out once."""
        ...

    async def answer(self, letter_id: uuid.UUID, answer: Answer) -> None: ...


def kept(form: Mapping[str, str]) -> dict[str, str]:
    """Give what a hand-over needs to know of a webhook."""
    return {name: value for name, value in form.items() if name in _MATTERS}


def name_for(call_id: str, secret: str) -> str:
    """Give a name by which any gateway finds the call's holder."""
    return f"{call_id}{_BETWEEN}{secret}" if call_id else secret


def call_of(name: str) -> uuid.UUID | None:
    """Give the call that a name of ours is about; None for a name of the provider's."""
    head, between = name[:_ID], name[_ID : _ID + 1]
    try:
        found = uuid.UUID(head)
    except ValueError:
        return None
    return found if between == _BETWEEN and str(found) == head else None
