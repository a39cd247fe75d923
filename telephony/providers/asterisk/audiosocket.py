"""AudioSocket, Asterisk's older way to carry a call's audio: frames over TCP, and a line that plays them out.

AudioSocket has no marks, no flush and no buffer of its own to speak of. `AudioSocketLine` keeps the queue, plays it out
at the pace of a telephone, and shows the pipeline the same protocol as chan_websocket, as an ASGI websocket.
"""

from __future__ import annotations

import asyncio
import json
import struct
import time
from collections import deque
from collections.abc import Callable, MutableMapping
from contextlib import suppress
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any, Final
from uuid import UUID

import structlog
from starlette.websockets import WebSocket

from telephony.errors import ProtocolError, StreamClosed, StreamTimeout, Violation
from telephony.providers.asterisk.media import FRAME_BYTES, Started

log = structlog.get_logger(__name__)

FRAME_S: Final = 0.02
PAYLOAD_MAX: Final = 4_096
"""An honest frame is 320 bytes."""
_HEADER: Final = struct.Struct(">BH")
_SLIN_FRAME: Final = FRAME_BYTES["slin"]
_SILENCE: Final = b"\x00\x00"
NORMAL: Final = 1000


class Kind(IntEnum):
    """The kinds of frame that are spoken here; others are passed over."""

    HANG_UP = 0x00
    UUID = 0x01
    DTMF = 0x03
    AUDIO = 0x10
    ERROR = 0xFF


@dataclass(frozen=True, slots=True)
class SocketFrame:
    kind: int
    payload: bytes = field(default=b"", repr=False)

    def encode(self) -> bytes:
        return _HEADER.pack(self.kind, len(self.payload)) + self.payload


async def read_frame(reader: asyncio.StreamReader) -> SocketFrame:
    """Read one frame. Raises `StreamClosed` at the end of the stream, `ProtocolError` for a frame that is too long."""
    try:
        kind, length = _HEADER.unpack(await reader.readexactly(_HEADER.size))
        if length > PAYLOAD_MAX:
            raise ProtocolError(Violation.TOO_LARGE, f"over {PAYLOAD_MAX} bytes in a frame")
        return SocketFrame(kind, await reader.readexactly(length))
    except (asyncio.IncompleteReadError, ConnectionError):
        raise StreamClosed("the media peer closed") from None


async def read_uuid(reader: asyncio.StreamReader, *, timeout_s: float) -> UUID:
    """Read the first frame, which names the call. Raises `ProtocolError`, `StreamTimeout`, `StreamClosed`."""
    try:
        async with asyncio.timeout(timeout_s):
            frame = await read_frame(reader)
    except TimeoutError:
        raise StreamTimeout(f"no start of the media stream within {timeout_s:g} s") from None
    if frame.kind != Kind.UUID or len(frame.payload) != 16:
        raise ProtocolError(Violation.BEFORE_START, "nothing but the call's UUID may come first")
    return UUID(bytes=frame.payload)


@dataclass(frozen=True, slots=True)
class _Mark:
    name: str


class AudioSocketLine:
    """One accepted connection, shown as a websocket that speaks chan_websocket's JSON; close it after the call."""

    def __init__(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        *,
        call: str,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self.started = Started(call, "slin")
        self._reader = reader
        self._writer = writer
        self._now = now
        self._queue: deque[bytes | _Mark] = deque()
        self._rest = b""
        self._filled = asyncio.Event()
        self._incoming: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self._tasks: list[asyncio.Task[None]] = []
        self._over = False

    async def open(self) -> WebSocket:
        """Begin to read and to play, and give the line as a websocket that has been accepted."""
        self._tasks = [
            asyncio.create_task(self._read(), name="audiosocket-read"),
            asyncio.create_task(self._play(), name="audiosocket-play"),
        ]
        await self._incoming.put({"type": "websocket.connect"})
        scope = {"type": "websocket", "path": "/", "headers": [], "query_string": b"", "subprotocols": []}
        websocket = WebSocket(scope, self._incoming.get, self._send)
        await websocket.accept()
        return websocket

    async def aclose(self) -> None:
        """Hang up, if the other side has not, and let go of the connection."""
        self._hang_up()
        for task in self._tasks:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task
        self._writer.close()
        with suppress(ConnectionError, TimeoutError):
            async with asyncio.timeout(1):
                await self._writer.wait_closed()

    async def _read(self) -> None:
        try:
            while True:
                frame = await read_frame(self._reader)
                if frame.kind == Kind.AUDIO:
                    self._incoming.put_nowait({"type": "websocket.receive", "bytes": frame.payload})
                elif frame.kind == Kind.DTMF:
                    self._tell("DTMF_END", digit=frame.payload.decode("latin-1"))
                elif frame.kind in {Kind.HANG_UP, Kind.ERROR}:
                    break
        except (ProtocolError, StreamClosed) as error:
            log.info("audiosocket_over", why=type(error).__name__)
        self._over = True
        self._incoming.put_nowait({"type": "websocket.disconnect", "code": NORMAL})

    async def _play(self) -> None:
        """Send a frame every 20 ms by an absolute clock; what the line said while it was quiet is not made up for."""
        due = self._now()
        while True:
            while not self._queue:
                self._filled.clear()
                await self._filled.wait()
                due = max(due, self._now())
            piece = self._queue.popleft()
            if isinstance(piece, _Mark):
                self._tell("MEDIA_MARK_PROCESSED", correlation_id=piece.name)
                continue
            self._write(SocketFrame(Kind.AUDIO, piece))
            due += FRAME_S
            await asyncio.sleep(max(0.0, due - self._now()))

    async def _send(self, message: MutableMapping[str, Any]) -> None:
        if message["type"] == "websocket.close":
            self._hang_up()
        elif message["type"] == "websocket.send":
            if message.get("bytes") is not None:
                self._enqueue(message["bytes"])
            elif message.get("text") is not None:
                self._obey(json.loads(message["text"]))

    def _enqueue(self, audio: bytes) -> None:
        audio = self._rest + audio
        whole = len(audio) - len(audio) % _SLIN_FRAME
        self._queue.extend(audio[at : at + _SLIN_FRAME] for at in range(0, whole, _SLIN_FRAME))
        self._rest = audio[whole:]
        self._filled.set()

    def _obey(self, told: dict[str, str]) -> None:
        match told.get("command"):
            case "MARK_MEDIA":
                if self._rest:
                    self._queue.append(self._rest.ljust(_SLIN_FRAME, _SILENCE[:1]))
                    self._rest = b""
                self._queue.append(_Mark(told["correlation_id"]))
                self._filled.set()
            case "FLUSH_MEDIA":
                self._queue.clear()
                self._rest = b""
            case _:
                pass

    def _tell(self, event: str, **values: str) -> None:
        told = {"event": event, "channel_id": self.started.channel_id} | values
        self._incoming.put_nowait({"type": "websocket.receive", "text": json.dumps(told)})

    def _hang_up(self) -> None:
        if not self._over:
            self._over = True
            self._queue.clear()
            self._write(SocketFrame(Kind.HANG_UP))

    def _write(self, frame: SocketFrame) -> None:
        # What a dead peer does not take piles up at 16 kB a second until the call's own watch ends it after seconds.
        if not self._writer.is_closing():
            self._writer.write(frame.encode())
