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


@router.get("/queues/{queue}")
async def listed(
    request: Request,
    queue: Queue,
    found: Annotated[Visit, Depends(allowed(Permission.SEE_QUEUES))],
    desk: Annotated[Desk, Depends(desk_of)],
    creditor: Annotated[str, Query(max_length=200)] = "",
    disposition: Annotated[str, Query(max_length=50)] = "",
    reviewed: bool = False,
    after: Annotated[str, Query(max_length=200)] = "",
    since: Annotated[str, Query(max_length=10)] = "",
    until: Annotated[str, Query(max_length=10)] = "",
    q: Annotated[str, Query(max_length=100)] = "",
    empty: bool = False,
) -> Response:
    """Show one page of one queue, with what waits in the others."""
    creditors = found.person.creditors
    only = Filter(
        creditor or None,
        disposition or None,
        reviewed,
        _day(since),
        _day(until),
        q.strip(),
        whole_number=found.person.may(Permission.REVEAL),
    )
    # At once: on a busy machine each of them waits for its turn at the database.
    blind = await blind_calls(found, desk)
    shown, counts, names = await asyncio.gather(
        desk.queues.page(queue, creditors=creditors, only=only, after=_read(after), blind=blind.keys()),
        desk.queues.counts(creditors, blind=blind.keys()),
        _names(desk, creditors),
    )
    held = await desk.queues.claims([each.call_id for each in shown.entries], at=desk.clock.now())
    asked = {
        "creditor": creditor,
        "disposition": disposition,
        "reviewed": "true" if reviewed else "",
        "since": since,
        "until": until,
        "q": only.wanted,
    }
    kept = {name: value for name, value in asked.items() if value}
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
