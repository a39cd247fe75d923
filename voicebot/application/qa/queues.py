"""Which calls to hear first, and what a row of a list says."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
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


class Queue(StrEnum):
    FATAL = "fatal"
    DISTRESS = "distress"
    LOW_SCORE = "low_score"
    LOW_CONFIDENCE = "low_confidence"
    SAMPLE = "sample"
    DISPUTED = "disputed"
    ALL = "all"


@dataclass(frozen=True, slots=True)
class Cursor:
    """Where the next page begins: after this row."""

    score: int | None
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


class Queues(Protocol):
    """Lists of calls; `creditors` is what the person may see, None for all."""

    async def page(
        self, queue: Queue, *, creditors: tuple[str, ...] | None, only: Filter, after: Cursor | None
    ) -> Page: ...

    async def counts(self, creditors: tuple[str, ...] | None) -> dict[Queue, int]:
        """Count what waits in each queue."""
        ...

    async def creditors(self) -> tuple[str, ...]:
        """Name every creditor that has calls."""
        ...
