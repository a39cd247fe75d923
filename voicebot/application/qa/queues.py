"""Which calls to hear first, and what a row of a list says."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final, Protocol
from uuid import UUID

LOW_SCORE: Final = 70
"""Below this a call is listed under low score, research/domain 7."""
LOW_CONFIDENCE: Final = 0.7
"""Below this the machine's word on its least sure criterion is worth a person's."""
SAMPLE_PER_MILLE: Final = 20
"""Of all calls, 2 % are drawn by a digest of their id: manual QA reviews 1 to 3 %, research/domain 7."""
PAGE: Final = 50
CLAIMED_FOR: Final = timedelta(minutes=20)
"""A call of ten minutes heard and judged; then it is anybody's again."""


class Queue(StrEnum):
    FATAL = "fatal"
    DISTRESS = "distress"
    LOW_SCORE = "low_score"
    LOW_CONFIDENCE = "low_confidence"
    SAMPLE = "sample"
    DISPUTED = "disputed"
    ALL = "all"


TELLING: Final = frozenset({Queue.FATAL, Queue.LOW_SCORE, Queue.LOW_CONFIDENCE, Queue.DISPUTED})
"""Queues in which to stand tells what the machine, or a person, made of a call."""


@dataclass(frozen=True, slots=True)
class Cursor:
    """Where the next page begins: after this row."""

    score: float | None
    """What the list is ordered by before the time: a score, or how sure the machine is; None by time alone."""
    started_at: datetime
    call_id: UUID


@dataclass(frozen=True, slots=True)
class CallEntry:
    """One row of a list; no personal data in it."""

    call_id: UUID
    started_at: datetime
    creditor: str | None
    direction: str
    disposition: str | None
    duration_s: float
    score: int | None
    fatal: tuple[str, ...]
    confidence: float | None
    distress: bool
    disputed: bool
    reviewed: bool
    human_score: int | None
    care_checked: bool = False
    """Somebody looked at how a person in distress was cared for."""


@dataclass(frozen=True, slots=True)
class Page:
    entries: tuple[CallEntry, ...]
    following: Cursor | None
    """None on the last page."""


@dataclass(frozen=True, slots=True)
class Filter:
    """What narrows a list."""

    creditor: str | None = None
    disposition: str | None = None
    reviewed: bool = False
    """True shows what is done as well."""
    since: date | None = None
    """Brasília's days, both included."""
    until: date | None = None
    wanted: str = ""
    """A call's id or its first eight characters, a protocol, or a number's last digits."""
    whole_number: bool = False
    """Look at more than the four last digits of a number, which everybody sees."""


@dataclass(frozen=True, slots=True)
class Claim:
    """Somebody is about to judge this call."""

    person_id: int
    name: str = field(repr=False)
    queue: Queue
    until: datetime


class Queues(Protocol):
    """Lists of calls; `creditors` is what the person may see, None for all.

    `blind` are the calls that the person is to judge in an open round: no queue of `TELLING` holds them for that
    person, and none is claimed, since they are judged in the round.
    """

    async def page(
        self,
        queue: Queue,
        *,
        creditors: tuple[str, ...] | None,
        only: Filter,
        after: Cursor | None,
        blind: Collection[UUID] = (),
    ) -> Page: ...

    async def claim_next(
        self,
        queue: Queue,
        *,
        creditors: tuple[str, ...] | None,
        by: int,
        at: datetime,
        blind: Collection[UUID] = (),
    ) -> UUID | None:
        """Claim the first call that waits and that nobody holds, for `CLAIMED_FOR`; None where there is none.

        Two who ask at once get two calls.
        """
        ...

    async def claims(self, calls: Sequence[UUID], *, at: datetime) -> Mapping[UUID, Claim]:
        """Give who holds which of these calls."""
        ...

    async def counts(self, creditors: tuple[str, ...] | None, *, blind: Collection[UUID] = ()) -> dict[Queue, int]:
        """Count what waits in each queue."""
        ...

    async def creditors(self) -> tuple[str, ...]:
        """Name every creditor that has calls."""
        ...
