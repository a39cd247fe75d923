"""The bot's end of a media socket, played by the test: a real websocket server whose every message the test sees."""

from __future__ import annotations

import asyncio
import base64
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from typing import Any

import numpy as np
from websockets.asyncio.server import ServerConnection, serve
from websockets.exceptions import ConnectionClosed

from telephony.codecs import Int16, mulaw_encode


def tone(ms: int, hz: int = 400) -> Int16:
    return (6_000 * np.sin(2 * np.pi * hz * np.arange(ms * 8) / 8_000)).astype(np.int16)


class Bot:
    """One accepted socket."""

    def __init__(self, socket: ServerConnection) -> None:
        self.socket = socket
        self.received: list[dict[str, Any]] = []
        self.closed = asyncio.Event()
        self.close_code: int | None = None

    def events(self, *kinds: str) -> list[dict[str, Any]]:
        return [message for message in self.received if not kinds or message["event"] in kinds]

    async def send(self, event: str, **body: Any) -> None:
        start = next(message for message in self.received if message["event"] == "start")
        await self.socket.send(json.dumps({"event": event, "streamSid": start["streamSid"], **body}))

    async def play(self, pcm: Int16) -> None:
        await self.send("media", media={"payload": base64.b64encode(mulaw_encode(pcm)).decode()})

    async def mark(self, name: str) -> None:
        await self.send("mark", mark={"name": name})

    async def read(self) -> None:
        with suppress(ConnectionClosed):
            async for text in self.socket:
                self.received.append(json.loads(text))
        self.close_code = self.socket.close_code
        self.closed.set()


async def until(claim: Callable[[], bool]) -> None:
    """Let the loop run until the claim holds; the test's own timeout bounds it."""
    while not claim():  # noqa: ASYNC110 - the claim is about a socket and several tasks: there is no one event
        await asyncio.sleep(0)


@asynccontextmanager
async def listening() -> AsyncIterator[tuple[str, asyncio.Queue[Bot]]]:
    """Give the socket's URL, and a queue of the bots that phones have reached."""
    bots: asyncio.Queue[Bot] = asyncio.Queue()

    async def accept(socket: ServerConnection) -> None:
        bot = Bot(socket)
        reading = asyncio.ensure_future(bot.read())
        await until(lambda: len(bot.received) >= 2 or reading.done())
        bots.put_nowait(bot)
        await reading

    async with serve(accept, "127.0.0.1", 0, ping_interval=None, compression=None, close_timeout=1) as server:
        port = next(iter(server.sockets)).getsockname()[1]
        yield f"ws://127.0.0.1:{port}/media", bots


class StepClock:
    """Time that moves only when the test says so; `overshoot_s` is how late every sleep returns."""

    def __init__(self, overshoot_s: float = 0.0) -> None:
        self._now = 50.0
        self._limit = 50.0
        self._overshoot_s = overshoot_s
        self.woken_at: list[float] = []
        self.sleeping_until: float | None = None

    def now(self) -> float:
        return self._now

    async def sleep_until(self, at: float) -> None:
        self.sleeping_until = at
        await until(lambda: at <= self._limit + 1e-9)
        self.sleeping_until = None
        self._now = max(self._now, at) + self._overshoot_s
        self.woken_at.append(self._now)

    async def run(self, ticks: int) -> None:
        """Let 20 ms times `ticks` pass, and wait until the phone sleeps again."""
        self._limit += ticks * 0.02
        await until(lambda: self.sleeping_until is not None and self.sleeping_until > self._limit + 1e-9)
