"""The carrier's REST face: Twilio's Calls resource, form encoded, with Basic auth and Twilio's error bodies."""

from __future__ import annotations

import base64
import binascii
import hmac
from typing import Any, Protocol

from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse
from starlette.datastructures import FormData

from telephony.errors import InvalidTwiml
from telephony.providers.simulator.calls import CarriedCall
from telephony.providers.simulator.twiml import DialNumber, read_dial

_STATUS_EVENTS = frozenset({"initiated", "ringing", "answered", "completed"})


class Setup(Protocol):
    @property
    def account_sid(self) -> str: ...

    @property
    def auth_token(self) -> str: ...


class Switchboard(Protocol):
    """What the REST face needs of a carrier."""

    calls: dict[str, CarriedCall]
    refusals: list[int]

    @property
    def setup(self) -> Setup: ...

    def accept(self, call: CarriedCall) -> CarriedCall: ...


class Refusal(Exception):
    """An answer other than 2xx, in the provider's form."""

    def __init__(self, status: int, code: int, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.code = code


def build_app(carrier: Switchboard) -> FastAPI:
    """Give the app that serves `/2010-04-01/Accounts/{account}/Calls...` for one account."""
    app = FastAPI(openapi_url=None)
    calls_path = "/2010-04-01/Accounts/{account_sid}/Calls"

    @app.exception_handler(Refusal)
    async def refused(request: Request, refusal: Refusal) -> JSONResponse:
        body = {"code": refusal.code, "message": str(refusal), "status": refusal.status}
        return JSONResponse(body, status_code=refusal.status)

    @app.post(f"{calls_path}.json")
    async def create(request: Request, account_sid: str) -> JSONResponse:
        _authenticate(request, carrier.setup, account_sid)
        _refuse_as_told(carrier)
        call = carrier.accept(_new_call(await request.form()))
        return JSONResponse(_resource(call, account_sid), status_code=201)

    @app.get(f"{calls_path}.json")
    async def list_calls(request: Request, account_sid: str) -> dict[str, Any]:
        _authenticate(request, carrier.setup, account_sid)
        to = request.query_params.get("To")
        newest_first = reversed(carrier.calls.values())
        calls = [_resource(call, account_sid) for call in newest_first if to is None or call.to == to]
        return {"calls": calls, "page": 0, "page_size": len(calls), "next_page_uri": None, "uri": request.url.path}

    @app.get(f"{calls_path}/{{sid}}.json")
    async def fetch(request: Request, account_sid: str, sid: str) -> dict[str, Any]:
        _authenticate(request, carrier.setup, account_sid)
        return _resource(_known(carrier, sid), account_sid)

    @app.post(f"{calls_path}/{{sid}}.json")
    async def update(request: Request, account_sid: str, sid: str) -> dict[str, Any]:
        _authenticate(request, carrier.setup, account_sid)
        call = _known(carrier, sid)
        form = await request.form()
        if call.status.is_final:
            raise Refusal(400, 21220, "Call is not in-progress. Cannot redirect.")
        if "Twiml" in form:
            _refuse_as_told(carrier)
            _redirect(call, form)
        elif form.get("Status") in {"completed", "canceled"}:
            call.hang_up_asked.set()
        else:
            raise Refusal(400, 21220, "only Twiml, or Status=completed or canceled, can be set here")
        return _resource(call, account_sid)

    return app


def _authenticate(request: Request, setup: Setup, account_sid: str) -> None:
    scheme, _, encoded = request.headers.get("Authorization", "").partition(" ")
    try:
        given = base64.b64decode(encoded, validate=True)
    except (binascii.Error, ValueError):
        given = b""
    expected = f"{setup.account_sid}:{setup.auth_token}".encode()
    if scheme.lower() != "basic" or not hmac.compare_digest(given, expected) or account_sid != setup.account_sid:
        raise Refusal(401, 20003, "Authenticate")


def _refuse_as_told(carrier: Switchboard) -> None:
    if carrier.refusals:
        status = carrier.refusals.pop(0)
        raise Refusal(status, 20429 if status == 429 else 20500, "refused as the test asked")


def _redirect(call: CarriedCall, form: FormData) -> None:
    """Put the call on a `<Dial>`. What the vendor would find only as it dials is refused here at once."""
    limit_s = _seconds(form, "TimeLimit", call.time_limit_s)
    dial = _dial(call, _text(form, "Twiml"))
    try:
        call.redirect(dial)
    except ValueError:
        raise Refusal(400, 21220, "Call is not in-progress. Cannot redirect.") from None
    call.time_limit_s = limit_s


def _dial(call: CarriedCall, twiml: str) -> DialNumber:
    try:
        dial = read_dial(twiml)
    except InvalidTwiml as error:
        raise Refusal(400, 12100, str(error)) from None
    if dial.caller_id not in {call.from_, call.to}:
        raise Refusal(400, 13214, "Dial->Number: callerId is a number of neither end of the call")
    return dial


def _known(carrier: Switchboard, sid: str) -> CarriedCall:
    call = carrier.calls.get(sid)
    if call is None:
        raise Refusal(404, 20404, "The requested resource was not found")
    return call


def _new_call(form: FormData) -> CarriedCall:
    to, from_, url = (_text(form, name) for name in ("To", "From", "Url"))
    if not from_:
        raise Refusal(400, 21213, "A 'From' phone number is required.")
    if not to or not to.startswith("+") or not to[1:].isdigit():
        raise Refusal(400, 21211, "Invalid 'To' Phone Number")
    if not url:
        raise Refusal(400, 21205, "Url parameter is required.")
    events = tuple(str(event) for event in form.getlist("StatusCallbackEvent")) or ("completed",)
    if not set(events) <= _STATUS_EVENTS:
        raise Refusal(400, 21626, "StatusCallbackEvent is invalid")
    return CarriedCall(
        to=to,
        from_=from_,
        direction="outbound-api",
        voice_url=url,
        status_url=_text(form, "StatusCallback") or None,
        status_events=events,
        ring_timeout_s=_seconds(form, "Timeout", 60),
        time_limit_s=_seconds(form, "TimeLimit", 14_400),
    )


def _text(form: FormData, name: str) -> str:
    value = form.get(name, "")
    return value if isinstance(value, str) else ""


def _seconds(form: FormData, name: str, default: float) -> float:
    value = _text(form, name)
    if value and not value.isdigit():
        raise Refusal(400, 20001, f"{name} must be a whole number")
    return int(value) if value else default


def _resource(call: CarriedCall, account_sid: str) -> dict[str, Any]:
    return {
        "sid": call.sid,
        "account_sid": account_sid,
        "to": call.to,
        "from": call.from_,
        "status": call.status.value,
        "direction": call.direction,
        "api_version": "2010-04-01",
        "uri": f"/2010-04-01/Accounts/{account_sid}/Calls/{call.sid}.json",
    }
