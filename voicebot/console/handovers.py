"""The desk of human agents: calls that asked for a person."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import RedirectResponse

from voicebot.application.qa.desk import Action
from voicebot.application.qa.people import Permission
from voicebot.application.qa.redaction import redact
from voicebot.console.desk import Desk
from voicebot.console.guard import PATH, Visit, allowed, desk_of, own_form
from voicebot.console.pages import page

router = APIRouter()


@router.get("/handovers")
async def waiting(
    request: Request,
    found: Annotated[Visit, Depends(allowed(Permission.TAKE_HANDOVER))],
    desk: Annotated[Desk, Depends(desk_of)],
) -> Response:
    listed = await desk.handovers.waiting(creditors=found.person.creditors)
    rows = [(each, redact(each.summary, names=(each.debtor_name or "",))) for each in listed]
    return page(request, "handovers.html", found, here="handovers", rows=rows)


@router.post("/handovers/{handover_id}/take", dependencies=[Depends(own_form)])
async def taken(
    handover_id: int,
    found: Annotated[Visit, Depends(allowed(Permission.TAKE_HANDOVER))],
    desk: Annotated[Desk, Depends(desk_of)],
) -> Response:
    """Take it off the list and go to its call."""
    now = desk.clock.now()
    call_id = await desk.handovers.handled(handover_id, creditors=found.person.creditors, at=now)
    if call_id is None:
        return RedirectResponse(f"{PATH}/handovers", status_code=303)
    await desk.audit.note(Action.HANDOVER_TAKEN, at=now, who=found.person.id, call_id=call_id)
    return RedirectResponse(f"{PATH}/calls/{call_id}", status_code=303)
