"""Who may use the console: letting people in, changing what they may do, and ending it; and one's own password."""

from __future__ import annotations

import asyncio
import secrets
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Form, Request, Response
from fastapi.responses import RedirectResponse

from voicebot.application.qa.accounts import Account, LastAdmin, NotTheirsToGrant, may_grant
from voicebot.application.qa.desk import Action
from voicebot.application.qa.people import LoginTaken, PasswordUnfit, Permission, Role
from voicebot.console.bounds import IntId
from voicebot.console.desk import Desk
from voicebot.console.guard import PATH, Visit, allowed, desk_of, digest, own_form, visit
from voicebot.console.pages import page
from voicebot.console.passwords import LEAST_LENGTH, hash_password, matches
from voicebot.console.words import ROLES, word

router = APIRouter()
DeskNow = Annotated[Desk, Depends(desk_of)]
Keeper = Annotated[Visit, Depends(allowed(Permission.MANAGE_PEOPLE))]
Anybody = Annotated[Visit, Depends(visit)]
Ours = Annotated[str, Form(max_length=200)]
_RANDOM_BYTES: Final = 15
_PROBLEMS: Final = {
    "login": "Já existe alguém com este usuário.",
    "empty": "Preencha o usuário e o nome.",
    "creditors": "Escolha os credores, ou marque todos.",
    "grant": "Você só pode dar acesso aos credores que vê.",
    "admin": "Não sobraria ninguém na administração com todos os credores.",
    "self": "O seu próprio acesso quem muda é outra pessoa da administração.",
}
_OWN: Final = {
    "wrong": "A senha atual não confere.",
    "limit": "Muitas tentativas. Espere quinze minutos e tente de novo.",
    "again": "As duas senhas novas não são iguais.",
    "unfit": f"A senha nova precisa de {LEAST_LENGTH} a 200 caracteres.",
}


@router.get("/people")
async def listed(request: Request, found: Keeper, desk: DeskNow, problem: str = "") -> Response:
    return await _list(request, found, desk, problem=problem)


@router.post("/people", dependencies=[Depends(own_form)])
async def added(
    request: Request, found: Keeper, desk: DeskNow, role: Annotated[Role, Form()], login: Ours = "", name: Ours = ""
) -> Response:
    """Let somebody in with a password that is shown this once; they choose their own after."""
    if not login.strip() or not name.strip():
        return _problem("empty")
    creditors = await _creditors(request)
    if creditors == ():
        return _problem("creditors")
    if not may_grant(found.person.creditors, creditors):
        return _problem("grant")
    words, now = login.strip().lower(), desk.clock.now()
    password = secrets.token_urlsafe(_RANDOM_BYTES)
    hashed = await asyncio.to_thread(hash_password, password)
    try:
        await desk.people.add(
            login=words, name=name.strip(), role=role, password_hash=hashed, creditors=creditors, at=now
        )
    except LoginTaken:
        return _problem("login")
    detail = _told(words, role, creditors)
    await desk.audit.note(Action.PERSON_ADDED, at=now, who=found.person.id, detail=detail)
    return await _list(request, found, desk, password=(words, password))


@router.post("/people/{person_id}/deactivate", dependencies=[Depends(own_form)])
async def deactivated(person_id: IntId, found: Keeper, desk: DeskNow) -> Response:
    """End somebody's access, and every session of theirs with it."""
    them, now = await _theirs(person_id, found, desk), desk.clock.now()
    if person_id == found.person.id:
        return _problem("self")
    try:
        await desk.accounts.deactivate(person_id, within=found.person.creditors, at=now)
    except LastAdmin:
        return _problem("admin")
    await desk.audit.note(Action.PERSON_DEACTIVATED, at=now, who=found.person.id, detail=them.person.login)
    return RedirectResponse(f"{PATH}/people", status_code=303)


@router.post("/people/{person_id}/reactivate", dependencies=[Depends(own_form)])
async def reactivated(person_id: IntId, found: Keeper, desk: DeskNow) -> Response:
    them = await _theirs(person_id, found, desk)
    await desk.accounts.reactivate(person_id, within=found.person.creditors)
    await desk.audit.note(Action.PERSON_REACTIVATED, at=desk.clock.now(), who=found.person.id, detail=them.person.login)
    return RedirectResponse(f"{PATH}/people", status_code=303)


