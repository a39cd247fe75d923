from __future__ import annotations

import asyncio

import pytest
from fastapi import FastAPI, WebSocket
from websockets.asyncio.client import connect

from telephony.errors import ProtocolError, StreamClosed, StreamTimeout, TelephonyError
from telephony.providers.simulator.serving import serving
from telephony.providers.simulator.wire import Line, Sender
from telephony.providers.twilio.handshake import Receive, read_start, receive_message

LINE = Line(parameters={"token": "t1"})


def script(*messages: str | bytes) -> Receive:
    left = iter(messages)

    async def receive() -> str | bytes:
        try:
            return next(left)
        except StopIteration:
            return await asyncio.Future()

    return receive


@pytest.mark.parametrize("messages", [[Sender(LINE).connected(), Sender(LINE).start()], [Sender(LINE).start()]])
async def test_the_start_is_read_with_or_without_connected(messages: list[str]) -> None:
    start = await read_start(script(*messages), token_parameter="token")
    assert (start.call_sid, start.parameters["token"]) == (LINE.call_sid, "t1")


@pytest.mark.parametrize(
    ("messages", "error"),
    [
        pytest.param([], StreamTimeout, id="nothing"),
        pytest.param([Sender(LINE).connected()], StreamTimeout, id="connected and no more"),
        pytest.param([Sender(LINE).connected()] * 2, ProtocolError, id="connected twice"),
        pytest.param([Sender(LINE).media(b"\xff", 0)], ProtocolError, id="media first"),
        pytest.param([Sender(LINE).stop()], ProtocolError, id="stop first"),
        pytest.param([b"\x00"], ProtocolError, id="binary"),
        pytest.param([Sender(Line()).start()], ProtocolError, id="no token"),
    ],
)
async def test_anything_else_is_an_error_in_time(messages: list[str | bytes], error: type[TelephonyError]) -> None:
    with pytest.raises(error):
        await read_start(script(*messages), token_parameter="token", timeout_s=0.05)


async def test_over_a_real_socket_text_binary_and_closing_are_told_apart() -> None:
    app, seen = FastAPI(), asyncio.Queue[str | bytes]()

    @app.websocket("/media")
    async def media(websocket: WebSocket) -> None:
        await websocket.accept()
        try:
            while True:
                seen.put_nowait(await receive_message(websocket))
        except StreamClosed:
            seen.put_nowait("closed")

    async with serving(app) as url:
        async with connect(url.replace("http", "ws") + "/media", proxy=None) as peer:
            await peer.send("text")
            await peer.send(b"bytes")
        assert [await seen.get() for _ in range(3)] == ["text", b"bytes", "closed"]
