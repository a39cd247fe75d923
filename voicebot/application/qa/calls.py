"""All that the page of one call shows, and what people add to it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol
from uuid import UUID

from voicebot.application.qa.queues import CallEntry
from voicebot.application.qa.scorecard import Scorecard


@dataclass(frozen=True, slots=True)
class CallLine:
    index: int
    speaker: str
    text: str = field(repr=False)
    at_s: float | None
    """Seconds since the media started; None where nothing tells."""
    end_s: float | None
    acts: tuple[str, ...]
    phase: str | None
    intent: str | None
    confidence: float | None
    response_ms: float | None
    cut_off: bool
    """Not heard to its end."""


class NoteKind(StrEnum):
    COMMENT = "comment"
    DISPUTE = "dispute"
    BOOKMARK = "bookmark"
    CLIP = "clip"
    """A stretch worth hearing again, to coach with."""


@dataclass(frozen=True, slots=True)
class Note:
    id: int
    kind: NoteKind
    author: str = field(repr=False)
    text: str = field(repr=False)
    at_s: float | None
    written_at: datetime
    settled_at: datetime | None
    settlement: str | None = field(repr=False)
    until_s: float | None = None
    """Where a clip ends."""


@dataclass(frozen=True, slots=True)
class Clip:
    """A bookmark or a stretch of a call, for the list of what is worth hearing again."""

    note: Note
    call_id: UUID
    creditor: str | None
    started_at: datetime
    has_recording: bool


class Clips(Protocol):
    async def clips(
        self, *, creditors: tuple[str, ...] | None, before: int | None = None, blind: Collection[UUID] = ()
    ) -> tuple[Clip, ...]:
        """List the newest, or those older than the note `before`; none of the calls in `blind`."""
        ...


@dataclass(frozen=True, slots=True)
class Review:
    """A person's judgement, beside the machine's."""

    reviewer: str = field(repr=False)
    score: int
    fatal: tuple[str, ...]
    results: Mapping[str, str]
    """Criterion id to pass, fail or na."""
    comment: str = field(repr=False)
    at: datetime


@dataclass(frozen=True, slots=True)
class Incident:
    """The gate held a line back, and a neutral one was said instead."""

    rule: str
    at_s: float
    """Seconds since the media started."""


@dataclass(frozen=True, slots=True)
class CallFile:
    entry: CallEntry
    debtor_name: str | None = field(repr=False)
    phone: str | None = field(repr=False)
    phase: str | None
    notice_given_at: datetime | None
    lines: tuple[CallLine, ...]
    scorecard: Scorecard | None
    scored_at: datetime | None
    scorer: str | None
    reviews: tuple[Review, ...]
    """Newest first; those of open calibration rounds are not among them."""
    notes: tuple[Note, ...]
    escalations: tuple[tuple[str, str, str], ...] = field(repr=False)
    """Reason, urgency, summary."""
    agreement: Mapping[str, Any] | None = field(repr=False)
    has_recording: bool
    incidents: tuple[Incident, ...]
    protocol: str | None = None


@dataclass(frozen=True, slots=True)
class Judgement:
    """A review as it comes in."""

    score: int
    fatal: tuple[str, ...]
    results: Mapping[str, str]
    comment: str = field(repr=False)


class NoSuchCall(LookupError):
    """There is no such call, or this person may not see it: the two are not told apart."""

    retryable = False


class RecordingUnreadable(Exception):
    """The recording is there and cannot be given out: another key, tampered with, or not where it belongs."""

    retryable = False


class Calls(Protocol):
    """Reading one call and adding to it; each method raises `NoSuchCall` outside `creditors`."""

    async def call(self, call_id: UUID, *, creditors: tuple[str, ...] | None) -> CallFile: ...

    async def review(
        self,
        call_id: UUID,
        *,
        creditors: tuple[str, ...] | None,
        by: int,
        judgement: Judgement,
        at: datetime,
        care_checked: bool = False,
    ) -> None:
        """Add a review; the machine's score stays. With `care_checked` the call leaves the distress list too."""
        ...

    async def note(
        self,
        call_id: UUID,
        *,
        creditors: tuple[str, ...] | None,
        by: int,
        kind: NoteKind,
        text: str,
        at_s: float | None,
        at: datetime,
        until_s: float | None = None,
    ) -> None: ...

    async def settle(
        self,
        call_id: UUID,
        note_id: int,
        *,
        creditors: tuple[str, ...] | None,
        by: int,
        settlement: str,
        at: datetime,
    ) -> None:
        """Close a dispute with a word on why."""
        ...


@dataclass(frozen=True, slots=True)
class Handover:
    """A call that asked for a person."""

    id: int
    call_id: UUID
    creditor: str | None
    reason: str
    urgency: str
    summary: str = field(repr=False)
    at: datetime
    debtor_name: str | None = field(default=None, repr=False)
    """To be covered where the summary says it."""


class Handovers(Protocol):
    """What waits for a person, most urgent first."""

    async def waiting(self, *, creditors: tuple[str, ...] | None) -> tuple[Handover, ...]: ...

    async def handled(self, handover_id: int, *, creditors: tuple[str, ...] | None, at: datetime) -> UUID | None:
        """Take it off the list; gives the call, None where somebody has done so already.

        Raises:
            NoSuchCall: there is no such hand-over, or not for them.
        """
        ...


class Audio(Protocol):
    """The decrypted recording; nothing of it is written to disk."""

    async def wav(self, call_id: UUID) -> bytes | None:
        """Give the whole recording as a WAV file, stereo 16 bit 8 kHz; None where there is none any more."""
        ...

    async def peaks(self, call_id: UUID, buckets: int) -> tuple[list[float], list[float], float] | None:
        """Give the loudest sample of each bucket, 0 to 1, caller then agent, and the length in seconds."""
        ...