@router.post("/people/{person_id}/change", dependencies=[Depends(own_form)])
async def changed(
    request: Request, person_id: IntId, found: Keeper, desk: DeskNow, role: Annotated[Role, Form()]
) -> Response:
    """Give somebody another role or other creditors; it holds from their next request on."""
    them, creditors = await _theirs(person_id, found, desk), await _creditors(request)
    if person_id == found.person.id:
        return _problem("self")
    if creditors == ():
        return _problem("creditors")
    try:
        await desk.accounts.change(person_id, within=found.person.creditors, role=role, creditors=creditors)
    except NotTheirsToGrant:
        return _problem("grant")
    except LastAdmin:
        return _problem("admin")
    detail = _told(them.person.login, role, creditors)
    await desk.audit.note(Action.PERSON_CHANGED, at=desk.clock.now(), who=found.person.id, detail=detail)
    return RedirectResponse(f"{PATH}/people", status_code=303)


@router.post("/people/{person_id}/password", dependencies=[Depends(own_form)])
async def reset(request: Request, person_id: IntId, found: Keeper, desk: DeskNow) -> Response:
    """Make a new password, shown this once; every session that the old one opened ends."""
    them = await _theirs(person_id, found, desk)
    if person_id == found.person.id:
        return RedirectResponse(f"{PATH}/account", status_code=303)
    password = secrets.token_urlsafe(_RANDOM_BYTES)
    hashed = await asyncio.to_thread(hash_password, password)
    await desk.accounts.set_password(person_id, hashed, within=found.person.creditors)
    await desk.audit.note(Action.PASSWORD_RESET, at=desk.clock.now(), who=found.person.id, detail=them.person.login)
    return await _list(request, found, desk, password=(them.person.login, password))


@router.get("/account")
async def mine(request: Request, found: Anybody, problem: str = "", done: bool = False) -> Response:
    return page(
        request, "account.html", found, here="account", problem=_OWN.get(problem), done=done, least=LEAST_LENGTH
    )


@router.post("/account/password", dependencies=[Depends(own_form)])
async def own_password(
    request: Request,
    found: Anybody,
    desk: DeskNow,
    current: Annotated[str, Form(max_length=1000)] = "",
    new: Annotated[str, Form(max_length=1000)] = "",
    again: Annotated[str, Form(max_length=1000)] = "",
) -> Response:
    """Change one's own password: the old one is asked for, guessing it is limited, and other sessions end."""
    person, now = found.person, desk.clock.now()
    address = request.client.host if request.client else ""
    if not await desk.people.attempt(person.login, address, at=now):
        return _own_problem("limit")
    known = await desk.people.credentials(person.login)
    if known is None or not await matches(known.password_hash, current):
        return _own_problem("wrong")
    await desk.people.succeeded(person.login)
    if new != again:
        return _own_problem("again")
    try:
        hashed = await asyncio.to_thread(hash_password, new)
    except PasswordUnfit:
        return _own_problem("unfit")
    await desk.accounts.set_password(person.id, hashed, within=None, keep=digest(found.token))
    await desk.audit.note(Action.PASSWORD_CHANGED, at=now, who=person.id)
    return RedirectResponse(f"{PATH}/account?done=true", status_code=303)


async def _list(
    request: Request, found: Visit, desk: Desk, *, problem: str = "", password: tuple[str, str] | None = None
) -> Response:
    within = found.person.creditors
    everybody = await desk.accounts.everybody(within=within)
    names = set(within if within is not None else await desk.queues.creditors())
    names |= {name for each in everybody for name in each.person.creditors or ()}
    return page(
        request,
        "people.html",
        found,
        here="people",
        accounts=everybody,
        creditors=sorted(names),
        roles=tuple((role.value, ROLES.get(role.value) or word(role.value)) for role in Role),
        sees_all=within is None,
        problem=_PROBLEMS.get(problem),
        password=password,
    )


async def _theirs(person_id: int, found: Visit, desk: Desk) -> Account:
    return await desk.accounts.account(person_id, within=found.person.creditors)


async def _creditors(request: Request) -> tuple[str, ...] | None:
    """Read the creditors of a form: None for all of them, empty where none was chosen."""
    form = await request.form()
    if form.get("every") == "on":
        return None
    given = (*form.getlist("creditor"), form.get("other"))
    return tuple(dict.fromkeys(each.strip() for each in given if isinstance(each, str) and each.strip()))


def _told(login: str, role: Role, creditors: tuple[str, ...] | None) -> str:
    return f"{login}: {ROLES.get(role.value) or word(role.value)}, {', '.join(creditors or ('todos os credores',))}"


def _problem(code: str) -> Response:
    return RedirectResponse(f"{PATH}/people?problem={code}", status_code=303)


def _own_problem(code: str) -> Response:
    return RedirectResponse(f"{PATH}/account?problem={code}", status_code=303)
