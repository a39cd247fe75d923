"""Asterisk's doors: the dialplan's questions and the media websocket. Each authenticates before it does anything."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

import structlog
from fastapi import APIRouter, Request, Response, WebSocket

from telephony.errors import ProtocolError, StreamClosed, StreamTimeout
from telephony.providers.asterisk.door import DoorSecret, read_media_start
from telephony.providers.asterisk.numbers import e164
from telephony.providers.asterisk.serializer import AsteriskSerializer
from telephony.rest_errors import is_dead_by_cause
from voicebot.application.ports import RecordsUnavailable
from voicebot.domain.dialogue.phases import Disposition
from voicebot.web.asterisk_people import HANDOVER, PERSON
from voicebot.web.busy_line import UNKNOWN
from voicebot.web.gateway import Gateway
from voicebot.web.handover_doors import HandoverDoors
from voicebot.web.lines import POLICY_VIOLATION, hold_call, note_once, note_ringing, note_unanswered, refused

log = structlog.get_logger(__name__)

VOICE: Final = "/telephony/asterisk/voice"
STATUS: Final = "/telephony/asterisk/status"
MEDIA: Final = "/telephony/asterisk/media"
SUBPROTOCOL: Final = "media"
_CHANNEL_MAX: Final = 160
_EXPECTED_MAX: Final = 1_000
_BUSY, _NO, _TAKEN, _UNKNOWN = "busy", "no", "taken", "unknown"
_OK = "ok:"
"""What the media must show follows."""
_ENDS: Final[Mapping[str, Disposition]] = MappingProxyType(
    {
        "BUSY": Disposition.BUSY,
        "NOANSWER": Disposition.NO_ANSWER,
        "CANCEL": Disposition.NO_ANSWER,
        "CHANUNAVAIL": Disposition.FAILED,
        "CONGESTION": Disposition.FAILED,
        "DONTCALL": Disposition.FAILED,
        "TORTURE": Disposition.FAILED,
        "INVALIDARGS": Disposition.FAILED,
    }
)
"""Asterisk's DIALSTATUS of a call that nobody answered."""


@dataclass(frozen=True, slots=True)
class Expected:
    """An AudioSocket connection that is on its way."""

    token: str = field(repr=False)
    channel: str
    until: float


@dataclass(slots=True)
class AsteriskDoors:
    """What the doors share."""

    gateway: Gateway
    secret: DoorSecret
    people: HandoverDoors
    token_ttl_s: float
    takes_audiosocket: bool = False
    now: Callable[[], float] = time.monotonic
    _expected: dict[uuid.UUID, Expected] = field(default_factory=dict)

    def expect(self, token: str, channel: str) -> uuid.UUID | None:
        """Give the one-time name under which an AudioSocket may bring this call; None when too many are waited for."""
        now = self.now()
        self._expected = {name: each for name, each in self._expected.items() if each.until > now}
        if len(self._expected) >= _EXPECTED_MAX:
            return None
        name = uuid.uuid4()
        self._expected[name] = Expected(token, channel, now + self.token_ttl_s)
        return name

    def arrived(self, name: uuid.UUID) -> Expected | None:
        """Give what was expected under this name, once; None for an unknown, used or expired one."""
        found = self._expected.pop(name, None)
        return found if found is not None and found.until > self.now() else None

    def refused(self, door: str, why: str) -> None:
        refused(self.gateway, door, why)


def asterisk_routes(doors: AsteriskDoors) -> APIRouter:
    router = APIRouter()

    @router.post(VOICE)
    async def voice(request: Request) -> Response:
        form = await _form(doors, request)
        return Response(status_code=403) if form is None else _words(await _answer(doors, form))

    @router.post(STATUS)
    async def status(request: Request) -> Response:
        form = await _form(doors, request)
        return Response(status_code=403) if form is None else await _take_report(doors.gateway, form)

    @router.post(HANDOVER)
    async def handover(request: Request) -> Response:
        form = await _form(doors, request)
        return (
            Response(status_code=403)
            if form is None
            else await doors.people.take(HANDOVER, form.get("channel", ""), form)
        )

    @router.post(PERSON)
    async def person(request: Request) -> Response:
        form = await _form(doors, request)
        return (
            Response(status_code=403)
            if form is None
            else await doors.people.take(PERSON, form.get("handover", ""), form)
        )

    @router.websocket(MEDIA)
    async def media(websocket: WebSocket) -> None:
        if not doors.secret.opens(websocket.headers.get("authorization")):
            doors.refused("media", "secret")
            await websocket.close(POLICY_VIOLATION)
            return
        offered = websocket.scope.get("subprotocols") or []
        await websocket.accept(SUBPROTOCOL if SUBPROTOCOL in offered else None)
        await _media(doors, websocket)

    return router


async def _of_people(doors: AsteriskDoors, request: Request, door: str, name: str) -> Response:
    form = await _form(doors, request)
    return Response(status_code=403) if form is None else await doors.people.take(door, form.get(name, ""), form)


