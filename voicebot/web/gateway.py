"""What the routes need, handed to them by the composition root."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass, field
from typing import Any, Final

import structlog
from fastapi import WebSocket

from telephony.call import AnsweredBy
from telephony.frames import MediaSerializer
from telephony.providers.twilio.signature import SignatureChecker
from voicebot.application.call_desk import Attached, CallDesk
from voicebot.application.call_reports import CallReports
from voicebot.web.admission import Admission
from voicebot.web.busy_line import BusyLine
from voicebot.web.drain import Drain

log = structlog.get_logger(__name__)

TOKEN_PARAMETER = "token"  # noqa: S105 - the name of a parameter, not a secret
"""Name of the TwiML parameter that carries the media's one-time token."""

REPORTS_REMEMBERED: Final = 10_000

HoldCall = Callable[[WebSocket, MediaSerializer, Attached, str], Awaitable[None]]
"""Hold one call to its end: socket, serializer, call, the provider's call id."""


def _uncounted(_door: str, _why: str) -> None:
    """Count nothing."""


@dataclass(slots=True)
class Gateway:
    """One process's doors and the calls that are in progress behind them."""

    desk: CallDesk
    signatures: SignatureChecker
    media_url: str
    account_sid: str
    hold: HoldCall
    prepare: Callable[[list[str]], Coroutine[Any, Any, None]]
    """Make lines' audio ready, while the phone rings."""
    database_answers: Callable[[], Awaitable[bool]]
    max_calls: int
    """Calls in progress that this process is rated for: the next caller hears that every line is taken."""
    start_timeout_s: float
    calls: dict[str, asyncio.Task[None]] = field(default_factory=dict)
    """Calls in progress by id."""
    warming: set[asyncio.Task[None]] = field(default_factory=set)
    answered_by: Callable[[str, AnsweredBy], Awaitable[None]] | None = None
    """Told once for a call in progress who the provider thinks picked up: call id, opinion."""
    provider_ids: dict[str, str] = field(default_factory=dict)
    """The provider's ids of the calls in progress, by ours."""
    opinions: dict[str, AnsweredBy] = field(default_factory=dict)
    """The first opinion on each call in progress."""
    reports: dict[tuple[str, ...], None] = field(default_factory=dict)
    """Reports that were dealt with, the newest last: the provider sends some again."""

    drain: Drain = field(default_factory=Drain)
    note_refusal: Callable[[str, str], None] = _uncounted
    """Told of each call or stream turned away: at which door, and why."""
    call_reports: CallReports | None = None
    """What the provider's reports do to a call that another process may hold; None leaves them without effect."""
    stream_status_url: str | None = None
    """Where the provider tells of a media stream's errors."""
    busy_line: BusyLine | None = None
    """What the caller beyond hears; without it a busy tone."""
    admission: Admission = field(init=False)

    def __post_init__(self) -> None:
        self.admission = Admission(self.max_calls, self.calls)

    def is_known(self, report: tuple[str, ...]) -> bool:
        return report in self.reports

    def remember(self, report: tuple[str, ...]) -> None:
        """Call this once the report has had its effect, so that one that failed is taken when it comes again."""
        self.reports[report] = None
        while len(self.reports) > REPORTS_REMEMBERED:
            del self.reports[next(iter(self.reports))]

    async def hear_opinion(self, call_id: str, opinion: AnsweredBy) -> None:
        """Pass on the first opinion on a call that is in progress here; a later one changes nothing."""
        if call_id in self.opinions or call_id not in self.calls:
            return
        self.opinions[call_id] = opinion
        log.info("answered_by", call_id=call_id, opinion=opinion.value)
        if self.answered_by is not None:
            await self.answered_by(call_id, opinion)

    async def look_for_opinions(self) -> None:
        """Take what reached other processes about the calls in progress here. Raises `RecordsUnavailable`."""
        wanted = [call_id for call_id in self.calls if call_id not in self.opinions]
        if self.call_reports is None or not wanted:
            return
        for call_id, opinion in (await self.call_reports.opinions.of(wanted)).items():
            await self.hear_opinion(call_id, AnsweredBy(opinion))

    @property
    def is_full(self) -> bool:
        return self.admission.is_full
