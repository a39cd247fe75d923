"""OpenTelemetry: a tracer where a collector is named, and one that does nothing where none is."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from opentelemetry.trace import NoOpTracer, Tracer

from voicebot.settings import Settings

if TYPE_CHECKING:
    from opentelemetry.sdk.trace import SpanProcessor

SERVICE: Final = "voicebot"
NO_TRACES: Final[Tracer] = NoOpTracer()


@contextmanager
def tracing(settings: Settings) -> Iterator[Tracer]:
    """Give the tracer for this process; what has not been sent yet is sent on leaving."""
    if settings.otlp_endpoint is None:
        yield NO_TRACES
        return
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
    from opentelemetry.sdk.trace.export import BatchSpanProcessor

    exporter = OTLPSpanExporter(endpoint=f"{settings.otlp_endpoint.rstrip('/')}/v1/traces")
    tracer, close = tracer_to(BatchSpanProcessor(exporter))
    try:
        yield tracer
    finally:
        close()


def tracer_to(processor: SpanProcessor) -> tuple[Tracer, Callable[[], None]]:
    """Give a tracer whose spans go to the processor, and what ends it.

    The provider is ours alone and not the process's global one: libraries that trace by themselves may put what was
    said into their spans, and find no way out here.
    """
    from opentelemetry.sdk.resources import Resource
    from opentelemetry.sdk.trace import TracerProvider

    provider = TracerProvider(resource=Resource.create({"service.name": SERVICE}))
    provider.add_span_processor(processor)
    return provider.get_tracer(SERVICE), provider.shutdown
