"""The gateway's server: the first SIGTERM or SIGINT drains it, the second ends it at once."""

from __future__ import annotations

import asyncio
from types import FrameType
from typing import Final

import structlog
import uvicorn
from fastapi import FastAPI

from voicebot.web.gateway import Gateway

log = structlog.get_logger(__name__)

WS_MAX_BYTES: Final = 65_536
CLOSE_S: Final = 5
"""Seconds for the last calls to close their records once the drain is over."""


class DrainingServer(uvicorn.Server):
    """Serve until told to leave, then as long as somebody is on the line; at most `drain_s` longer."""

    def __init__(self, app: FastAPI, *, host: str, port: int, drain_s: float) -> None:
        super().__init__(
            uvicorn.Config(
                app,
                host=host,
                port=port,
                ws_max_size=WS_MAX_BYTES,
                log_level="warning",
                access_log=False,
                timeout_graceful_shutdown=CLOSE_S,
            )
        )
        self._gateway: Gateway = app.state.gateway
        self._drain_s = drain_s
        self._loop: asyncio.AbstractEventLoop | None = None
        self._draining: asyncio.Task[None] | None = None
        self._signalled = False

    async def serve_until_drained(self) -> None:
        """Run to the end of the last call after the first signal."""
        self._loop = asyncio.get_running_loop()
        try:
            await self.serve()
        finally:
            if self._draining is not None:
                self._draining.cancel()

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Take a signal; runs between two bytecodes of the main thread, so it only wakes the loop."""
        if self._signalled or self._loop is None or not self.started:
            super().handle_exit(sig, frame)
            return
        self._signalled = True
        self._loop.call_soon_threadsafe(self._begin)

    def _begin(self) -> None:
        self._draining = asyncio.create_task(self._drain(), name="drain")

    async def _drain(self) -> None:
        gateway = self._gateway
        gateway.drain.begin()
        log.info("drain_began", calls=len(gateway.calls), limit_s=self._drain_s)
        left = await gateway.drain.finish(gateway.calls, limit_s=self._drain_s)
        if left:
            log.warning("drain_ran_out", calls=left, limit_s=self._drain_s)
        log.info("drain_over", calls=left)
        self.should_exit = True
