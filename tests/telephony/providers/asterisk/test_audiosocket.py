from __future__ import annotations

import asyncio
import json
import struct
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.websockets import WebSocket

from telephony.errors import ProtocolError, StreamClosed, StreamTimeout, TelephonyError
from telephony.providers.asterisk.audiosocket import (
    PAYLOAD_MAX,
    AudioSocketLine,
    Kind,
    SocketFrame,
    read_frame,
    read_uuid,
)

NAME = uuid.uuid4()
LOUD = b"\x10\x10" * 160
pytestmark = pytest.mark.timeout(20)


def fed(data: bytes) -> asyncio.StreamReader:
    reader = asyncio.StreamReader()
    reader.feed_data(data)
    reader.feed_eof()
    return reader


@given(st.lists(st.tuples(st.integers(0, 255), st.binary(max_size=400))))
async def test_frames_survive_the_wire(frames: list[tuple[int, bytes]]) -> None:
    reader = fed(b"".join(SocketFrame(kind, payload).encode() for kind, payload in frames))
    assert [(each.kind, each.payload) for each in [await read_frame(reader) for _ in frames]] == frames
    with pytest.raises(StreamClosed):
        await read_frame(reader)


@given(st.binary(max_size=64))
async def test_whatever_comes_is_read_or_refused(data: bytes) -> None:
    reader = fed(data)

    async def read_to_the_end() -> None:
        while True:
            await read_frame(reader)

    with pytest.raises((StreamClosed, ProtocolError)):
        await read_to_the_end()


@pytest.mark.parametrize(
    ("data", "error"),
    [
        pytest.param(b"", StreamClosed, id="closed at once"),
        pytest.param(b"\x01\x00", StreamClosed, id="closed in the header"),
        pytest.param(b"\x01\x00\x10" + NAME.bytes[:9], StreamClosed, id="closed in the name"),
        pytest.param(b"\x01\x00\x04abcd", ProtocolError, id="a short name"),
        pytest.param(b"\x10\x01\x40" + LOUD, ProtocolError, id="audio first"),
        pytest.param(struct.pack(">BH", 1, PAYLOAD_MAX + 1), ProtocolError, id="too long a frame"),
        pytest.param(b"GET / HTTP/1.1\r\n\r\n", ProtocolError, id="a browser"),
    ],
)
async def test_a_peer_that_does_not_begin_right(data: bytes, error: type[TelephonyError]) -> None:
    with pytest.raises(error):
        await read_uuid(fed(data), timeout_s=1)


async def test_a_peer_that_says_nothing() -> None:
    with pytest.raises(StreamTimeout):
        await read_uuid(asyncio.StreamReader(), timeout_s=0.01)


async def test_the_name_is_read() -> None:
    assert await read_uuid(fed(SocketFrame(Kind.UUID, NAME.bytes).encode()), timeout_s=1) == NAME


@dataclass
class Ends:
    """Both ends of one connection: the gateway's websocket, and Asterisk's raw side."""

    websocket: WebSocket
    line: AudioSocketLine
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter

    def send(self, kind: int, payload: bytes = b"") -> None:
        self.writer.write(SocketFrame(kind, payload).encode())

    async def order(self, command: str, **values: str) -> None:
        await self.websocket.send_text(json.dumps({"command": command} | values))

    async def event(self) -> dict[str, str]:
        async with asyncio.timeout(5):
            return dict(json.loads(await self.websocket.receive_text()))


@asynccontextmanager
async def connected() -> AsyncIterator[Ends]:
    accepted: asyncio.Queue[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = asyncio.Queue()

    async def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        accepted.put_nowait((reader, writer))

    server = await asyncio.start_server(accept, "127.0.0.1", 0)
    reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
    line = AudioSocketLine(*await accepted.get(), call="17.1")
    try:
        yield Ends(await line.open(), line, reader, writer)
    finally:
        await line.aclose()
        writer.close()
        with suppress(ConnectionError):
            await writer.wait_closed()
        server.close()
        await server.wait_closed()


async def test_audio_and_keys_reach_the_bot() -> None:
    async with connected() as ends:
        ends.send(Kind.AUDIO, LOUD)
        ends.send(0x55, b"what a newer Asterisk may send")
        ends.send(Kind.DTMF, b"7")
        assert await ends.websocket.receive_bytes() == LOUD
        assert await ends.event() == {"event": "DTMF_END", "channel_id": "17.1", "digit": "7"}


async def test_audio_is_played_at_the_pace_of_a_telephone_and_marks_follow_it() -> None:
    async with connected() as ends:
        began = asyncio.get_running_loop().time()
        await ends.websocket.send_bytes(LOUD * 10 + LOUD[:100])
        await ends.order("MARK_MEDIA", correlation_id="1")
        heard = [await read_frame(ends.reader) for _ in range(11)]
        assert await ends.event() == {"event": "MEDIA_MARK_PROCESSED", "channel_id": "17.1", "correlation_id": "1"}
        assert asyncio.get_running_loop().time() - began >= 0.19
        assert {(frame.kind, len(frame.payload)) for frame in heard} == {(Kind.AUDIO, 320)}
        assert heard[-1].payload == LOUD[:100].ljust(320, b"\x00")


async def test_a_flush_empties_the_queue_with_its_marks() -> None:
    async with connected() as ends:
        await ends.websocket.send_bytes(LOUD * 100)
        await ends.order("MARK_MEDIA", correlation_id="1")
        await read_frame(ends.reader)
        await ends.order("FLUSH_MEDIA")
        await ends.websocket.send_bytes(b"\x01\x00" * 160)
        await ends.order("MARK_MEDIA", correlation_id="2")
        assert (await ends.event())["correlation_id"] == "2"
        rest = [await read_frame(ends.reader)]
        while rest[-1].payload == LOUD:
            rest.append(await read_frame(ends.reader))
        assert len(rest) <= 3, "at most what was on the wire already"


@pytest.mark.parametrize("how", ["hang up", "error", "close", "reset", "garbage"])
async def test_however_the_other_side_leaves_the_bot_is_told_once(how: str) -> None:
    async with connected() as ends:
        match how:
            case "hang up":
                ends.send(Kind.HANG_UP)
            case "error":
                ends.send(Kind.ERROR, b"\x01")
            case "close":
                ends.writer.close()
            case "reset":
                ends.writer.transport.abort()
            case _:
                ends.writer.write(b"\x10\xff\xff" + b"x" * 70_000)
        async with asyncio.timeout(5):
            assert (await ends.websocket.receive())["type"] == "websocket.disconnect"


async def test_the_bot_closing_hangs_up() -> None:
    async with connected() as ends:
        await ends.websocket.send_bytes(LOUD * 50)
        await ends.websocket.close()
        frames = [await read_frame(ends.reader)]
        while frames[-1].kind != Kind.HANG_UP:
            frames.append(await read_frame(ends.reader))
        assert len(frames) <= 4, "what waited is not played after the hang-up"
