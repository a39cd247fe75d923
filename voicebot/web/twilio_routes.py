"""Twilio's doors: voice webhook, status callback, media socket. Each authenticates before it does anything."""

from __future__ import annotations

import structlog
from fastapi import APIRouter, Request, Response, WebSocket

from telephony.call import AnsweredBy
from telephony.errors import ProtocolError, StreamClosed, StreamTimeout
from telephony.providers.twilio.handshake import read_start, receive_message
from telephony.providers.twilio.serializer import MediaStreamSerializer
from telephony.providers.twilio.signature import SETTINGS_HEADER, SIGNATURE_HEADER
from telephony.providers.twilio.twiml import connect_stream, play, reject
from voicebot.application.ports import RecordsUnavailable
from voicebot.domain.dialogue.phases import Disposition
from voicebot.web.gateway import TOKEN_PARAMETER, Gateway
from voicebot.web.lines import POLICY_VIOLATION, hold_call, note_once, note_ringing, note_unanswered, refused

log = structlog.get_logger(__name__)

VOICE = "/telephony/twilio/voice"
STATUS = "/telephony/twilio/status"
MEDIA = "/telephony/twilio/media"
AMD = "/telephony/twilio/amd"
"""Where the provider sends its opinion on who picked up."""

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
            refused(gateway, "media", "signature")
            await websocket.close(POLICY_VIOLATION)
            return
        await websocket.accept()
        await _media(gateway, websocket)

    return router


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
        return reject()
    gateway.drain.attaches(provider_call_id)
    if call_ref is not None:
        gateway.drain.settled(call_ref)
    return connect_stream(gateway.media_url, {TOKEN_PARAMETER: token})


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
    noted = await note_once(gateway, report, _note_status(gateway, form.get("CallStatus", ""), call_ref))
    return Response(status_code=204 if noted else 503)


async def _note_status(gateway: Gateway, status: str, call_ref: str | None) -> None:
    if call_ref is None:
        return
    if status in {"initiated", "ringing"}:
        await note_ringing(gateway, call_ref)
    elif status in _NOT_ANSWERED:
        await note_unanswered(gateway, call_ref, _NOT_ANSWERED[status], status)


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
