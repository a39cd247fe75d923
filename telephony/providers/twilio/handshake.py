"""The first seconds of a media socket: nothing is built for a peer that has not said which call it carries."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final

from starlette.websockets import WebSocket

from telephony.call import StreamStart
from telephony.errors import ProtocolError, StreamClosed, StreamTimeout, Violation
from telephony.providers.twilio.media import Connected, Started, StreamReader

START_WITHIN_S: Final = 5.0
Receive = Callable[[], Awaitable[str | bytes]]


async def receive_message(websocket: WebSocket) -> str | bytes:
    """Take the next message as it came, text or binary. Raises `StreamClosed`."""
    message = await websocket.receive()
    if message["type"] == "websocket.disconnect":
        raise StreamClosed("the media peer closed before the stream had started")
    text = message.get("text")
    return text if text is not None else bytes(message["bytes"])


async def read_start(receive: Receive, *, token_parameter: str, timeout_s: float = START_WITHIN_S) -> StreamStart:
    """Read up to and with `start`. The token in its parameters is not judged here, only required.

    Raises `ProtocolError` for anything but connected and start, `StreamTimeout` after `timeout_s`, and what
    `receive` raises. The caller then closes the socket.
    """
    reader = StreamReader(token_parameter=token_parameter)
    try:
        async with asyncio.timeout(timeout_s):
            message = reader.read(await receive())
            if isinstance(message, Connected):
                message = reader.read(await receive())
    except TimeoutError:
        raise StreamTimeout(f"no start of the media stream within {timeout_s:g} s") from None
    if not isinstance(message, Started):
        raise ProtocolError(Violation.BEFORE_START, "connected came twice, and no start")
    return message.start
