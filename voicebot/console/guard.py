"""Who asks, whether they may, and whether the form is ours."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Annotated, Final

from fastapi import Depends, Form, Request, Response

from voicebot.application.qa.people import Permission, Person
from voicebot.console.desk import Desk

SESSION_COOKIE: Final = "console_session"
LOGIN_COOKIE: Final = "console_login"
PATH: Final = "/console"
_TOKEN_BYTES: Final = 32


class SignInNeeded(Exception):
    """Nobody is signed in, or no longer."""


class NotAllowed(Exception):
    """Not with this role."""


class FormRefused(Exception):
    """The form did not come from a page of ours in this session."""


@dataclass(frozen=True, slots=True)
class Visit:
    """One request of somebody who is signed in."""

    person: Person
    token: str = field(repr=False)

    @property
    def csrf(self) -> str:
        return csrf_of(self.token)


def desk_of(request: Request) -> Desk:
    desk: Desk = request.app.state.desk
    return desk


async def visit(request: Request, desk: Annotated[Desk, Depends(desk_of)]) -> Visit:
    """Find who holds the session.

    Raises:
        SignInNeeded: nobody does.
    """
    token = request.cookies.get(SESSION_COOKIE, "")
    person = await desk.people.session(digest(token), at=desk.clock.now()) if token else None
    if person is None:
        raise SignInNeeded
    request.state.visit = Visit(person, token)
    return Visit(person, token)


def allowed(permission: Permission) -> Callable[..., Awaitable[Visit]]:
    """Give a dependency that lets those with the permission in.

    The dependency raises `NotAllowed` for the others.
    """

    async def check(found: Annotated[Visit, Depends(visit)]) -> Visit:
        if not found.person.may(permission):
            raise NotAllowed(permission.value)
        return found

    return check


def everywhere(permission: Permission) -> Callable[..., Awaitable[Visit]]:
    """Give a dependency for what touches every creditor at once: nobody kept to some of them is let in.

    The dependency raises `NotAllowed` for the others.
    """
    within = allowed(permission)

    async def check(found: Annotated[Visit, Depends(visit)]) -> Visit:
        await within(found)
        if found.person.creditors is not None:
            raise NotAllowed(permission.value)
        return found

    return check


async def own_form(found: Annotated[Visit, Depends(visit)], csrf: Annotated[str, Form()] = "") -> None:
    """Refuse a form without this session's token, whatever cookie came with it.

    Raises:
        FormRefused: it is missing or another's.
    """
    if not hmac.compare_digest(csrf.encode(), found.csrf.encode()):
        raise FormRefused


def new_token() -> str:
    return secrets.token_urlsafe(_TOKEN_BYTES)


def digest(token: str) -> bytes:
    """Give what is stored of a session's token."""
    return hashlib.sha256(token.encode()).digest()


def csrf_of(token: str) -> str:
    """Derive a form's token from the cookie's, which scripts cannot read and other sites cannot know."""
    return hmac.new(token.encode(), b"console form", hashlib.sha256).hexdigest()


def set_cookie(response: Response, name: str, value: str, *, secure: bool) -> None:
    response.set_cookie(name, value, path=PATH, httponly=True, samesite="strict", secure=secure)


def drop_cookie(response: Response, name: str, *, secure: bool) -> None:
    response.delete_cookie(name, path=PATH, httponly=True, samesite="strict", secure=secure)
