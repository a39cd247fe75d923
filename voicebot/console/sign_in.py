"""Signing in and out."""

from __future__ import annotations

import hmac
from typing import Annotated

import structlog
from fastapi import APIRouter, Depends, Form, Request, Response
from fastapi.responses import RedirectResponse

from voicebot.application.qa.desk import Action
from voicebot.application.qa.people import Permission
from voicebot.console.desk import Desk
from voicebot.console.guard import (
    LOGIN_COOKIE,
    PATH,
    SESSION_COOKIE,
    Visit,
    csrf_of,
    desk_of,
    digest,
    drop_cookie,
    new_token,
    own_form,
    set_cookie,
    visit,
)
from voicebot.console.pages import page
from voicebot.console.passwords import NOBODYS, matches

log = structlog.get_logger(__name__)
router = APIRouter()
_TOO_MANY = "Muitas tentativas. Espere quinze minutos e tente de novo."
_WRONG = "Usuário ou senha não conferem."


@router.get("/sign-in")
async def ask(request: Request, desk: Annotated[Desk, Depends(desk_of)]) -> Response:
    return _form(request, desk)


@router.post("/sign-in")
async def sign_in(
    request: Request,
    desk: Annotated[Desk, Depends(desk_of)],
    login: Annotated[str, Form(max_length=200)] = "",
    password: Annotated[str, Form(max_length=1000)] = "",
    csrf: Annotated[str, Form()] = "",
) -> Response:
    """Check the password; every failure looks and takes the same, whether the login exists or not."""
    before = request.cookies.get(LOGIN_COOKIE, "")
    if not before or not hmac.compare_digest(csrf.encode(), csrf_of(before).encode()):
        return _form(request, desk, "A página venceu. Tente de novo.", status=403)
    now = desk.clock.now()
    address = request.client.host if request.client else ""
    if not await desk.people.attempt(login, address, at=now):
        log.warning("console_sign_in_limited")
        await desk.audit.note(Action.SIGN_IN_REFUSED, at=now, detail="muitas tentativas")
        return _form(request, desk, _TOO_MANY, status=429)
    found = await desk.people.credentials(login)
    right = await matches(found.password_hash if found else NOBODYS, password)
    if found is None or not right:
        await desk.audit.note(Action.SIGN_IN_REFUSED, at=now, who=found.person.id if found else None)
        return _form(request, desk, _WRONG, status=401)
    await desk.people.succeeded(login)
    token = new_token()
    await desk.people.open_session(digest(token), found.person.id, at=now)
    await desk.audit.note(Action.SIGNED_IN, at=now, who=found.person.id)
    response = RedirectResponse(f"{PATH}/", status_code=303)
    set_cookie(response, SESSION_COOKIE, token, secure=desk.secure)
    drop_cookie(response, LOGIN_COOKIE, secure=desk.secure)
    return response


@router.post("/sign-out", dependencies=[Depends(own_form)])
async def sign_out(found: Annotated[Visit, Depends(visit)], desk: Annotated[Desk, Depends(desk_of)]) -> Response:
    await desk.people.close_session(digest(found.token))
    await desk.audit.note(Action.SIGNED_OUT, at=desk.clock.now(), who=found.person.id)
    response = RedirectResponse(f"{PATH}/sign-in", status_code=303)
    drop_cookie(response, SESSION_COOKIE, secure=desk.secure)
    return response


@router.get("/")
async def home(found: Annotated[Visit, Depends(visit)]) -> Response:
    """Go to where this role's day begins."""
    place = "queues/fatal" if found.person.may(Permission.SEE_QUEUES) else "handovers"
    return RedirectResponse(f"{PATH}/{place}", status_code=303)


def _form(request: Request, desk: Desk, problem: str = "", *, status: int = 200) -> Response:
    token = request.cookies.get(LOGIN_COOKIE) or new_token()
    sign_on = desk.sign_on.name if desk.sign_on is not None else ""
    response = page(request, "sign_in.html", None, status=status, csrf=csrf_of(token), problem=problem, sign_on=sign_on)
    set_cookie(response, LOGIN_COOKIE, token, secure=desk.secure)
    return response
