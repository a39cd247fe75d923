"""The browser line's page: who may open it, with which demo debtor, and the call it begins."""

from __future__ import annotations

import hmac
import uuid
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Annotated, Final
from zoneinfo import ZoneInfo

import structlog
from fastapi import APIRouter, Depends, FastAPI, Form, Request, Response
from fastapi.responses import JSONResponse, RedirectResponse
from starlette.exceptions import HTTPException

from voicebot.application.ports import Clock, RecordsUnavailable, Speaker
from voicebot.bootstrap.store import Store
from voicebot.console.app import HEADERS
from voicebot.console.guard import PATH, SESSION_COOKIE, Visit, digest
from voicebot.console.pages import page
from voicebot.domain.compliance.engine import may_contact
from voicebot.domain.compliance.rules import Refused
from voicebot.domain.dialogue.phases import Direction
from voicebot.domain.portfolio import Case, Channel
from voicebot.persistence.console_people import PostgresPeople
from voicebot.settings import Settings
from voicebot.web.browser_line import ACCOUNT, MEDIA, browser_routes, new_call_id
from voicebot.web.gateway import Gateway

log = structlog.get_logger(__name__)

PLACE: Final = f"{PATH}/browser"
PROVIDER: Final = "browser"
SHOWN: Final = 50
"""Demo debtors to choose from, at most."""
STARTING: Final = timedelta(seconds=60)
"""A call whose microphone never comes is closed as failed after this."""
_HEADERS: Final = {
    **HEADERS,
    "Permissions-Policy": "camera=(), microphone=(self), geolocation=()",
    "Cache-Control": "no-store",
}


@dataclass(frozen=True, slots=True)
class BrowserLine:
    """What the page works with."""

    settings: Settings
    store: Store
    clock: Clock
    owner: str

    async def visit(self, request: Request) -> Visit | None:
        """Find who is signed in to the console; any role may talk to the bot."""
        token = request.cookies.get(SESSION_COOKIE, "")
        people = PostgresPeople(self.store.database)
        person = await people.session(digest(token), at=self.clock.now()) if token else None
        return None if person is None else Visit(person, token)

    async def demos(self) -> list[Case]:
        """List the sample creditors' debtors; nobody else's data are ever shown here."""
        cases = [await self.store.portfolio.case_by_ref(ref) for ref in (await self.store.portfolio.refs())[:SHOWN]]
        return [case for case in cases if case is not None and case.creditor.sample]

    async def begin(self, ref: str, direction: Direction) -> dict[str, str] | Refused | None:
        """Open the call's record and give what the page shows at the media door; None where there is no such demo.

        A call of the bot's is permitted by the same rules as on the phone.
        """
        case = await self.store.portfolio.case_by_ref(ref)
        if case is None or not case.creditor.sample:
            return None
        call_id, provider_call_id = str(uuid.uuid4()), new_call_id()
        now = self.clock.now()
        if direction is Direction.OUTBOUND:
            local = now.astimezone(ZoneInfo(case.timezone))
            judge = partial(may_contact, case, Channel.VOICE, local)
            refused = await self.store.calls.dial(
                call_id, case, judge, provider=PROVIDER, at=local, owner=self.owner, lease_until=now + STARTING
            )
            if refused is not None:
                return refused
        else:
            await self.store.calls.begin(
                call_id,
                direction=direction,
                provider=PROVIDER,
                at=now,
                debtor_ref=case.debtor.ref,
                debtor_name=case.debtor.name,
                debtor_state=case.debtor.state,
                creditor_name=case.creditor.name,
                provider_call_id=provider_call_id,
                owner=self.owner,
                lease_until=now + STARTING,
            )
        token = await self.store.tokens.mint(call_id, provider_call_id, ttl_s=self.settings.token_ttl_s)
        return {
            "callId": call_id,
            "callSid": provider_call_id,
            "accountSid": ACCOUNT,
            "token": token,
            "media": MEDIA,
        }

    async def lines(self, call_id: uuid.UUID, since: int) -> list[dict[str, str | int]] | None:
        """Give what was said from a line on; None for a call that is not from a page of ours."""
        outcome = await self.store.calls.outcome(str(call_id))
        if outcome.provider != PROVIDER:
            return None
        return [
            {"index": each.index, "speaker": each.line.speaker.value, "text": each.line.text}
            for each in await self.store.calls.lines_since(str(call_id), since)
            if each.line.speaker in {Speaker.AGENT, Speaker.CALLER}
        ]


def mount(app: FastAPI, gateway: Gateway, line: BrowserLine) -> None:
    """Add page and door, where the settings switch them on; before the console, under whose path the page is."""
    if not line.settings.browser_line:
        return
    app.include_router(browser_routes(gateway, line.settings.public_url))
    app.include_router(_page_routes(line))


def _page_routes(line: BrowserLine) -> APIRouter:
    router = APIRouter()

    # FastAPI cannot resolve a local name in an annotation, so this dependency is given as a default.
    async def signed_in(request: Request) -> Visit:
        try:
            found = await line.visit(request)
        except RecordsUnavailable:
            raise HTTPException(status_code=503) from None
        if found is None:
            raise HTTPException(status_code=303, headers={"Location": f"{PATH}/sign-in"})
        return found

    visit_of = Depends(signed_in)

    @router.get("/browser")
    async def short() -> Response:
        return RedirectResponse(PLACE, status_code=303)

    @router.get(PLACE)
    async def shown(request: Request, found: Visit = visit_of) -> Response:
        return _guarded(page(request, "browser.html", found, here="browser", demos=await line.demos()))

    @router.post(PLACE)
    async def begun(
        found: Visit = visit_of,
        debtor: Annotated[str, Form(max_length=100)] = "",
        direction: Annotated[Direction, Form()] = Direction.INBOUND,
        csrf: Annotated[str, Form(max_length=200)] = "",
    ) -> Response:
        if not hmac.compare_digest(csrf.encode(), found.csrf.encode()):
            return _guarded(JSONResponse({"error": "A página venceu: atualize e tente de novo."}, status_code=403))
        return _guarded(_told(await line.begin(debtor, direction)))

    @router.get(PLACE + "/{call_id}/lines.json", dependencies=[visit_of])
    async def lines(call_id: uuid.UUID, since: int = 0) -> Response:
        found = await line.lines(call_id, max(0, since))
        return _guarded(Response(status_code=404) if found is None else JSONResponse(found))

    return router


def _told(begun: dict[str, str] | Refused | None) -> Response:
    if begun is None:
        return JSONResponse({"error": "Este devedor não é de demonstração."}, status_code=404)
    if isinstance(begun, Refused):
        return JSONResponse({"error": f"A ligação não é permitida agora: {begun.reason}."}, status_code=409)
    return JSONResponse(begun)


def _guarded(response: Response) -> Response:
    for name, value in _HEADERS.items():
        response.headers[name] = value
    return response
