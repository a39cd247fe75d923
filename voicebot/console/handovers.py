"""The desk of human agents: calls that asked for a person."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Form, Request, Response
from fastapi.responses import RedirectResponse

from voicebot.application.handover_sheet import SHOWN_FOR, Sheet, Sheets
from voicebot.application.qa.calls import NoSuchCall
from voicebot.application.qa.desk import Action
from voicebot.application.qa.people import Permission
from voicebot.application.qa.redaction import redact
from voicebot.console.bounds import BigId
from voicebot.console.desk import Desk
from voicebot.console.guard import PATH, Visit, allowed, desk_of, own_form
from voicebot.console.pages import page

router = APIRouter()
Wanted = Literal["paused", "on"]
Recording = Literal["paused", "on", "failed"]


@router.get("/handovers")
async def waiting(
    request: Request,
    found: Annotated[Visit, Depends(allowed(Permission.TAKE_HANDOVER))],
    desk: Annotated[Desk, Depends(desk_of)],
) -> Response:
    listed = await desk.handovers.waiting(creditors=found.person.creditors)
    rows = [(each, redact(each.summary, names=(each.debtor_name or "",))) for each in listed]
    person, since = found.person, desk.clock.now() - SHOWN_FOR
    mine = await desk.sheets.taken(by=person.id, creditors=person.creditors, since=since) if desk.sheets else ()
    return page(request, "handovers.html", found, here="handovers", rows=rows, mine=mine)


@router.post("/handovers/{handover_id}/take", dependencies=[Depends(own_form)])
async def taken(
    handover_id: BigId,
    found: Annotated[Visit, Depends(allowed(Permission.TAKE_HANDOVER))],
    desk: Annotated[Desk, Depends(desk_of)],
) -> Response:
    """Take it off the list and go to its call."""
    now = desk.clock.now()
    call_id = await desk.handovers.handled(handover_id, creditors=found.person.creditors, at=now)
    if call_id is None:
        return RedirectResponse(f"{PATH}/handovers", status_code=303)
    await desk.audit.note(Action.HANDOVER_TAKEN, at=now, who=found.person.id, call_id=call_id)
    place = _place(call_id) if desk.sheets is not None else f"{PATH}/calls/{call_id}"
    return RedirectResponse(place, status_code=303)


@router.get("/handovers/open/{token}")
async def opened(
    token: str,
    found: Annotated[Visit, Depends(allowed(Permission.TAKE_HANDOVER))],
    desk: Annotated[Desk, Depends(desk_of)],
) -> Response:
    """Spend the one-time link of a call that is being handed over: whoever is first has the call's page."""
    now = desk.clock.now()
    call_id = await _sheets(desk).open(token, creditors=found.person.creditors, at=now)
    if call_id is None:
        raise NoSuchCall("a used or unknown link")
    await desk.audit.note(Action.HANDOVER_TAKEN, at=now, who=found.person.id, call_id=call_id)
    return RedirectResponse(_place(call_id), status_code=303)


@router.get("/handovers/calls/{call_id}")
async def sheet(
    request: Request,
    call_id: UUID,
    found: Annotated[Visit, Depends(allowed(Permission.TAKE_HANDOVER))],
    desk: Annotated[Desk, Depends(desk_of)],
    recording: Recording | None = None,
) -> Response:
    """Show who is on the line, what they owe, what was offered and said; only to whoever took the call."""
    shown = await _taken_by(found, desk, call_id)
    lines = [(speaker, redact(text, speaker=speaker)) for speaker, text in shown.lines]
    told = {**_told(shown), "switch": desk.recording is not None, "recording": recording}
    return page(request, "handover_sheet.html", found, here="handovers", sheet=shown, lines=lines, **told)


@router.post("/handovers/calls/{call_id}/recording", dependencies=[Depends(own_form)])
async def switched(
    call_id: UUID,
    found: Annotated[Visit, Depends(allowed(Permission.TAKE_HANDOVER))],
    desk: Annotated[Desk, Depends(desk_of)],
    want: Annotated[Wanted, Form()],
) -> Response:
    """Pause the provider's recording while payment data is spoken, or go on with it."""
    await _taken_by(found, desk, call_id)
    if desk.recording is None:
        raise NoSuchCall("nothing is recorded at the provider")
    is_done = await desk.recording.record(call_id, on=want == "on")
    if is_done:
        done = Action.RECORDING_RESUMED if want == "on" else Action.RECORDING_PAUSED
        await desk.audit.note(done, at=desk.clock.now(), who=found.person.id, call_id=call_id)
    return RedirectResponse(f"{_place(call_id)}?recording={want if is_done else 'failed'}", status_code=303)


async def _taken_by(found: Visit, desk: Desk, call_id: UUID) -> Sheet:
    """Give the page of a call to whoever took it. Raises `NoSuchCall`."""
    sheets, person = _sheets(desk), found.person
    mine = await sheets.was_taken(call_id, by=person.id, since=desk.clock.now() - SHOWN_FOR)
    shown = await sheets.sheet(call_id, creditors=person.creditors) if mine else None
    if shown is None:
        raise NoSuchCall(str(call_id))
    return shown


def _place(call_id: UUID) -> str:
    return f"{PATH}/handovers/calls/{call_id}"


def _sheets(desk: Desk) -> Sheets:
    if desk.sheets is None:
        raise NoSuchCall("nobody takes calls over here")
    return desk.sheets


def _told(shown: Sheet) -> Mapping[str, Any]:
    """Give the facts as they are written in Brazil; of money nothing where the debtor was not verified."""
    facts = shown.facts
    verified = facts.get("speaking") == "debtor"
    return {
        "who": _SPEAKING.get(facts.get("speaking", ""), "Identidade não confirmada"),
        "verified": verified,
        "mood": _MOODS.get(facts.get("mood", ""), ""),
        "reason": facts.get("reason", ""),
        "balance": _reais(facts.get("balance", "")) if verified else "",
        "offers": [_offer(each) for each in json.loads(facts.get("offers") or "[]")] if verified else [],
        "agreed": facts.get("agreed") == "True",
    }


def _offer(offer: Mapping[str, Any]) -> str:
    entry = f"entrada de {_reais(offer['entry'])} e " if offer.get("entry") else ""
    times = int(offer.get("instalments") or 0)
    how = f"{entry}{times} parcela{'s' if times > 1 else ''}" if entry or times > 1 else "à vista"
    discount = str(offer.get("discount_percent", "0")).replace(".", ",")
    return f"{_reais(offer['total'])}, {how}, desconto de {discount} %"


def _reais(amount: str) -> str:
    if not amount:
        return ""
    whole, _, cents = amount.partition(".")
    return f"R$ {int(whole):,}".replace(",", ".") + f",{cents or '00'}"


_SPEAKING = {
    "debtor": "Identidade confirmada",
    "unverified": "Identidade não confirmada: não fale da dívida",
    "third_party": "Outra pessoa na linha: não fale da dívida",
}
_MOODS = {
    "calm": "Calma",
    "tense": "Tensa",
    "lost": "Confusa: fale devagar",
    "in_need": "Em dificuldade",
    "in_crisis": "Em crise: acolha, sem cobrar",
}
