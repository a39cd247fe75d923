"""One call watched from outside: when its turns were answered, as figures and as spans.

Times come from the record that the pipeline writes anyway and from the first piece of each line's audio. Spans hold
phases, durations and the call's random id: nothing that was said, and nobody's name.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final

from opentelemetry.trace import Span, Tracer, set_span_in_context

from voicebot.application.ports import Clock
from voicebot.web.metrics import Metrics

CALL_SPAN: Final = "call"
TURN_SPAN: Final = "turn"
NS: Final = 1_000_000_000
_STAGES: Final = {"judged_ms": "judged", "stt_done_ms": "stt_done", "turn_ms": "turn_over", "decided_ms": "decided"}


@dataclass(slots=True)
class _Turn:
    """One answer on its way; instants on the monotonic clock, seconds."""

    phase: str
    decided_at: float = 0.0
    figures: Mapping[str, float] | None = None
    """Seconds after the caller's last sound, by stage."""
    audio_at: float | None = None


@dataclass(slots=True)
class CallWatch:
    """Fed by the record and the voice of one call; not for concurrent use."""

    metrics: Metrics
    tracer: Tracer
    clock: Clock
    span: Span
    now: Callable[[], float] = time.perf_counter
    _turn: _Turn | None = field(default=None)

    @classmethod
    def begun(cls, metrics: Metrics, tracer: Tracer, clock: Clock, *, call_id: str, direction: str) -> CallWatch:
        """Open the call's span."""
        attributes = {"voicebot.call_id": call_id, "voicebot.direction": direction}
        span = tracer.start_span(CALL_SPAN, attributes=attributes, start_time=_ns(clock))
        return cls(metrics, tracer, clock, span)

    def caller_spoke(self, phase: str) -> None:
        """The caller's words are on record: the next audio of the bot answers them."""
        self._turn = _Turn(phase)

    def answer_recorded(self) -> None:
        """A line of the bot is on record; what is decided last is when the answer was ready."""
        if self._turn is not None and self._turn.figures is None:
            self._turn.decided_at = self.now()

    def stages(self, figures: Mapping[str, str]) -> None:
        """The pipeline's own figures of the turn, milliseconds as text."""
        seconds = {name: float(text) / 1000 for name, text in figures.items()}
        for key, stage in _STAGES.items():
            if key in seconds:
                self.metrics.stages.labels(stage).observe(max(0.0, seconds[key]))
        if "stt_work_ms" in seconds:
            self.metrics.stages.labels("stt_work").observe(seconds["stt_work_ms"])
        if self._turn is not None and "decided_ms" in seconds:
            self._turn.figures = seconds
            self._complete()

    def audio_began(self) -> None:
        """A line's first audio is on its way to the phone."""
        if self._turn is not None and self._turn.audio_at is None:
            self._turn.audio_at = self.now()
            self._complete()

    def ended(self, disposition: str) -> None:
        self.span.set_attribute("voicebot.disposition", disposition)
        self.span.end(_ns(self.clock))

    def _complete(self) -> None:
        turn = self._turn
        if turn is None or turn.figures is None or turn.audio_at is None:
            return
        self._turn = None
        response_s = max(0.0, turn.figures["decided_ms"] + turn.audio_at - turn.decided_at)
        self.metrics.response.observe(response_s)
        self._trace(turn, turn.figures, response_s)

    def _trace(self, turn: _Turn, figures: Mapping[str, float], response_s: float) -> None:
        """Write the turn's spans after the fact, from the caller's last sound to the bot's first."""
        spoke_at = _ns(self.clock) - int((self.now() - turn.decided_at + figures["decided_ms"]) * NS)

        def at(seconds: float) -> int:
            return spoke_at + int(seconds * NS)

        def draw(name: str, start_s: float, end_s: float, parent: Span) -> Span:
            span = self.tracer.start_span(name, set_span_in_context(parent), start_time=at(start_s))
            span.end(at(max(start_s, end_s)))
            return span

        parent = self.tracer.start_span(
            TURN_SPAN,
            set_span_in_context(self.span),
            start_time=at(0.0),
            attributes={"voicebot.phase": turn.phase, "voicebot.response_s": round(response_s, 3)},
        )
        turn_over, decided = figures.get("turn_ms", 0.0), figures["decided_ms"]
        draw("turn.end_of_turn", 0.0, turn_over, parent)
        if "stt_done_ms" in figures:
            done = figures["stt_done_ms"]
            draw("turn.recognise", done - figures.get("stt_work_ms", 0.0), done, parent)
        draw("turn.decide", turn_over, decided, parent)
        draw("turn.speak", decided, response_s, parent)
        parent.end(at(response_s))


def _ns(clock: Clock) -> int:
    """Nanoseconds since 1970 on the process's clock; a float holds microseconds of them exactly enough."""
    return int(clock.now().timestamp() * 1_000_000) * 1000
