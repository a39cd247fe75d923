"""The page of one call: hear it, read it, judge it."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

import structlog
from fastapi import APIRouter, Depends, Form, Header, Request, Response
from fastapi.responses import JSONResponse, RedirectResponse

from voicebot.application.qa.calls import NoSuchCall, NoteKind
from voicebot.application.qa.desk import Action
from voicebot.application.qa.people import Permission
from voicebot.application.qa.queues import Queue
from voicebot.console.blinding import blind_calls
from voicebot.console.bounds import BigId
from voicebot.console.call_view import view_of
from voicebot.console.desk import Desk
from voicebot.console.guard import PATH, Visit, allowed, desk_of, own_form, visit
from voicebot.console.judging import JudgementIncomplete, read_judgement
from voicebot.console.pages import page
from voicebot.console.queues import opened_next
from voicebot.console.ranges import ranged

log = structlog.get_logger(__name__)
router = APIRouter()
BUCKETS = 900
_TEXT = 4000
_NEEDED = {NoteKind.DISPUTE: Permission.DISPUTE, NoteKind.CLIP: Permission.HEAR}
DeskNow = Annotated[Desk, Depends(desk_of)]


@router.get("/calls/{call_id}")
async def shown(
    request: Request,
    call_id: UUID,
    found: Annotated[Visit, Depends(allowed(Permission.SEE_CALL))],
    desk: DeskNow,
    queue: Queue | None = None,
) -> Response:
    """Show the call; `queue` is the list it was taken from, for the way on to the next."""
    return await _page(request, call_id, found, desk, reveal=False, queue=queue)


@router.post("/calls/{call_id}/reveal", dependencies=[Depends(own_form)])
async def revealed(
    request: Request,
    call_id: UUID,
    found: Annotated[Visit, Depends(allowed(Permission.REVEAL))],
    desk: DeskNow,
    reason: Annotated[str, Form(max_length=300)] = "",
) -> Response:
    """Show what is covered, once it is on the audit trail that this person asked and why."""
    if not reason.strip():
        return RedirectResponse(f"{PATH}/calls/{call_id}", status_code=303)
    await desk.calls.call(call_id, creditors=found.person.creditors)
    await desk.audit.note(
        Action.REVEALED, at=desk.clock.now(), who=found.person.id, call_id=call_id, detail=reason.strip()
    )
    return await _page(request, call_id, found, desk, reveal=True)


async def _page(
    request: Request,
    call_id: UUID,
    found: Visit,
    desk: Desk,
    *,
    reveal: bool,
    queue: Queue | None = None,
    gaps: JudgementIncomplete | None = None,
    care_checked: bool = False,
) -> Response:
    """Show the call; to whoever is to judge it in an open round without anybody's marks or words on it."""
    file = await desk.calls.call(call_id, creditors=found.person.creditors)
    claims = await desk.queues.claims([call_id], at=desk.clock.now())
    blind = (await blind_calls(found, desk)).get(call_id)
    return page(
        request,
        "call.html",
        found,
        status=200 if gaps is None else 422,
        here="queues",
        call=view_of(file, reveal=reveal),
        reveal=reveal,
        queue=queue,
        claim=claims.get(call_id),
        blind=blind,
        notes=file.notes if blind is None else (),
        gaps=gaps,
        care_checked=care_checked if gaps is not None else queue is Queue.DISTRESS or file.entry.care_checked,
    )


@router.get("/calls/{call_id}/audio.wav")
async def audio(
    call_id: UUID,
    found: Annotated[Visit, Depends(allowed(Permission.HEAR))],
    desk: DeskNow,
    wanted: Annotated[str, Header(alias="Range", max_length=100)] = "",
) -> Response:
    """Give the recording, or the piece a player asks for; on the audit trail before the first byte leaves."""
    await desk.calls.call(call_id, creditors=found.person.creditors)
    wav = await desk.audio.wav(call_id)
    if wav is None:
        raise NoSuchCall(str(call_id))
    await desk.audit.heard(call_id, who=found.person.id, at=desk.clock.now())
    return ranged(wav, wanted, "audio/wav")


