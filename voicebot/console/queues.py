"""The lists of calls."""

from __future__ import annotations

import asyncio
import base64
import binascii
from dataclasses import replace
from datetime import date, datetime
from math import isfinite
from typing import Annotated
from urllib.parse import urlencode
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.responses import RedirectResponse

from voicebot.application.qa.people import Permission
from voicebot.application.qa.queues import CallEntry, Cursor, Filter, Queue
from voicebot.console.blinding import blind_calls
from voicebot.console.bounds import FIRST_DAY, LAST_DAY
from voicebot.console.desk import Desk
from voicebot.console.guard import PATH, Visit, allowed, desk_of, own_form
from voicebot.console.pages import page

router = APIRouter()
_seeing = allowed(Permission.SEE_QUEUES)


def _narrowed(
    found: Annotated[Visit, Depends(_seeing)],
    creditor: Annotated[str, Query(max_length=200)] = "",
    disposition: Annotated[str, Query(max_length=50)] = "",
    reviewed: bool = False,
    since: Annotated[str, Query(max_length=10)] = "",
    until: Annotated[str, Query(max_length=10)] = "",
    q: Annotated[str, Query(max_length=100)] = "",
) -> Filter:
    """Read what the visitor's form narrows a list by."""
    return Filter(
        creditor or None,
        disposition or None,
        reviewed,
        _day(since),
        _day(until),
        q.strip(),
        whole_number=found.person.may(Permission.REVEAL),
    )


def _asked(only: Filter) -> dict[str, str]:
    """Write a filter as the form gives it, for the links to the list's other pages."""
    asked = {
        "creditor": only.creditor or "",
        "disposition": only.disposition or "",
        "reviewed": "true" if only.reviewed else "",
        "since": only.since.isoformat() if only.since else "",
        "until": only.until.isoformat() if only.until else "",
        "q": only.wanted,
    }
    return {name: value for name, value in asked.items() if value}


@router.get("/queues/{queue}")
async def listed(
    request: Request,
    queue: Queue,
    found: Annotated[Visit, Depends(_seeing)],
    desk: Annotated[Desk, Depends(desk_of)],
    only: Annotated[Filter, Depends(_narrowed)],
    after: Annotated[str, Query(max_length=200)] = "",
    empty: bool = False,
) -> Response:
    """Show one page of one queue, with what waits in the others."""
    creditors = found.person.creditors
    blind = await blind_calls(found, desk)
    # At once: on a busy machine each of the three waits for its turn at the database.
    shown, counts, names = await asyncio.gather(
        desk.queues.page(queue, creditors=creditors, only=only, after=_read(after), blind=blind.keys()),
        desk.queues.counts(creditors, blind=blind.keys()),
        _names(desk, creditors),
    )
    held = await desk.queues.claims([each.call_id for each in shown.entries], at=desk.clock.now())
    kept = _asked(only)
    following = f"?{urlencode(kept | {'after': _write(shown.following)})}" if shown.following else None
    return page(
        request,
        "queue.html",
        found,
        here="queues",
        queue=queue,
        entries=[_without_marks(each) if each.call_id in blind else each for each in shown.entries],
        counts=counts,
        creditors=names,
        only=only,
        held=held,
        empty=empty,
        following=following,
        first=f"{PATH}/queues/{queue.value}?{urlencode(kept)}" if after else None,
    )


@router.post("/queues/{queue}/next", dependencies=[Depends(own_form)])
async def following(
    queue: Queue,
    found: Annotated[Visit, Depends(allowed(Permission.REVIEW))],
    desk: Annotated[Desk, Depends(desk_of)],
) -> Response:
    """Claim the next call of a queue and open it; back to the list where nothing waits that nobody holds."""
    return await opened_next(desk, found, queue)


async def opened_next(desk: Desk, found: Visit, queue: Queue) -> Response:
    blind = await blind_calls(found, desk)
    call_id = await desk.queues.claim_next(
        queue, creditors=found.person.creditors, by=found.person.id, at=desk.clock.now(), blind=blind.keys()
    )
    place = f"queues/{queue.value}?empty=true" if call_id is None else f"calls/{call_id}?queue={queue.value}"
    return RedirectResponse(f"{PATH}/{place}", status_code=303)


def _day(text: str) -> date | None:
    """Read a day of the form; what is none narrows nothing, and one of another age is the nearest of ours."""
    try:
        return min(max(date.fromisoformat(text), FIRST_DAY), LAST_DAY)
    except ValueError:
        return None


def _without_marks(entry: CallEntry) -> CallEntry:
    """Leave out what whoever is to judge the call in an open round may not know."""
    return replace(entry, score=None, human_score=None, fatal=(), confidence=None, disputed=False)


async def _names(desk: Desk, creditors: tuple[str, ...] | None) -> tuple[str, ...]:
    return creditors if creditors is not None else await desk.queues.creditors()


def _write(cursor: Cursor) -> str:
    score = "" if cursor.score is None else str(cursor.score)
    return base64.urlsafe_b64encode(f"{score}|{cursor.started_at.isoformat()}|{cursor.call_id}".encode()).decode()


def _read(text: str) -> Cursor | None:
    """Read where to go on; what was tampered with begins at the first page."""
    try:
        score, started_at, call_id = base64.urlsafe_b64decode(text).decode().split("|")
        at = datetime.fromisoformat(started_at)
        if at.utcoffset() is None:
            return None
        measure = float(score) if score else None
        if measure is not None and not isfinite(measure):
            return None
        return Cursor(measure, at, UUID(call_id))
    except (binascii.Error, ValueError):
        return None
