"""The carrier's REST face: Twilio's Calls resource, form encoded, with Basic auth and Twilio's error bodies."""

from __future__ import annotations

import base64
import binascii
import hmac
from collections.abc import Callable
from datetime import datetime
from email.utils import format_datetime
from typing import Any, Final, Protocol

from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse
from starlette.datastructures import FormData

from telephony.call import CallStatus
from telephony.errors import InvalidTwiml
from telephony.providers.simulator.calls import CarriedCall, Recording
from telephony.providers.simulator.clock import Clock
from telephony.providers.simulator.twiml import DeskVerb, DialNumber, read_redirect
from telephony.providers.simulator.weather import Forecast, Mishap
from telephony.providers.simulator.wire import new_sid

RING_MAX_S: Final = 600
"""The longest `Timeout` of a call."""
_CODES: Final = {401: 20003, 404: 20404, 429: 20429, 500: 20500, 503: 20503}
"""What the vendor says with an HTTP status; a bare 400 is 20001."""
_STATUS_EVENTS = frozenset({"initiated", "ringing", "answered", "completed"})


class Setup(Protocol):
    @property
    def account_sid(self) -> str: ...

    @property
    def auth_token(self) -> str: ...


class Switchboard(Protocol):
    """What the REST face needs of a carrier."""

    calls: dict[str, CarriedCall]
    refusals: list[int | tuple[int, int]]
    forecast: Forecast
    clock: Clock
    wall: Callable[[], datetime] | None

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
        call = _new_call(await request.form())
        call.created_at = carrier.wall() if carrier.wall is not None else None
        mishap = carrier.forecast.mishap()
        if mishap is None or mishap.is_done:
            carrier.accept(call)
        await _suffer(carrier, mishap)
        return JSONResponse(_resource(call, account_sid), status_code=201)

    @app.get(f"{calls_path}.json")
    async def list_calls(request: Request, account_sid: str) -> dict[str, Any]:
        _authenticate(request, carrier.setup, account_sid)
        await _suffer(carrier, carrier.forecast.mishap())
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
        _update(carrier, call, await request.form())
        return _resource(call, account_sid)

    @app.post(f"{calls_path}/{{sid}}/Recordings/{{recording}}.json")
    async def update_recording(request: Request, account_sid: str, sid: str, recording: str) -> dict[str, Any]:
        _authenticate(request, carrier.setup, account_sid)
        call = _known(carrier, sid)
        return _recording_resource(_set_recording(call, recording, await request.form()), call, account_sid)

    return app


async def _suffer(carrier: Switchboard, mishap: Mishap | None) -> None:
    """Let the weather have its way with an answer. Raises `Refusal`."""
    if mishap is None:
        return
    if mishap.is_silent:
        await carrier.clock.sleep_until(carrier.clock.now() + carrier.forecast.weather.silence_s)
    status = 429 if mishap is Mishap.TOO_MANY else 500
    raise Refusal(status, _CODES[status], "the weather is bad")


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
        told = carrier.refusals.pop(0)
        status, code = told if isinstance(told, tuple) else (told, _CODES.get(told, 20001))
        raise Refusal(status, code, "refused as the test asked")


def _update(carrier: Switchboard, call: CarriedCall, form: FormData) -> None:
    """Redirect or end a call. `canceled` leaves a call that was answered alone, as the vendor has it."""
    if call.status.is_final:
        raise Refusal(400, 21220, "Call is not in-progress. Cannot redirect.")
    match _text(form, "Twiml"), _text(form, "Status"):
        case "", "completed":
            call.hang_up_asked.set()
        case "", "canceled":
            if not call.is_answered:
                call.hang_up_asked.set()
        case "", _:
            raise Refusal(400, 21220, "only Twiml, or Status=completed or canceled, can be set here")
        case _:
            _refuse_as_told(carrier)
            _redirect(call, form)


