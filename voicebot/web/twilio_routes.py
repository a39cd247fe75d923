"""Twilio's doors: voice webhook, status callback, media socket. Each authenticates before it does anything."""

from __future__ import annotations

import re

import structlog
from fastapi import APIRouter, Request, Response, WebSocket

from telephony.call import AnsweredBy
from telephony.errors import NextStep, ProtocolError, StreamClosed, StreamTimeout
from telephony.providers.twilio.handshake import read_start, receive_message
from telephony.providers.twilio.serializer import MediaStreamSerializer
from telephony.providers.twilio.signature import SETTINGS_HEADER, SIGNATURE_HEADER
from telephony.providers.twilio.twiml import connect_stream, play, reject
from telephony.rest_errors import after_call
from telephony.transfer import say_and_end
from voicebot.application.ports import RecordsUnavailable
from voicebot.domain.dialogue.phases import Disposition
from voicebot.web.busy_line import NOT_REGISTERED, UNKNOWN
from voicebot.web.gateway import TOKEN_PARAMETER, Gateway
from voicebot.web.lines import POLICY_VIOLATION, hold_call, note_once, note_ringing, note_unanswered, refused

log = structlog.get_logger(__name__)

VOICE = "/telephony/twilio/voice"
STATUS = "/telephony/twilio/status"
MEDIA = "/telephony/twilio/media"
AMD = "/telephony/twilio/amd"
"""Where the provider sends its opinion on who picked up."""
STREAM = "/telephony/twilio/stream"
"""Where it tells of a media stream's errors: nothing else brings them, since a stream that fails has no socket."""
_STREAM_CODE = re.compile(r"\b319\d\d\b")

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
        return await _take_opinion(gateway, form, request.query_params.get("call_ref"))

    @router.post(STREAM)
    async def stream(request: Request) -> Response:
        form = await _signed_form(gateway, request)
        if form is None:
            return Response(status_code=403)
        _note_stream(gateway, form)
        return Response(status_code=204)

    @router.websocket(MEDIA)
    async def media(websocket: WebSocket) -> None:
        await _authenticated_media(gateway, websocket)

    return router


async def _authenticated_media(gateway: Gateway, websocket: WebSocket) -> None:
    headers = websocket.headers
    signed = gateway.signatures.is_socket_signed(
        MEDIA, headers.get(SIGNATURE_HEADER), settings=headers.get(SETTINGS_HEADER)
    )
    if not signed:
        refused(gateway, "media", "signature")
        await websocket.close(POLICY_VIOLATION)
        return
    await websocket.accept()
    await _media(gateway, websocket)


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
        refused(gateway, "call", "draining")
        return reject(busy=True)
    if not gateway.admission.takes(provider_call_id):
        return _turned_away(gateway, call_ref)
    try:
        if call_ref is not None:
            token = await gateway.desk.answer_outbound(call_ref, provider_call_id)
        else:
            token = await gateway.desk.answer_inbound(provider_call_id, form.get("From", ""))
    except RecordsUnavailable:
        gateway.admission.settled(provider_call_id)
        refused(gateway, "call", "database away")
        return reject(busy=True)
    if token is None:
        gateway.admission.settled(provider_call_id)
        refused(gateway, "call", "unknown call or number")
        return reject() if call_ref is not None else _not_registered(gateway)
    gateway.drain.attaches(provider_call_id)
    if call_ref is not None:
        gateway.drain.settled(call_ref)
    return connect_stream(gateway.media_url, {TOKEN_PARAMETER: token}, status_url=gateway.stream_status_url)


def _not_registered(gateway: Gateway) -> str:
    """Answer whoever calls from an unknown number, with the same words for everybody."""
    url = gateway.busy_line.url_of(UNKNOWN) if gateway.busy_line is not None else None
    return say_and_end(NOT_REGISTERED) if url is None else play(url)


def _turned_away(gateway: Gateway, call_ref: str | None) -> str:
    """Tell the caller beyond the rated number so, kindly; the lease of a call of ours runs out as nobody takes it."""
    refused(gateway, "call", "every line is taken")
    if call_ref is not None:
        gateway.drain.settled(call_ref)
    url = gateway.busy_line.url(called_us=call_ref is None) if gateway.busy_line is not None else None
    return reject(busy=True) if url is None else play(url)


