"""The door for AudioSocket: a TCP port on which Asterisk brings a call's audio under the name it was told."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from typing import Final

import structlog

from telephony.errors import ProtocolError, StreamClosed, StreamTimeout
from telephony.providers.asterisk.audiosocket import AudioSocketLine, read_uuid
from telephony.providers.asterisk.serializer import AsteriskSerializer
from voicebot.web.asterisk_routes import AsteriskDoors
from voicebot.web.lines import hold_call

log = structlog.get_logger(__name__)
UNNAMED_MAX: Final = 64
"""Connections that have not said which call they bring; more are closed at once."""


@asynccontextmanager
async def audiosocket_server(doors: AsteriskDoors, host: str, port: int) -> AsyncIterator[int]:
    """Listen inside the block and give the port; calls in progress at its end are cut off."""
    calls: set[asyncio.Task[None]] = set()
    unnamed: set[asyncio.Task[None]] = set()

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        if task is None or len(unnamed) >= UNNAMED_MAX:
            doors.refused("media", "too many connections")
            writer.close()
            return
        calls.add(task)
        unnamed.add(task)
        try:
            await _serve(doors, reader, writer, lambda: unnamed.discard(task))
        except Exception:
            # The edge of one call: the others go on.
            log.exception("audiosocket_call_failed")
        finally:
            unnamed.discard(task)
            calls.discard(task)
            writer.close()

    server = await asyncio.start_server(connected, host, port)
    log.info("audiosocket_listens", host=host, port=server.sockets[0].getsockname()[1])
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        for task in list(calls):
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task
        await server.wait_closed()


async def _serve(
    doors: AsteriskDoors,
    reader: asyncio.StreamReader,
    writer: asyncio.StreamWriter,
    named: Callable[[], None],
) -> None:
    try:
        name = await read_uuid(reader, timeout_s=doors.gateway.start_timeout_s)
    except (ProtocolError, StreamTimeout, StreamClosed) as error:
        doors.refused("media", type(error).__name__)
        return
    named()
    expected = doors.arrived(name)
    if expected is None:
        doors.refused("media", "token")
        return
    line = AudioSocketLine(reader, writer, call=expected.channel)
    websocket = await line.open()
    try:
        await hold_call(doors.gateway, websocket, AsteriskSerializer(line.started), expected.token, expected.channel)
    finally:
        await line.aclose()
