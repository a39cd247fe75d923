"""The dashboard, its export, and the audit trail."""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Annotated, Any, Final
from urllib.parse import urlencode
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.responses import StreamingResponse

from voicebot.application.export import cell
from voicebot.application.parquet import Kind, ParquetFile
from voicebot.application.qa.accounts import NoSuchPerson
from voicebot.application.qa.desk import Action, Dashboard, Figures
from voicebot.application.qa.people import Permission
from voicebot.console.blinding import blind_calls
from voicebot.console.bounds import FIRST_DAY, INT, LAST_DAY, Before
from voicebot.console.desk import Desk
from voicebot.console.guard import Visit, allowed, desk_of
from voicebot.console.pages import ZONE, bars, line, page
from voicebot.console.spreadsheet import BOM, attachment, csv_lines
from voicebot.console.words import word

router = APIRouter()
_DAYS: Final = 29
_AUDITED: Final = 100
"""Entries on one page of the audit trail."""
_AT_ONCE: Final = 500
_ROWS_A_GROUP: Final = 10_000
_LONGEST: Final = 366
_HALF: Final = 50
WIDTH, HEIGHT = 640.0, 150.0
DeskNow = Annotated[Desk, Depends(desk_of)]
KINDS: Final = {
    "call_id": Kind.TEXT,
    "started_at": Kind.INSTANT,
    "creditor": Kind.TEXT,
    "direction": Kind.TEXT,
    "disposition": Kind.TEXT,
    "duration_s": Kind.NUMBER,
    "contacted": Kind.BOOLEAN,
    "right_party": Kind.BOOLEAN,
    "promised": Kind.BOOLEAN,
    "promise_state": Kind.TEXT,
    "distress": Kind.BOOLEAN,
    "score": Kind.INTEGER,
    "fatal": Kind.TEXT,
    "confidence": Kind.NUMBER,
    "human_score": Kind.INTEGER,
    "disputed": Kind.BOOLEAN,
    "reviewed_at": Kind.INSTANT,
    "review_comment": Kind.TEXT,
    "segment": Kind.TEXT,
    "script_version": Kind.TEXT,
    "satisfaction": Kind.INTEGER,
    "offers": Kind.INTEGER,
    "first_discount": Kind.NUMBER,
    "best_discount": Kind.NUMBER,
    "agreed_debt_cents": Kind.INTEGER,
    "agreed_cents": Kind.INTEGER,
    "complaints": Kind.TEXT,
    "reasons": Kind.TEXT,
    "objections": Kind.TEXT,
}
COLUMNS: Final = tuple(KINDS)
"""Of the export; new ones come last."""
MARKS: Final = ("score", "fatal", "confidence", "human_score", "disputed", "review_comment")
"""What whoever is to judge a call in an open round may not know of it."""


@dataclass(frozen=True, slots=True)
class Period:
    since: date
    until: date


def period(desk: DeskNow, since: date | None = None, until: date | None = None) -> Period:
    """Take the period asked for, the last thirty days without one; at most a year, its end wins."""
    last = min(max(until or desk.clock.now().astimezone(ZONE).date(), FIRST_DAY), LAST_DAY)
    first = since if since is not None and since <= last else last - timedelta(days=_DAYS)
    return Period(max(first, last - timedelta(days=_LONGEST)), last)


@router.get("/dashboard")
async def dashboard(
    request: Request,
    found: Annotated[Visit, Depends(allowed(Permission.SEE_FIGURES))],
    desk: DeskNow,
    asked: Annotated[Period, Depends(period)],
    creditor: Annotated[str, Query(max_length=200)] = "",
) -> Response:
    mine = found.person.creditors
    book = await desk.figures.dashboard(since=asked.since, until=asked.until, creditors=mine, creditor=creditor or None)
    return page(
        request,
        "dashboard.html",
        found,
        here="dashboard",
        book=book,
        asked=asked,
        creditor=creditor,
        creditors=mine if mine is not None else await desk.queues.creditors(),
        charts=_charts(book),
        width=WIDTH,
        height=HEIGHT,
    )


@router.get("/export.csv")
async def export(
    found: Annotated[Visit, Depends(allowed(Permission.EXPORT))],
    desk: DeskNow,
    asked: Annotated[Period, Depends(period)],
    creditor: Annotated[str, Query(max_length=200)] = "",
) -> Response:
    """Give one row a call; text that a spreadsheet would run as a formula is neutralised."""
    await desk.audit.note(
        Action.EXPORTED, at=desk.clock.now(), who=found.person.id, detail=f"{asked.since} a {asked.until}"
    )
    rows = desk.figures.export(
        since=asked.since, until=asked.until, creditors=found.person.creditors, creditor=creditor or None
    )
    name = f"qualidade-{asked.since}-{asked.until}.csv"
    return StreamingResponse(
        _csv(_unmarked(rows, await blind_calls(found, desk))),
        media_type="text/csv; charset=utf-8",
        headers=attachment(name),
    )