async def _take_report(gateway: Gateway, form: dict[str, str], call_ref: str | None) -> Response:
    """Give a report its effect once, however often it comes; one that could not be noted is wanted again."""
    report = (call_ref or "", *(form.get(name, "") for name in ("CallSid", "CallStatus", "SequenceNumber")))
    if gateway.is_known(report):
        return Response(status_code=204)
    noted = await note_once(gateway, report, _note_status(gateway, form, call_ref))
    return Response(status_code=204 if noted else 503)


async def _note_status(gateway: Gateway, form: dict[str, str], call_ref: str | None) -> None:
    status = form.get("CallStatus", "")
    if call_ref is None:
        return
    aftermath = after_call(form.get("ErrorCode"), form.get("SipResponseCode"))
    if status in {"initiated", "ringing"}:
        await note_ringing(gateway, call_ref)
    elif status in _NOT_ANSWERED:
        is_dead = status == "failed" and aftermath.next_step is NextStep.SUPPRESS_NUMBER
        await note_unanswered(gateway, call_ref, _NOT_ANSWERED[status], status, is_dead=is_dead)
    if aftermath.next_step in {NextStep.ALERT, NextStep.STOP_CAMPAIGN}:
        log.error("the provider reports an error in a call", call_id=call_ref, meaning=aftermath.meaning)
        gateway.note_refusal("provider", aftermath.meaning)
    if aftermath.next_step is NextStep.STOP_CAMPAIGN and gateway.call_reports is not None:
        await gateway.call_reports.stop_dialling(aftermath.meaning)


def _note_stream(gateway: Gateway, form: dict[str, str]) -> None:
    """Log and count what went wrong with a media stream; the provider's text is dropped, its code is not."""
    if form.get("StreamEvent") != "stream-error":
        return
    code = _STREAM_CODE.search(f"{form.get('ErrorCode', '')} {form.get('StreamError', '')}")
    aftermath = after_call(code[0] if code is not None else None, None)
    meaning = aftermath.meaning or "a media stream failed, and the provider gives no code"
    log.error("the provider reports an error in a media stream", meaning=meaning, code=code[0] if code else None)
    gateway.note_refusal("stream", meaning)


async def _take_opinion(gateway: Gateway, form: dict[str, str], call_ref: str | None) -> Response:
    """Pass on the first opinion on a call in progress, here or elsewhere; any other changes nothing."""
    call_sid = form.get("CallSid", "")
    if call_ref is None:
        return Response(status_code=204)
    try:
        opinion = AnsweredBy(form.get("AnsweredBy", ""))
    except ValueError:
        log.warning("opinion_ignored", call_id=call_ref, why="unknown word")
        return Response(status_code=204)
    if gateway.provider_ids.get(call_ref) == call_sid:
        await gateway.hear_opinion(call_ref, opinion)
    elif gateway.call_reports is not None:
        try:
            await gateway.call_reports.opinion(call_ref, call_sid, opinion.value)
        except RecordsUnavailable:
            log.warning("opinion_not_noted", why="database away")
            return Response(status_code=503)
    return Response(status_code=204)


async def _media(gateway: Gateway, websocket: WebSocket) -> None:
    """From the accepted socket to a call in progress, or a refusal that says why in the log."""
    try:
        start = await read_start(
            lambda: receive_message(websocket), token_parameter=TOKEN_PARAMETER, timeout_s=gateway.start_timeout_s
        )
    except StreamClosed:
        refused(gateway, "media", "closed before it started")
        return
    except (StreamTimeout, ProtocolError) as error:
        refused(gateway, "media", type(error).__name__)
        await websocket.close(POLICY_VIOLATION)
        return
    if start.account_sid != gateway.account_sid:
        refused(gateway, "media", "another account")
        await websocket.close(POLICY_VIOLATION)
        return
    await hold_call(gateway, websocket, MediaStreamSerializer(start), start.parameters[TOKEN_PARAMETER], start.call_sid)
