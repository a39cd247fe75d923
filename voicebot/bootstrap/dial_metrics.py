"""The dialler's `/metrics`, on a port of its own, beside the rounds in one event loop."""

from __future__ import annotations

import asyncio
import socket
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from time import perf_counter
from urllib.parse import urlsplit

import structlog
import uvicorn
from fastapi import FastAPI

from voicebot.application.dialler.worker import DialWorker
from voicebot.application.ports import RecordsUnavailable
from voicebot.persistence.campaigns import Board
from voicebot.settings import Settings, SettingsError
from voicebot.web.dial_metrics import DialMetrics
from voicebot.web.metrics import metrics_routes

log = structlog.get_logger(__name__)


class _Guest(uvicorn.Server):
    """A server that leaves the signals to the program whose loop it shares."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


@asynccontextmanager
async def metrics_served(
    settings: Settings, metrics: DialMetrics, board: Callable[[], Awaitable[Board]]
) -> AsyncIterator[str | None]:
    """Serve the figures inside the block, where that is wanted; gives their address.

    Raises:
        SettingsError: the port cannot be opened.
    """
    if settings.dialler_metrics is None:
        yield None
        return
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    app.include_router(metrics_routes(metrics, refresher(metrics, board)))
    listener = _bound(settings.dialler_metrics)
    config = uvicorn.Config(app, log_config=None, access_log=False, lifespan="off", timeout_graceful_shutdown=1)
    server = _Guest(config)
    serving = asyncio.create_task(server.serve(sockets=[listener]), name="dialler-metrics")
    host, port = listener.getsockname()[:2]
    log.info("metrics_served", host=host, port=port)
    try:
        yield f"http://{host}:{port}/metrics"
    finally:
        server.should_exit = True
        await serving
        listener.close()


def _bound(address: str) -> socket.socket:
    at = urlsplit(f"//{address}")
    listener = socket.socket(socket.AF_INET6 if ":" in (at.hostname or "") else socket.AF_INET)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((at.hostname, at.port))
        # From here on whoever asks waits for the server instead of being refused.
        listener.listen()
    except OSError as error:
        listener.close()
        raise SettingsError(
            f"setting VOICEBOT_DIALLER_METRICS: {address} cannot be opened ({error.strerror}): another port?"
        ) from error
    return listener


async def counted_round(worker: DialWorker, metrics: DialMetrics) -> Counter[str]:
    """Do a round of the worker and enter it.

    Raises:
        RecordsUnavailable: the database went away; that is counted too.
    """
    began = perf_counter()
    try:
        counts = await worker.round()
    except RecordsUnavailable:
        metrics.waits.inc()
        raise
    metrics.round_over(counts, took_s=perf_counter() - began, at=worker.clock.now())
    return counts


def refresher(metrics: DialMetrics, board: Callable[[], Awaitable[Board]]) -> Callable[[], Awaitable[None]]:
    """Give what sets the figures that only the database knows; one that is away is a figure too."""

    async def refresh() -> None:
        metrics.database_up.set(0)
        try:
            found = await board()
        except RecordsUnavailable:
            return
        metrics.database_up.set(1)
        metrics.stopped.set(int(found.stopped is not None))
        metrics.lines.set(found.lines)
        metrics.agents.set(found.agents)
        metrics.forget_campaigns()
        for each in found.campaigns:
            metrics.campaign(each.name, each.state, each.intents, each.outcomes)

    return refresh