def _set_recording(call: CarriedCall, recording: str, form: FormData) -> Recording:
    kept, status = call.recording, _text(form, "Status")
    if kept is None or recording not in {"Twilio.CURRENT", kept.sid}:
        raise Refusal(404, 20404, "The requested resource was not found")
    if not call.is_answered or call.status.is_final or status not in {"paused", "in-progress", "stopped"}:
        raise Refusal(400, 21220, "the recording cannot be changed to this now")
    kept.status = status
    return kept


def _redirect(call: CarriedCall, form: FormData) -> None:
    """Put the call on other verbs. What the vendor would find only as it dials is refused here at once."""
    limit_s = _seconds(form, "TimeLimit", call.time_limit_s)
    dial = _dial(call, _text(form, "Twiml"))
    try:
        call.redirect(dial)
    except ValueError:
        raise Refusal(400, 21220, "Call is not in-progress. Cannot redirect.") from None
    call.time_limit_s = limit_s


def _dial(call: CarriedCall, twiml: str) -> DialNumber | list[DeskVerb]:
    try:
        dial = read_redirect(twiml)
    except InvalidTwiml as error:
        raise Refusal(400, 12100, str(error)) from None
    if isinstance(dial, DialNumber) and dial.caller_id not in {call.from_, call.to}:
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
    ring_timeout_s = _seconds(form, "Timeout", 60)
    if ring_timeout_s > RING_MAX_S:
        raise Refusal(400, 20001, "Timeout is at most 600")
    detects = _text(form, "MachineDetection") in {"Enable", "DetectMessageEnd"} and not _text(form, "SendDigits")
    return CarriedCall(
        to=to,
        from_=from_,
        direction="outbound-api",
        voice_url=url,
        status_url=_text(form, "StatusCallback") or None,
        status_events=events,
        ring_timeout_s=ring_timeout_s,
        time_limit_s=_seconds(form, "TimeLimit", 14_400),
        # Only the asynchronous kind: the other one keeps the person waiting.
        amd_url=_text(form, "AsyncAmdStatusCallback") or None if detects and _is(form, "AsyncAmd") else None,
        recording=_recording(form) if _is(form, "Record") else None,
    )


def _text(form: FormData, name: str) -> str:
    value = form.get(name, "")
    return value if isinstance(value, str) else ""


def _seconds(form: FormData, name: str, default: float) -> float:
    value = _text(form, name)
    if value and not value.isdigit():
        raise Refusal(400, 20001, f"{name} must be a whole number")
    return int(value) if value else default


def _is(form: FormData, name: str) -> bool:
    return _text(form, name).lower() == "true"


def _recording(form: FormData) -> Recording:
    return Recording(
        sid=new_sid("RE"),
        channels=2 if _text(form, "RecordingChannels") == "dual" else 1,
        status_url=_text(form, "RecordingStatusCallback") or None,
        status_events=tuple(str(each) for each in form.getlist("RecordingStatusCallbackEvent")) or ("completed",),
    )


def _resource(call: CarriedCall, account_sid: str) -> dict[str, Any]:
    # The state of dialling exists in callbacks only; the resource is queued until it rings.
    status = CallStatus.QUEUED if call.status is CallStatus.INITIATED else call.status
    return {
        "sid": call.sid,
        "account_sid": account_sid,
        "to": call.to,
        "from": call.from_,
        "status": status.value,
        "direction": call.direction,
        "date_created": format_datetime(call.created_at) if call.created_at is not None else None,
        "answered_by": call.answered_by,
        "api_version": "2010-04-01",
        "uri": f"/2010-04-01/Accounts/{account_sid}/Calls/{call.sid}.json",
    }


def _recording_resource(recording: Recording, call: CarriedCall, account_sid: str) -> dict[str, Any]:
    return {
        "sid": recording.sid,
        "account_sid": account_sid,
        "call_sid": call.sid,
        "status": recording.status,
        "channels": recording.channels,
        "source": "OutboundAPI",
        "api_version": "2010-04-01",
        "uri": f"/2010-04-01/Accounts/{account_sid}/Calls/{call.sid}/Recordings/{recording.sid}.json",
    }
