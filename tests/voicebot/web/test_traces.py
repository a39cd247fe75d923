"""Traces: a span for the call, one for each turn, and in it one for each stage; nothing that was said."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from functools import partial
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import pytest
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import NoOpTracer

from tests.voicebot.pipeline.caller import yes
from tests.voicebot.web.stage import Fakes, Operate, samples, settings_for
from voicebot.bootstrap import gateway
from voicebot.bootstrap.tracing import tracer_to, tracing
from voicebot.pipeline.floor import Patience
from voicebot.settings import ROOT
from voicebot.testing.engines import NoiseVoice, ScriptedHearing

pytestmark = pytest.mark.timeout(90)
STAGES = ("turn.end_of_turn", "turn.recognise", "turn.decide", "turn.speak")
SAID = "sim, sou eu"


@pytest.fixture
def exporter(monkeypatch: pytest.MonkeyPatch) -> Iterator[InMemorySpanExporter]:
    """Collect the spans of every gateway that is built in the test."""
    kept = InMemorySpanExporter()
    tracer, close = tracer_to(SimpleSpanProcessor(kept))
    monkeypatch.setattr(gateway, "build", partial(gateway.build, tracer=tracer))
    yield kept
    close()


def by_name(spans: tuple[ReadableSpan, ...], name: str) -> list[ReadableSpan]:
    return [span for span in spans if span.name == name]


def lasted_s(span: ReadableSpan) -> float:
    assert span.start_time is not None
    assert span.end_time is not None
    return (span.end_time - span.start_time) / 1e9


async def test_a_call_has_a_span_with_one_for_each_turn_and_stage(
    operate: Operate, exporter: InMemorySpanExporter
) -> None:
    fakes = Fakes(ScriptedHearing([SAID]), NoiseVoice(ms_per_character=4.0), Patience(incomplete_s=0.5))
    async with operate(fakes=fakes) as operation:
        async with operation.call() as (call_id, phone):
            await operation.until(lambda lines: len(lines) >= 2 and all(each.heard for each in lines), call_id)
            await phone.say(yes())
            lines = await operation.until(
                lambda lines: (
                    any("AskIdentityFactor" in each.line.acts for each in lines) and lines[-1].heard is not None
                ),
                call_id,
            )
        await operation.closed(call_id)
    spans = exporter.get_finished_spans()
    (call,), (turn,) = by_name(spans, "call"), by_name(spans, "turn")
    assert turn.parent is not None and turn.parent.span_id == call.context.span_id
    for name in STAGES:
        (stage,) = by_name(spans, name)
        assert stage.parent is not None and stage.parent.span_id == turn.context.span_id
    assert call.start_time is not None and turn.start_time is not None and call.end_time is not None
    assert call.start_time <= turn.start_time <= call.end_time
    stages_s = sum(lasted_s(by_name(spans, name)[0]) for name in STAGES if name != "turn.recognise")
    assert lasted_s(turn) == pytest.approx(stages_s, abs=0.01), "the stages follow each other without a gap"
    assert dict(call.attributes or {})["voicebot.call_id"] == call_id
    written = " ".join(span.to_json() for span in spans)
    person = samples().debtors["D001"]
    secrets = (*person.name.split(), person.cpf, person.phone[1:], SAID, *(each.line.text for each in lines))
    assert [secret for secret in secrets if len(secret) > 3 and secret in written] == []


def test_without_a_collector_nothing_is_traced() -> None:
    with tracing(settings_for(ROOT, otlp_endpoint=None)) as tracer:
        assert isinstance(tracer, NoOpTracer)
        assert not tracer.start_span("call").is_recording()


@pytest.fixture
def collector() -> Iterator[tuple[str, list[tuple[str, bytes]]]]:
    """A collector's HTTP port on loopback: its base URL, and what was posted to it."""
    posted: list[tuple[str, bytes]] = []

    class Door(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            posted.append((self.path, self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None:  # its own lines would go to stderr
            return

    with HTTPServer(("127.0.0.1", 0), Door) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}", posted
        server.shutdown()
        thread.join()


@pytest.mark.parametrize("slash", ["", "/"])
def test_with_a_collector_the_spans_arrive_before_the_process_ends(
    collector: tuple[str, list[tuple[str, bytes]]], slash: str
) -> None:
    url, posted = collector
    with tracing(settings_for(ROOT, otlp_endpoint=url + slash)) as tracer:
        tracer.start_span("call").end()
    assert [path for path, _ in posted] == ["/v1/traces"]
    assert b"voicebot" in gunzipped(posted[0][1])


def gunzipped(body: bytes) -> bytes:
    return gzip.decompress(body) if body.startswith(b"\x1f\x8b") else body
