"""What every provider's doors do with a call once they know whose it is: refuse it, note its state, hold it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from typing import Final

import structlog
from fastapi import WebSocket

from telephony.frames import MediaSerializer
from voicebot.application.ports import RecordsUnavailable
from voicebot.domain.dialogue.phases import Disposition
from voicebot.web.gateway import Gateway

log = structlog.get_logger(__name__)
POLICY_VIOLATION: Final = 1008


def refused(gateway: Gateway, door: str, why: str) -> None:
    """Log and count a call or a stream that was turned away."""
    log.warning("call_refused" if door == "call" else "media_refused", why=why)
    gateway.note_refusal(door, why)


async def note_once(gateway: Gateway, report: tuple[str, ...], noting: Awaitable[None]) -> bool:
    """Give a report its effect; False where that could not be noted and the report is wanted again."""
    try:
        await noting
    except RecordsUnavailable:
        log.warning("status_not_noted", why="database away")
        return False
    gateway.remember(report)
    return True


async def note_ringing(gateway: Gateway, call_ref: str) -> None:
    """Make the first lines ready while the phone rings."""
    gateway.drain.rings(call_ref)
    lines = await gateway.desk.foresee_greeting(call_ref)
    task = asyncio.create_task(gateway.prepare(lines), name="warm-greeting")
    gateway.warming.add(task)
    task.add_done_callback(gateway.warming.discard)


async def note_unanswered(
    gateway: Gateway, call_ref: str, disposition: Disposition, status: str, *, is_dead: bool = False
) -> None:
    """Close a call that nobody answered with its reason; one whose audio has flowed, anywhere, was answered.

    `is_dead` says that the number does not exist.
    """
    closed = (
        call_ref not in gateway.calls
        and gateway.call_reports is not None
        and await gateway.call_reports.unanswered(call_ref, disposition, is_dead=is_dead)
    )
    if not closed:
        log.warning("status_ignored", call_id=call_ref, status=status, why="the call was answered")
        return
    gateway.drain.settled(call_ref)


async def hold_call(
    gateway: Gateway, websocket: WebSocket, serializer: MediaSerializer, token: str, provider_call_id: str
) -> None:
    """Redeem the token and hold the call to its end; close the socket where there is none to hold."""
    attached = await gateway.desk.attach(token, provider_call_id)
    if attached is None:
        gateway.admission.settled(provider_call_id)
        refused(gateway, "media", "token")
        await websocket.close(POLICY_VIOLATION)
        return
    task = asyncio.current_task()
    if attached.call_id in gateway.calls or task is None:
        # A replayed webhook gives a fresh token: a call has one stream all the same.
        refused(gateway, "media", "the call is in progress")
        await websocket.close(POLICY_VIOLATION)
        return
    gateway.calls[attached.call_id] = task
    gateway.provider_ids[attached.call_id] = provider_call_id
    gateway.drain.settled(provider_call_id)
    gateway.admission.settled(provider_call_id)
    try:
        await gateway.hold(websocket, serializer, attached, provider_call_id)
    finally:
        del gateway.calls[attached.call_id]
        del gateway.provider_ids[attached.call_id]
        gateway.opinions.pop(attached.call_id, None)