@router.get("/calls/{call_id}/peaks.json")
async def peaks(call_id: UUID, found: Annotated[Visit, Depends(allowed(Permission.HEAR))], desk: DeskNow) -> Response:
    """Give the picture of the sound; nothing can be heard in it, so it is no hearing."""
    await desk.calls.call(call_id, creditors=found.person.creditors)
    drawn = await desk.audio.peaks(call_id, BUCKETS)
    if drawn is None:
        raise NoSuchCall(str(call_id))
    caller, agent, length_s = drawn
    return JSONResponse({"caller": caller, "agent": agent, "length_s": length_s})


@router.post("/calls/{call_id}/review", dependencies=[Depends(own_form)])
async def reviewed(
    request: Request, call_id: UUID, found: Annotated[Visit, Depends(allowed(Permission.REVIEW))], desk: DeskNow
) -> Response:
    """Add this person's judgement; the machine's stays beside it."""
    blind = (await blind_calls(found, desk)).get(call_id)
    if blind is not None:
        return RedirectResponse(f"{PATH}/rounds/{blind}/calls/{call_id}", status_code=303)
    form = await request.form()
    care_checked = form.get("care_checked") == "on"
    try:
        judgement = read_judgement(form)
    except JudgementIncomplete as gaps:
        queue = _queue(form.get("queue")) or _queue(form.get("next"))
        return await _page(
            request, call_id, found, desk, reveal=False, queue=queue, gaps=gaps, care_checked=care_checked
        )
    now = desk.clock.now()
    await desk.calls.review(
        call_id,
        creditors=found.person.creditors,
        by=found.person.id,
        judgement=judgement,
        at=now,
        care_checked=care_checked,
    )
    await desk.audit.note(Action.REVIEWED, at=now, who=found.person.id, call_id=call_id)
    wanted = _queue(form.get("next"))
    if wanted is not None:
        return await opened_next(desk, found, wanted)
    return _back(call_id, "review")


@router.post("/calls/{call_id}/notes", dependencies=[Depends(own_form)])
async def noted(
    call_id: UUID,
    found: Annotated[Visit, Depends(visit)],
    desk: DeskNow,
    kind: Annotated[NoteKind, Form()],
    text: Annotated[str, Form(max_length=_TEXT)] = "",
    at_s: Annotated[str, Form(max_length=20)] = "",
    until_s: Annotated[str, Form(max_length=20)] = "",
) -> Response:
    """Add a comment, a bookmark at a second, a clip from one to another, or a dispute of the score."""
    await allowed(_NEEDED.get(kind, Permission.COMMENT))(found)
    since, until = _seconds(at_s), _seconds(until_s)
    if kind is NoteKind.CLIP and (since is None or until is None or until <= since):
        return _back(call_id, "notes")
    if text.strip():
        now = desk.clock.now()
        await desk.calls.note(
            call_id,
            creditors=found.person.creditors,
            by=found.person.id,
            kind=kind,
            text=text.strip(),
            at_s=since,
            at=now,
            until_s=until if kind is NoteKind.CLIP else None,
        )
        if kind is NoteKind.DISPUTE:
            await desk.audit.note(Action.DISPUTED, at=now, who=found.person.id, call_id=call_id)
    return _back(call_id, "notes")


@router.post("/calls/{call_id}/notes/{note_id}/settle", dependencies=[Depends(own_form)])
async def settled(
    call_id: UUID,
    note_id: BigId,
    found: Annotated[Visit, Depends(allowed(Permission.SETTLE_DISPUTE))],
    desk: DeskNow,
    settlement: Annotated[str, Form(max_length=_TEXT)] = "",
) -> Response:
    if settlement.strip():
        now = desk.clock.now()
        await desk.calls.settle(
            call_id,
            note_id,
            creditors=found.person.creditors,
            by=found.person.id,
            settlement=settlement.strip(),
            at=now,
        )
        await desk.audit.note(Action.SETTLED, at=now, who=found.person.id, call_id=call_id)
    return _back(call_id, "notes")


def _queue(field: object) -> Queue | None:
    return Queue(field) if isinstance(field, str) and field in {each.value for each in Queue} else None


def _seconds(text: str) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return value if 0 <= value < 86_400 else None


def _back(call_id: UUID, part: str) -> Response:
    return RedirectResponse(f"{PATH}/calls/{call_id}#{part}", status_code=303)