async def _unmarked(
    rows: AsyncIterator[Mapping[str, Any]], blind: Collection[UUID]
) -> AsyncIterator[Mapping[str, Any]]:
    """Leave the marks of these calls empty."""
    nothing = dict.fromkeys(MARKS)
    async for row in rows:
        yield {**row, **nothing} if row["call_id"] in blind else row


async def _csv(rows: AsyncIterator[Mapping[str, Any]]) -> AsyncIterator[str]:
    yield BOM + csv_lines([COLUMNS])
    batch: list[list[str]] = []
    async for row in rows:
        batch.append([cell(row[name]) for name in COLUMNS])
        if len(batch) >= _AT_ONCE:
            yield csv_lines(batch)
            batch.clear()
    yield csv_lines(batch)


@router.get("/export.parquet")
async def export_parquet(
    found: Annotated[Visit, Depends(allowed(Permission.EXPORT))],
    desk: DeskNow,
    asked: Annotated[Period, Depends(period)],
    creditor: Annotated[str, Query(max_length=200)] = "",
) -> Response:
    """Give the same rows with their types; nothing in them is a formula to what reads Parquet, so text is as it is."""
    await desk.audit.note(
        Action.EXPORTED, at=desk.clock.now(), who=found.person.id, detail=f"Parquet, {asked.since} a {asked.until}"
    )
    rows = desk.figures.export(
        since=asked.since, until=asked.until, creditors=found.person.creditors, creditor=creditor or None
    )
    return StreamingResponse(
        _parquet(_unmarked(rows, await blind_calls(found, desk))),
        media_type="application/vnd.apache.parquet",
        headers=attachment(f"qualidade-{asked.since}-{asked.until}.parquet"),
    )


async def _parquet(rows: AsyncIterator[Mapping[str, Any]]) -> AsyncIterator[bytes]:
    file = ParquetFile(KINDS)
    yield file.begin()
    batch: list[Mapping[str, Any]] = []
    async for row in rows:
        batch.append(row)
        if len(batch) >= _ROWS_A_GROUP:
            yield file.rows(batch)
            batch = []
    yield file.rows(batch)
    yield file.end()


@router.get("/audit")
async def audit(
    request: Request,
    found: Annotated[Visit, Depends(allowed(Permission.SEE_AUDIT))],
    desk: DeskNow,
    who: Annotated[str, Query(max_length=20)] = "",
    action: Annotated[str, Query(max_length=50)] = "",
    before: Before = None,
) -> Response:
    """Show the newest entries, of one person and of one kind where asked for, and the way to those before."""
    mine = found.person.creditors
    person = int(who) if who.isdecimal() else None
    if person is not None and person > INT:
        raise NoSuchPerson("no number of a person is so large")
    kind = Action(action) if action in set(Action) else None
    # One more than shown tells whether there are others.
    entries = await desk.audit.newest(limit=_AUDITED + 1, creditors=mine, who=person, action=kind, before=before)
    shown = entries[:_AUDITED]
    kept = {"who": str(person) if person is not None else "", "action": kind.value if kind is not None else ""}
    kept = {name: value for name, value in kept.items() if value}
    following = urlencode(kept | {"before": str(shown[-1].id)}) if len(entries) > len(shown) else None
    return page(
        request,
        "audit.html",
        found,
        here="audit",
        entries=shown,
        people=[each.person for each in await desk.accounts.everybody(within=mine)],
        actions=sorted(Action, key=lambda each: word(each.value).casefold()),
        who=person,
        action=kind,
        following=following,
        first=urlencode(kept) if before is not None else None,
    )


@dataclass(frozen=True, slots=True)
class Charts:
    quality: str
    """Points of the line of mean scores by day."""
    lowest: int
    """Where its axis begins: 50, or 0 where a day was worse."""
    calls_by_day: list[tuple[float, float, float, float]]
    contact_by_hour: list[tuple[float, float, float, float]]
    promise_by_hour: list[tuple[float, float, float, float]]
    hours: list[int]
    busiest: int


def _charts(book: Dashboard) -> Charts:
    days = [figures for _, figures in book.by_day]
    hours = [figures for _, figures in book.by_hour]
    means = [mean(each) for each in days]
    lowest = 0 if any(each is not None and each < _HALF for each in means) else _HALF
    busiest = max((each.calls for each in days), default=0)
    return Charts(
        quality=line(means, width=WIDTH, height=HEIGHT, low=lowest, high=100),
        lowest=lowest,
        calls_by_day=bars([each.calls for each in days], width=WIDTH, height=HEIGHT, top=busiest * 2.5),
        contact_by_hour=bars([_share(each.contacts, each.calls) for each in hours], width=WIDTH, height=HEIGHT, top=1),
        promise_by_hour=bars([_share(each.promises, each.calls) for each in hours], width=WIDTH, height=HEIGHT, top=1),
        hours=[hour for hour, _ in book.by_hour],
        busiest=busiest,
    )


def mean(figures: Figures) -> float | None:
    return figures.score_sum / figures.scored if figures.scored else None


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None
