"""Runs an ASGI app on loopback inside the running event loop."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager

import uvicorn
from fastapi import FastAPI

from telephony.providers.simulator.clock import Clock, MonotonicClock

_POLL_S = 0.01


class _Server(uvicorn.Server):
    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.leave = asyncio.Event()

    async def main_loop(self) -> None:
        """Serve until asked to leave, without the poll every 100 ms; the tick sets the default headers once."""
        await self.on_tick(0)
        await self.leave.wait()

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave the signals to the program: this server is a guest in its loop."""
        yield


@asynccontextmanager
async def serving(app: FastAPI, *, port: int = 0, ws_max_size: int = 64 * 1024) -> AsyncIterator[str]:
    """Serve on 127.0.0.1 (port 0 takes a free one) and give the base URL, until the block is left."""
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind(("127.0.0.1", port))
    config = uvicorn.Config(
        app,
        log_config=None,
        access_log=False,
        lifespan="off",
        ws="websockets-sansio",
        ws_max_size=ws_max_size,
        timeout_graceful_shutdown=1,
    )
    server = _Server(config)
    clock: Clock = MonotonicClock()
    running = asyncio.create_task(server.serve(sockets=[listener]))
    while not server.started and not running.done():
        await clock.sleep_until(clock.now() + _POLL_S)
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        server.leave.set()
        await running
        listener.close()