def _words(text: str) -> Response:
    return Response(text, media_type="text/plain")


async def _form(doors: AsteriskDoors, request: Request) -> dict[str, str] | None:
    """Read the form if the secret is right, else None; nothing else has happened by then."""
    if not doors.secret.opens(request.headers.get("authorization")):
        log.warning("webhook_refused", path=request.url.path, why="secret")
        doors.gateway.note_refusal("webhook", "secret")
        return None
    return {name: str(value) for name, value in (await request.form()).items()}


async def _answer(doors: AsteriskDoors, form: dict[str, str]) -> str:
    """Tell the dialplan whether the bot takes this channel: `ok:` and what its media must show, or another word."""
    gateway = doors.gateway
    channel, call_ref = form.get("channel", ""), form.get("call_ref") or None
    if not 0 < len(channel) <= _CHANNEL_MAX:
        doors.refused("call", "no channel")
        return _NO
    if gateway.drain.has_begun and call_ref is None:
        # An outbound call rang before the drain began: who answers it is not hung up on.
        doors.refused("call", "draining")
        return _BUSY
    if not gateway.admission.takes(channel):
        doors.refused("call", "every line is taken")
        return _BUSY
    answer = await _admitted(doors, form, channel, call_ref)
    if not answer.startswith(_OK):
        gateway.admission.settled(channel)
    return answer


async def _admitted(doors: AsteriskDoors, form: dict[str, str], channel: str, call_ref: str | None) -> str:
    """Find whose call it is, for which a line is promised."""
    gateway = doors.gateway
    try:
        if call_ref is not None:
            token = await gateway.desk.answer_outbound(call_ref, channel)
        else:
            token = await gateway.desk.answer_inbound(channel, e164(form.get("from", "")))
    except RecordsUnavailable:
        doors.refused("call", "database away")
        return _BUSY
    if token is None:
        doors.refused("call", "unknown call or number")
        return _NO if call_ref is not None else _not_registered(gateway)
    shown = _shown(doors, form.get("media", ""), token, channel)
    if shown is None:
        return _BUSY
    gateway.drain.attaches(channel)
    if call_ref is not None:
        gateway.drain.settled(call_ref)
    return f"{_OK}{shown}"


def _not_registered(gateway: Gateway) -> str:
    """Have whoever calls from an unknown number answered; until the words are made, they may call again."""
    is_made = gateway.busy_line is not None and gateway.busy_line.url_of(UNKNOWN) is not None
    return _UNKNOWN if is_made else _BUSY


def _shown(doors: AsteriskDoors, media: str, token: str, channel: str) -> str | None:
    if media != "audiosocket":
        return token
    if not doors.takes_audiosocket:
        doors.refused("call", "AudioSocket is not listened for")
        return None
    name = doors.expect(token, channel)
    if name is None:
        doors.refused("call", "too many calls on their way")
    return str(name) if name is not None else None


async def _take_report(gateway: Gateway, form: dict[str, str]) -> Response:
    """Give a report its effect once, however often it comes; one that could not be noted is wanted again."""
    call_ref, status = form.get("call_ref", ""), form.get("status", "")
    report = ("asterisk", call_ref, status)
    if not gateway.is_known(report) and not await note_once(gateway, report, _note(gateway, form)):
        return Response(status_code=503)
    return _words(_TAKEN)


async def _note(gateway: Gateway, form: Mapping[str, str]) -> None:
    call_ref, status = form.get("call_ref", ""), form.get("status", "")
    if status == "RINGING":
        await note_ringing(gateway, call_ref)
    elif status in _ENDS:
        end = _ENDS[status]
        is_dead = end is Disposition.FAILED and is_dead_by_cause(form.get("cause"))
        await note_unanswered(gateway, call_ref, end, status, is_dead=is_dead)
    else:
        log.warning("status_ignored", why="unknown word")


async def _media(doors: AsteriskDoors, websocket: WebSocket) -> None:
    """From the accepted socket to a call in progress, or a refusal that says why in the log."""
    try:
        started = await read_media_start(lambda: _message(websocket), timeout_s=doors.gateway.start_timeout_s)
    except StreamClosed:
        doors.refused("media", "closed before it started")
        return
    except (StreamTimeout, ProtocolError) as error:
        doors.refused("media", type(error).__name__)
        await websocket.close(POLICY_VIOLATION)
        return
    token, channel = websocket.query_params.get("token", ""), websocket.query_params.get("call", "")
    await hold_call(doors.gateway, websocket, AsteriskSerializer(started), token, channel)


async def _message(websocket: WebSocket) -> str | bytes:
    """Take the next message as it came, text or binary. Raises `StreamClosed`."""
    message = await websocket.receive()
    if message["type"] == "websocket.disconnect":
        raise StreamClosed("the media peer closed before the stream had started")
    text = message.get("text")
    return text if text is not None else bytes(message["bytes"])
