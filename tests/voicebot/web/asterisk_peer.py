"""Asterisk's side of its doors, by hand: what the dialplan asks, and a media socket on which a call is held."""

from __future__ import annotations

import asyncio
import base64
import json
import struct
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field

import httpx
import numpy as np
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed
from websockets.typing import Subprotocol

from telephony.codecs import Int16
from tests.voicebot.web.stage import WITHIN_S, Operation

SECRET = "the-doors-of-the-tests"
PASSWORD = "the-password-of-the-tests"
SETTINGS: dict[str, object] = {
    "provider": "asterisk",
    "asterisk_secret": SECRET,
    "asterisk_password": PASSWORD,
    "caller_id": "+551130000000",
    "twilio_account_sid": None,
    "twilio_auth_token": None,
}
FRAME = 320


def basic(secret: str = SECRET, user: str = "asterisk") -> str:
    return "Basic " + base64.b64encode(f"{user}:{secret}".encode()).decode()


async def post(operation: Operation, path: str, authorization: str | None = None, **form: str) -> httpx.Response:
    headers = {"Authorization": basic() if authorization is None else authorization}
    async with httpx.AsyncClient(trust_env=False) as client:
        return await client.post(operation.url + path, data=form, headers=headers, timeout=WITHIN_S)


@dataclass
class Peer:
    """Asterisk on one media websocket: keeps what it is sent, and gives marks back at once."""

    connection: ClientConnection
    heard: bytearray = field(default_factory=bytearray)
    orders: list[dict[str, str]] = field(default_factory=list)
    close_code: int | None = None

    async def start(self, form: str = "slin") -> None:
        await self.tell("MEDIA_START", format=form, optimal_frame_size=320, ptime=20, channel="WebSocket/voicebot/0x1")

    async def tell(self, event: str, **values: object) -> None:
        await self.connection.send(json.dumps({"event": event, "channel_id": "17.1"} | values))

    async def say(self, pcm: Int16) -> None:
        """Speak at the pace of a telephone; silence in between is the caller's own affair."""
        loop = asyncio.get_running_loop()
        audio, began = pcm.astype("<i2").tobytes(), loop.time()
        for number, at in enumerate(range(0, len(audio) - FRAME + 1, FRAME)):
            await self.connection.send(audio[at : at + FRAME])
            await asyncio.sleep(max(0.0, began + (number + 1) * 0.02 - loop.time()))

    async def listen(self) -> None:
        """Read until the gateway closes."""
        with suppress(ConnectionClosed):
            async for message in self.connection:
                if isinstance(message, bytes):
                    self.heard += message
                    continue
                self.orders.append(json.loads(message))
                if self.orders[-1]["command"] == "MARK_MEDIA":
                    await self.tell("MEDIA_MARK_PROCESSED", correlation_id=self.orders[-1]["correlation_id"])
        self.close_code = self.connection.close_code


@asynccontextmanager
async def media(
    operation: Operation, token: str, channel: str, *, authorization: str | None = None
) -> AsyncIterator[Peer]:
    url = f"{operation.url.replace('http', 'ws')}/telephony/asterisk/media?token={token}&call={channel}"
    headers = {"Authorization": basic() if authorization is None else authorization}
    async with connect(
        url,
        additional_headers=headers,
        subprotocols=[Subprotocol("media")],
        compression=None,
        proxy=None,
        close_timeout=1,
    ) as connection:
        peer = Peer(connection)
        listening = asyncio.create_task(peer.listen())
        try:
            yield peer
        finally:
            await connection.close()
            await listening


@dataclass
class AudioSocketPeer:
    """Asterisk on one AudioSocket connection."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter

    def send(self, kind: int, payload: bytes = b"") -> None:
        self.writer.write(struct.pack(">BH", kind, len(payload)) + payload)

    async def frame(self) -> tuple[int, bytes]:
        """Give the next frame of the gateway. Raises `IncompleteReadError` once it has closed."""
        async with asyncio.timeout(WITHIN_S):
            kind, length = struct.unpack(">BH", await self.reader.readexactly(3))
            return kind, await self.reader.readexactly(length)

    async def is_closed(self) -> bool:
        """Wait for the other side to close without a word."""
        async with asyncio.timeout(WITHIN_S):
            return await self.reader.read(1) == b""


@asynccontextmanager
async def audiosocket(port: int, name: uuid.UUID | None) -> AsyncIterator[AudioSocketPeer]:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    peer = AudioSocketPeer(reader, writer)
    try:
        if name is not None:
            peer.send(0x01, name.bytes)
        yield peer
    finally:
        writer.close()
        with suppress(ConnectionError):
            await writer.wait_closed()


def loudness(audio: bytes) -> float:
    return float(np.abs(np.frombuffer(audio, dtype="<i2").astype(float)).mean()) if audio else 0.0
