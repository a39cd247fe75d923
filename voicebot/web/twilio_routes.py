"""Twilio's doors: voice webhook, status callback, media socket. Each authenticates before it does anything."""

from __future__ import annotations

import asyncio

import structlog
from fastapi import APIRouter, Request, Response, WebSocket

from telephony.call import AnsweredBy
from telephony.errors import ProtocolError, StreamClosed, StreamTimeout
from telephony.providers.twilio.handshake import read_start, receive_message
from telephony.providers.twilio.serializer import MediaStreamSerializer
from telephony.providers.twilio.signature import SETTINGS_HEADER, SIGNATURE_HEADER
from telephony.providers.twilio.twiml import connect_stream, reject
from voicebot.application.ports import RecordsUnavailable
from voicebot.domain.dialogue.phases import Disposition
from voicebot.web.gateway import TOKEN_PARAMETER, Gateway

log = structlog.get_logger(__name__)

VOICE = "/telephony/twilio/voice"
STATUS = "/telephony/twilio/status"
MEDIA = "/telephony/twilio/media"
AMD = "/telephony/twilio/amd"
"""Where the provider sends its opinion on who picked up."""
POLICY_VIOLATION = 1008
TRY_AGAIN_LATER = 1013

_NOT_ANSWERED = {
    "busy": Disposition.BUSY,
    "no-answer": Disposition.NO_ANSWER,
    "failed": Disposition.FAILED,
    "canceled": Disposition.NO_ANSWER,
}


def twilio_routes(gateway: Gateway) -> APIRouter:
    router = APIRouter()

    @router.post(VOICE)
    async def voice(request: Request) -> Response:
        form = await _signed_form(gateway, request)
        if form is None:
            return Response(status_code=403)
        return Response(await _twiml(gateway, form, request.query_params.get("call_ref")), media_type="text/xml")

    @router.post(STATUS)
    async def status(request: Request) -> Response:
        form = await _signed_form(gateway, request)
        if form is None:
            return Response(status_code=403)
        return await _take_report(gateway, form, request.query_params.get("call_ref"))

    @router.post(AMD)
    async def amd(request: Request) -> Response:
        form = await _signed_form(gateway, request)
        if form is None:
            return Response(status_code=403)
        await _note_opinion(gateway, form, request.query_params.get("call_ref"))
        return Response(status_code=204)

    @router.websocket(MEDIA)
    async def media(websocket: WebSocket) -> None:
        headers = websocket.headers
        signed = gateway.signatures.is_socket_signed(
            MEDIA, headers.get(SIGNATURE_HEADER), settings=headers.get(SETTINGS_HEADER)
        )
        if not signed:
            _refused(gateway, "media", "signature")
            await websocket.close(POLICY_VIOLATION)
            return
        await websocket.accept()
        await _media(gateway, websocket)

    return router


def _refused(gateway: Gateway, door: str, why: str) -> None:
    log.warning("call_refused" if door == "call" else "media_refused", why=why)
    gateway.note_refusal(door, why)


async def _signed_form(gateway: Gateway, request: Request) -> dict[str, str] | None:
    """Read the form if its signature is right, else None; nothing else has happened by then."""
    form = {name: str(value) for name, value in (await request.form()).items()}
    signed = gateway.signatures.is_webhook_signed(
        request.url.path,
        form,
        request.headers.get(SIGNATURE_HEADER),
        query=request.url.query,
        settings=request.headers.get(SETTINGS_HEADER),
    )
    if not signed:
        log.warning("webhook_refused", path=request.url.path, why="signature")
        gateway.note_refusal("webhook", "signature")
        return None
    return form


async def _twiml(gateway: Gateway, form: dict[str, str], call_ref: str | None) -> str:
    provider_call_id = form.get("CallSid", "")
    if gateway.drain.has_begun and call_ref is None:
        # An outbound call rang before the drain began: who answers it is not hung up on.
        _refused(gateway, "call", "draining")
        return reject(busy=True)
    if gateway.is_full:
        _refused(gateway, "call", "every line is taken")
        return reject(busy=True)
    try:
        if call_ref is not None:
            token = await gateway.desk.answer_outbound(call_ref, provider_call_id)
        else:
            token = await gateway.desk.answer_inbound(provider_call_id, form.get("From", ""))
    except RecordsUnavailable:
        _refused(gateway, "call", "database away")
        return reject(busy=True)
    if token is None:
        _refused(gateway, "call", "unknown call or number")
        return reject()
    gateway.drain.attaches(provider_call_id)
    if call_ref is not None:
        gateway.drain.settled(call_ref)
    return connect_stream(gateway.media_url, {TOKEN_PARAMETER: token})


