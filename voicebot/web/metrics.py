"""What a gateway counts, for Prometheus. Labels hold the code's own names: no person, no number, no word said."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Final, Protocol

from fastapi import APIRouter, Response
from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    ProcessCollector,
    generate_latest,
)

SECONDS: Final = (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.8, 1.0, 1.2, 1.5, 2.0, 3.0, 5.0, 10.0)
"""Bounds around what a person notices: 0.4 s feels immediate, beyond 1.2 s it is a pause, beyond 3 s a fault."""


class Metrics:
    """One gateway process's instruments, in a registry of its own."""

    def __init__(self) -> None:
        self.registry: Final = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        self.calls: Final = self._counter("calls", "Calls that ended.", "direction", "disposition")
        self.live: Final = self._gauge("calls_live", "Calls in progress in this process.")
        self.capacity: Final = self._gauge("calls_capacity", "Calls that this process takes at most.")
        self.tasks: Final = self._gauge("asyncio_tasks", "Tasks of this process's event loop.")
        self.draining: Final = self._gauge("draining", "1 while no new call is taken and the process is about to end.")
        self.admission_refusals: Final = self._counter(
            "admission_refusals", "Calls and streams turned away.", "door", "reason"
        )
        self.response: Final = self._histogram(
            "response_seconds", "From the caller's last sound to the bot's first audio of the answer."
        )
        self.stages: Final = self._histogram(
            "stage_seconds", "From the caller's last sound to a stage's end; stt_work is a duration.", "stage"
        )
        self.stt: Final = self._histogram("stt_seconds", "Transcribing one stretch of speech.")
        self.stt_failures: Final = self._counter("stt_failures", "Stretches of speech that the engine failed on.")
        self.tts: Final = self._histogram("tts_first_audio_seconds", "From a line to its first audio.")
        self.tts_failures: Final = self._counter("tts_failures", "Lines that the voice failed on.")
        self.gate_refusals: Final = self._counter("gate_refusals", "Lines that the gate refused to speak.", "rule")
        self.outbox: Final = self._gauge("outbox_messages", "Messages that wait too long, or were given up.", "state")
        self.waiting: Final = self._gauge("records_waiting", "Writes on disk that wait for the database.")
        self.database_up: Final = self._gauge("database_up", "1 if the database answered this scrape.")
        self.database_errors: Final = self._counter("database_errors", "Errors of the database driver.", "error")

    def text(self) -> bytes:
        """Give everything in Prometheus's text format."""
        return generate_latest(self.registry)

    def _counter(self, name: str, what: str, *labels: str) -> Counter:
        return Counter(f"voicebot_{name}", what, labels, registry=self.registry)

    def _gauge(self, name: str, what: str, *labels: str) -> Gauge:
        return Gauge(f"voicebot_{name}", what, labels, registry=self.registry)

    def _histogram(self, name: str, what: str, *labels: str) -> Histogram:
        return Histogram(f"voicebot_{name}", what, labels, registry=self.registry, buckets=SECONDS)


class Exposed(Protocol):
    def text(self) -> bytes:
        """Give everything in Prometheus's text format."""
        ...


def metrics_routes(metrics: Exposed, refresh: Callable[[], Awaitable[None]]) -> APIRouter:
    """Serve `/metrics`; `refresh` sets what is only known by asking, and must not raise."""
    router = APIRouter()

    @router.get("/metrics")
    async def scrape() -> Response:
        await refresh()
        return Response(metrics.text(), media_type=CONTENT_TYPE_LATEST)

    return router
