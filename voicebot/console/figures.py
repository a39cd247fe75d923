"""The dashboard, its export, and the audit trail."""

from __future__ import annotations

import csv
import io
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.responses import StreamingResponse

from voicebot.application.export import cell
from voicebot.application.qa.desk import Action, Dashboard, Figures
from voicebot.application.qa.people import Permission
from voicebot.console.desk import Desk
from voicebot.console.guard import Visit, allowed, desk_of
from voicebot.console.pages import ZONE, bars, line, page

router = APIRouter()
_DAYS: Final = 29
_AT_ONCE: Final = 500
_LONGEST: Final = 366
WIDTH, HEIGHT = 640.0, 150.0
DeskNow = Annotated[Desk, Depends(desk_of)]
COLUMNS: Final = (
    "call_id",
    "started_at",
    "creditor",
    "direction",
    "disposition",
    "duration_s",
    "contacted",
    "right_party",
    "promised",
    "promise_state",
    "distress",
    "score",
    "fatal",
    "confidence",
    "human_score",
    "disputed",
    "reviewed_at",
    "review_comment",
)


@dataclass(frozen=True, slots=True)
class Period:
    since: date
    until: date


def period(desk: DeskNow, since: date | None = None, until: date | None = None) -> Period:
    """Take the period asked for, the last thirty days without one; at most a year, its end wins."""
    last = until or desk.clock.now().astimezone(ZONE).date()
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
        creditors=mine or await desk.queues.creditors(),
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
        _csv(rows),
        media_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


async def _csv(rows: AsyncIterator[Mapping[str, Any]]) -> AsyncIterator[str]:
    # A spreadsheet takes UTF-8 for what it is only after a byte order mark.
    yield "\ufeff" + _lines([COLUMNS])
    batch: list[list[str]] = []
    async for row in rows:
        batch.append([cell(row[name]) for name in COLUMNS])
        if len(batch) >= _AT_ONCE:
            yield _lines(batch)
            batch.clear()
    yield _lines(batch)


def _lines(rows: Sequence[Sequence[str]]) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerows(rows)
    return out.getvalue()


@router.get("/audit")
async def audit(
    request: Request, found: Annotated[Visit, Depends(allowed(Permission.SEE_AUDIT))], desk: DeskNow
) -> Response:
    return page(request, "audit.html", found, here="audit", entries=await desk.audit.newest(limit=200))


@dataclass(frozen=True, slots=True)
class Charts:
    quality: str
    """Points of the line of mean scores by day."""
    calls_by_day: list[tuple[float, float, float, float]]
    contact_by_hour: list[tuple[float, float, float, float]]
    promise_by_hour: list[tuple[float, float, float, float]]
    hours: list[int]
    busiest: int


def _charts(book: Dashboard) -> Charts:
    days = [figures for _, figures in book.by_day]
    hours = [figures for _, figures in book.by_hour]
    busiest = max((each.calls for each in days), default=0)
    return Charts(
        quality=line([mean(each) for each in days], width=WIDTH, height=HEIGHT, low=50, high=100),
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
