"""The door of the browser line: the phone's media protocol from a page, let in by the same one-time tokens."""

from __future__ import annotations

import asyncio
import secrets
from typing import Final
from urllib.parse import urlsplit

import structlog
from fastapi import APIRouter, WebSocket

from telephony.call import StreamStart
from telephony.errors import ProtocolError, StreamClosed, StreamTimeout
from telephony.providers.twilio.handshake import read_start, receive_message
from telephony.providers.twilio.serializer import MediaStreamSerializer
from voicebot.web.gateway import TOKEN_PARAMETER, Gateway

log = structlog.get_logger(__name__)

MEDIA: Final = "/telephony/browser/media"
ACCOUNT: Final = "browser"
"""Stands where a provider's stream names its account."""
POLICY_VIOLATION: Final = 1008
TRY_AGAIN_LATER: Final = 1013
_PREFIX: Final = "BR"


def new_call_id() -> str:
    """Give what stands where a provider's call id does."""
    return _PREFIX + secrets.token_hex(16)


def is_browser_call(provider_call_id: str) -> bool:
    """Tell a call from a page from one that a provider carries and could move."""
    return provider_call_id.startswith(_PREFIX)


def browser_routes(gateway: Gateway, public_url: str) -> APIRouter:
    router = APIRouter()
    public_host = urlsplit(public_url).netloc

    @router.websocket(MEDIA)
    async def media(websocket: WebSocket) -> None:
        if not _is_our_page(websocket, public_host):
            await _refuse(gateway, websocket, "origin")
            return
        await websocket.accept()
        await _media(gateway, websocket)

    return router


def _is_our_page(websocket: WebSocket, public_host: str) -> bool:
    """Browsers always name the page's origin, and scripts of other sites cannot name ours."""
    origin = urlsplit(websocket.headers.get("origin", ""))
    return origin.scheme in {"http", "https"} and origin.netloc in {public_host, websocket.headers.get("host", "")}


async def _refuse(gateway: Gateway, websocket: WebSocket, why: str, code: int = POLICY_VIOLATION) -> None:
    log.warning("media_refused", why=why)
    gateway.note_refusal("media", why)
    await websocket.close(code)


async def _media(gateway: Gateway, websocket: WebSocket) -> None:
    """From the accepted socket to a call in progress, or a refusal that says why in the log."""
    try:
        start = await read_start(
            lambda: receive_message(websocket), token_parameter=TOKEN_PARAMETER, timeout_s=gateway.start_timeout_s
        )
    except StreamClosed:
        gateway.note_refusal("media", "closed before it started")
        return
    except (StreamTimeout, ProtocolError) as error:
        await _refuse(gateway, websocket, type(error).__name__)
        return
    if gateway.drain.has_begun or gateway.is_full:
        await _refuse(gateway, websocket, "no line is free", TRY_AGAIN_LATER)
        return
    await _attach(gateway, websocket, start)


async def _attach(gateway: Gateway, websocket: WebSocket, start: StreamStart) -> None:
    known = start.account_sid == ACCOUNT and is_browser_call(start.call_sid)
    attached = await gateway.desk.attach(start.parameters[TOKEN_PARAMETER], start.call_sid) if known else None
    task = asyncio.current_task()
    if attached is None or task is None or attached.call_id in gateway.calls:
        await _refuse(gateway, websocket, "token")
        return
    gateway.calls[attached.call_id] = task
    gateway.provider_ids[attached.call_id] = start.call_sid
    try:
        await gateway.hold(websocket, MediaStreamSerializer(start), attached, start.call_sid)
    finally:
        del gateway.calls[attached.call_id]
        del gateway.provider_ids[attached.call_id]
