"""Calls in progress, looked at again every two seconds, and taking one over."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import RedirectResponse

from voicebot.application.qa.desk import Action
from voicebot.application.qa.people import Permission
from voicebot.application.qa.redaction import redact
from voicebot.console.desk import Desk
from voicebot.console.guard import PATH, Visit, allowed, desk_of, own_form
from voicebot.console.insight import Insight, insight_of
from voicebot.console.pages import page

router = APIRouter()
DeskNow = Annotated[Desk, Depends(desk_of)]
InsightNow = Annotated[Insight, Depends(insight_of)]
Watcher = Annotated[Visit, Depends(allowed(Permission.SEE_LIVE))]


@router.get("/live")
async def live(request: Request, found: Watcher, desk: DeskNow, insight: InsightNow) -> Response:
    return page(request, "live.html", found, here="live", **await _shown(found, desk, insight))


@router.get("/live/now")
async def now(request: Request, found: Watcher, desk: DeskNow, insight: InsightNow) -> Response:
    """Give the list alone, for the page to put in its place."""
    return page(request, "live_list.html", found, **await _shown(found, desk, insight))


async def _shown(found: Visit, desk: Desk, insight: Insight) -> dict[str, Any]:
    """Cover the personal data in what was said last; nobody uncovers it here."""
    at = desk.clock.now()
    rows = []
    for each in await insight.live.in_progress(creditors=found.person.creditors):
        names = (each.debtor_name,) if each.debtor_name else ()
        lines = [
            (line.speaker, redact(line.text, names=names, speaker=line.speaker, phase=line.phase))
            for line in each.lines
        ]
        rows.append((each, max((at - each.started_at).total_seconds(), 0.0), lines))
    return {"rows": rows, "sheets": desk.sheets is not None}


@router.post("/live/{call_id}/take", dependencies=[Depends(own_form)])
async def taken(
    call_id: UUID,
    found: Annotated[Visit, Depends(allowed(Permission.TAKE_OVER))],
    desk: DeskNow,
    insight: InsightNow,
) -> Response:
    """Ask whoever holds the call to hand it over; the list says what came of it."""
    at = desk.clock.now()
    if await insight.live.ask(call_id, creditors=found.person.creditors, by=found.person.id, at=at):
        await desk.audit.note(Action.TAKEOVER_ASKED, at=at, who=found.person.id, call_id=call_id)
    return RedirectResponse(f"{PATH}/live", status_code=303)