async def _take_report(gateway: Gateway, form: dict[str, str], call_ref: str | None) -> Response:
    """Give a report its effect once, however often it comes; one that could not be noted is wanted again."""
    report = (call_ref or "", *(form.get(name, "") for name in ("CallSid", "CallStatus", "SequenceNumber")))
    if gateway.is_known(report):
        return Response(status_code=204)
    try:
        await _note_status(gateway, form.get("CallStatus", ""), call_ref)
    except RecordsUnavailable:
        log.warning("status_not_noted", why="database away")
        return Response(status_code=503)
    gateway.remember(report)
    return Response(status_code=204)


async def _note_status(gateway: Gateway, status: str, call_ref: str | None) -> None:
    """Ringing warms the first lines; a call that was never answered is closed with its reason, once."""
    if call_ref is None:
        return
    if status in {"initiated", "ringing"}:
        gateway.drain.rings(call_ref)
        lines = await gateway.desk.foresee_greeting(call_ref)
        task = asyncio.create_task(gateway.prepare(lines), name="warm-greeting")
        gateway.warming.add(task)
        task.add_done_callback(gateway.warming.discard)
    elif status in _NOT_ANSWERED and call_ref in gateway.calls:
        log.warning("status_ignored", call_id=call_ref, status=status, why="the call is in progress")
    elif status in _NOT_ANSWERED:
        gateway.drain.settled(call_ref)
        await gateway.desk.close_as(call_ref, _NOT_ANSWERED[status])


async def _note_opinion(gateway: Gateway, form: dict[str, str], call_ref: str | None) -> None:
    """Pass on the first opinion on a call in progress here; a late, repeated or foreign one changes nothing."""
    if call_ref is None or call_ref in gateway.opinions or gateway.provider_ids.get(call_ref) != form.get("CallSid"):
        return
    try:
        opinion = AnsweredBy(form.get("AnsweredBy", ""))
    except ValueError:
        log.warning("opinion_ignored", call_id=call_ref, why="unknown word")
        return
    gateway.opinions[call_ref] = opinion
    log.info("answered_by", call_id=call_ref, opinion=opinion.value)
    if gateway.answered_by is not None:
        await gateway.answered_by(call_ref, opinion)


async def _media(gateway: Gateway, websocket: WebSocket) -> None:
    """From the accepted socket to a call in progress, or a refusal that says why in the log."""
    try:
        start = await read_start(
            lambda: receive_message(websocket), token_parameter=TOKEN_PARAMETER, timeout_s=gateway.start_timeout_s
        )
    except StreamClosed:
        _refused(gateway, "media", "closed before it started")
        return
    except (StreamTimeout, ProtocolError) as error:
        _refused(gateway, "media", type(error).__name__)
        await websocket.close(POLICY_VIOLATION)
        return
    if start.account_sid != gateway.account_sid:
        _refused(gateway, "media", "another account")
        await websocket.close(POLICY_VIOLATION)
        return
    attached = await gateway.desk.attach(start.parameters[TOKEN_PARAMETER], start.call_sid)
    if attached is None:
        _refused(gateway, "media", "token")
        await websocket.close(POLICY_VIOLATION)
        return
    if attached.call_id in gateway.calls:
        # A replayed webhook gives a fresh token: a call has one stream all the same.
        _refused(gateway, "media", "the call is in progress")
        await websocket.close(POLICY_VIOLATION)
        return
    task = asyncio.current_task()
    if task is None:
        await websocket.close(TRY_AGAIN_LATER)
        return
    gateway.calls[attached.call_id] = task
    gateway.provider_ids[attached.call_id] = start.call_sid
    gateway.drain.settled(start.call_sid)
    try:
        await gateway.hold(websocket, MediaStreamSerializer(start), attached, start.call_sid)
    finally:
        del gateway.calls[attached.call_id]
        del gateway.provider_ids[attached.call_id]
        gateway.opinions.pop(attached.call_id, None)
