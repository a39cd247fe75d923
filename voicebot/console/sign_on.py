"""Signing in through the house's provider of identities, beside the console's own passwords."""

from __future__ import annotations

import base64
import hashlib
import hmac
from typing import Annotated, Final

import structlog
from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.responses import RedirectResponse

from voicebot.application.qa.desk import Action
from voicebot.application.qa.people import Person
from voicebot.application.qa.sign_on import SignOnRefused, SignOnUnavailable, SingleSignOn
from voicebot.console.desk import Desk
from voicebot.console.guard import PATH, SESSION_COOKIE, desk_of, digest, new_token, set_cookie
from voicebot.console.pages import page

log = structlog.get_logger(__name__)
router = APIRouter()
DeskNow = Annotated[Desk, Depends(desk_of)]
COOKIE: Final = "console_sign_on"
CALLBACK: Final = "oidc/callback"
_LASTS_S: Final = 600
"""How long somebody may take over the provider's page."""
_PLACE: Final = f"{PATH}/oidc"
_NOBODY: Final = "Esta conta não tem acesso ao console. Peça a quem o administra que a cadastre."
_REFUSED: Final = "A entrada não pôde ser confirmada. Tente de novo."
_AWAY: Final = "O serviço de contas da empresa não respondeu. Tente de novo em instantes."
_TOO_MANY: Final = "Muitas tentativas. Espere quinze minutos e tente de novo."


class _NotAllowed(Exception):
    """The provider vouches for somebody who has no account here, or tries too often."""

    def __init__(self, words: str, status: int, reason: str) -> None:
        self.words, self.status, self.reason = words, status, reason
        super().__init__(reason)


@router.get("/oidc/start")
async def begin(request: Request, desk: DeskNow) -> Response:
    """Send the browser to the provider; what ties the answer to this browser stays in a cookie."""
    provider = desk.sign_on
    if provider is None:
        return _sorry(request, 404, "A entrada pela conta da empresa não está ligada.")
    secret = new_token()
    try:
        address = await provider.address(
            state=_derived(secret, "state"),
            nonce=_derived(secret, "nonce"),
            challenge=challenge_of(_derived(secret, "verifier")),
        )
    except SignOnUnavailable as error:
        log.warning("console_sign_on_unavailable", why=str(error))
        return _sorry(request, 503, _AWAY)
    response = RedirectResponse(address, status_code=303)
    # Lax, for the way back begins at another site; strict cookies would stay behind.
    response.set_cookie(
        COOKIE, secret, path=_PLACE, max_age=_LASTS_S, httponly=True, samesite="lax", secure=desk.secure
    )
    return response


@router.get(f"/{CALLBACK}")
async def come_back(
    request: Request,
    desk: DeskNow,
    code: Annotated[str, Query(max_length=4096)] = "",
    state: Annotated[str, Query(max_length=200)] = "",
) -> Response:
    """Judge what the provider says, and open a session for the account it is tied to."""
    provider, now = desk.sign_on, desk.clock.now()
    if provider is None:
        return _sorry(request, 404, "A entrada pela conta da empresa não está ligada.")
    try:
        person = await _recognised(request, desk, provider, code, state)
    except SignOnUnavailable as error:
        log.warning("console_sign_on_unavailable", why=str(error))
        return _ended(_sorry(request, 503, _AWAY), desk)
    except SignOnRefused as error:
        log.warning("console_sign_on_refused", reason=error.reason)
        await desk.audit.note(Action.SIGN_IN_REFUSED, at=now, detail=f"conta da empresa: {error.reason}")
        return _ended(_sorry(request, 403, _REFUSED), desk)
    except _NotAllowed as error:
        log.warning("console_sign_on_refused", reason=error.reason)
        await desk.audit.note(Action.SIGN_IN_REFUSED, at=now, detail=f"conta da empresa: {error.reason}")
        return _ended(_sorry(request, error.status, error.words), desk)
    token = new_token()
    await desk.people.open_session(digest(token), person.id, at=now)
    await desk.audit.note(Action.SIGNED_IN, at=now, who=person.id, detail="conta da empresa")
    # A page of ours goes on from here: after a redirect from another site the session's cookie, which is strict,
    # would not be sent along.
    response = page(request, "signed_on.html", None)
    set_cookie(response, SESSION_COOKIE, token, secure=desk.secure)
    return _ended(response, desk)


async def _recognised(request: Request, desk: Desk, provider: SingleSignOn, code: str, state: str) -> Person:
    """Find who it is.

    Raises:
        SignOnRefused: the answer is not for this browser, or not to be trusted.
        SignOnUnavailable: the provider did not answer.
        _NotAllowed: nobody here has this account, or too many tried from this address.
    """
    secret, now = request.cookies.get(COOKIE, ""), desk.clock.now()
    if not secret or not hmac.compare_digest(state.encode(), _derived(secret, "state").encode()):
        raise SignOnRefused("state")
    if not code:
        # The provider says why in `error`, which anybody could write: it is not shown.
        raise SignOnRefused("no_code")
    address = request.client.host if request.client else ""
    attempt = f"oidc {_derived(secret, 'attempt')}"
    if not await desk.people.attempt(attempt, address, at=now):
        raise _NotAllowed(_TOO_MANY, 429, "too_many")
    vouched = await provider.vouched(
        code=code, nonce=_derived(secret, "nonce"), verifier=_derived(secret, "verifier"), at=now
    )
    person = await desk.people.vouched(issuer=vouched.issuer, subject=vouched.subject, login=vouched.login)
    if person is None:
        raise _NotAllowed(_NOBODY, 403, "no_account")
    await desk.people.succeeded(attempt)
    return person


def challenge_of(verifier: str) -> str:
    """Give the S256 challenge, RFC 7636 section 4.2."""
    return _base64(hashlib.sha256(verifier.encode()).digest())


def _derived(secret: str, what: str) -> str:
    """Give one of the values that only who holds the cookie can know; 43 characters, as RFC 7636 wants."""
    return _base64(hmac.new(secret.encode(), f"sign-on {what}".encode(), hashlib.sha256).digest())


def _base64(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).rstrip(b"=").decode()


def _ended(response: Response, desk: Desk) -> Response:
    """Let go of the cookie: an answer is good once."""
    response.delete_cookie(COOKIE, path=_PLACE, httponly=True, samesite="lax", secure=desk.secure)
    return response


def _sorry(request: Request, status: int, words: str) -> Response:
    return page(request, "sorry.html", None, status=status, title="Não deu para entrar", message=words)
