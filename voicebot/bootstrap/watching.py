"""The ports of a gateway with a meter on each: what goes through them is counted and passed on unchanged."""

from __future__ import annotations

import shutil
from collections import OrderedDict
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from time import perf_counter
from typing import Final

import numpy as np
from numpy.typing import NDArray
from opentelemetry.trace import Tracer
from sqlalchemy import event
from sqlalchemy.engine import ExceptionContext

from voicebot.application.answers import Expected
from voicebot.application.call_desk import Attached
from voicebot.application.outbox import Backlog
from voicebot.application.ports import Clock, MarkOutcome, Records, RecordsUnavailable, Speaker, SpokenLine
from voicebot.bootstrap.call_watch import CallWatch
from voicebot.domain.dialogue.phases import Direction, Disposition
from voicebot.persistence.database import Database
from voicebot.pipeline.ports import Answering, Heard, Hearing, Phrases
from voicebot.pipeline.run_call import Engines
from voicebot.web.metrics import Metrics

TROUBLE: Final = 3
"""Failures in a row after which an engine is taken for broken: one odd segment is not a broken engine."""
_REMEMBERED: Final = 10_000


@dataclass(slots=True)
class Watch:
    """What a gateway process watches, and the calls in it."""

    metrics: Metrics
    tracer: Tracer
    clock: Clock
    calls: dict[str, CallWatch] = field(default_factory=dict)
    hearing_failed: int = 0
    """Times in a row."""
    voice_failed: int = 0
    _closed: OrderedDict[str, None] = field(default_factory=OrderedDict)

    @property
    def models_work(self) -> bool:
        return max(self.hearing_failed, self.voice_failed) < TROUBLE

    def begun(self, attached: Attached) -> CallWatch:
        direction = attached.conversation.state.direction.value
        call = CallWatch.begun(self.metrics, self.tracer, self.clock, call_id=attached.call_id, direction=direction)
        self.calls[attached.call_id] = call
        return call

    def ended(self, attached: Attached) -> None:
        state = attached.conversation.state
        disposition = (state.disposition or Disposition.FAILED).value
        call = self.calls.pop(attached.call_id, None)
        if call is not None:
            call.ended(disposition)
            self.metrics.calls.labels(state.direction.value, disposition).inc()

    def closed(self, call_id: str, disposition: Disposition) -> None:
        """Count a call that was never held here, once: a provider tells of its end as often as it likes."""
        if call_id in self.calls or call_id in self._closed:
            return
        self._closed[call_id] = None
        if len(self._closed) > _REMEMBERED:
            self._closed.popitem(last=False)
        self.metrics.calls.labels(Direction.OUTBOUND.value, disposition.value).inc()

    def engines(self, engines: Engines, call: CallWatch) -> Engines:
        """Give one call's engines with a meter on each; the models and their gate are the same."""
        stt = engines.stt
        metered = WatchedAnswering(stt, stt, self) if isinstance(stt, Answering) else WatchedHearing(stt, self)
        return replace(engines, stt=metered, phrases=WatchedPhrases(engines.phrases, self, call))


class WatchedRecords:
    """`Records` that also tells the watch."""

    def __init__(self, records: Records, watch: Watch) -> None:
        self._records = records
        self._watch = watch

    async def add_line(self, call_id: str, line: SpokenLine) -> int:
        index = await self._records.add_line(call_id, line)
        call = self._watch.calls.get(call_id)
        if call is not None and line.speaker is Speaker.CALLER:
            call.caller_spoke(line.phase.value if line.phase is not None else "")
        elif call is not None and line.speaker is Speaker.AGENT:
            call.answer_recorded()
        return index

    async def mark(self, call_id: str, line: int, outcome: MarkOutcome, at: datetime) -> None:
        await self._records.mark(call_id, line, outcome, at)

    async def refuse(self, call_id: str, variant: str, rule: str, at: datetime) -> None:
        self._watch.metrics.gate_refusals.labels(rule).inc()
        await self._records.refuse(call_id, variant, rule, at)

    async def record_event(self, call_id: str, kind: str, data: dict[str, str], at: datetime) -> None:
        call = self._watch.calls.get(call_id)
        if call is not None and kind == "stages":
            call.stages(data)
        await self._records.record_event(call_id, kind, data, at)

    async def agree(self, call_id: str, agreement: dict[str, object], at: datetime) -> None:
        await self._records.agree(call_id, agreement, at)

    async def suppress(self, call_id: str, kind: str, until: datetime | None, at: datetime) -> None:
        await self._records.suppress(call_id, kind, until, at)

    async def close(self, call_id: str, disposition: Disposition, at: datetime) -> None:
        await self._records.close(call_id, disposition, at)
        self._watch.closed(call_id, disposition)


class WatchedHearing:
    """A recogniser with its times and failures counted."""

    def __init__(self, engine: Hearing, watch: Watch) -> None:
        self._engine = engine
        self._watch = watch

    def transcribe(self, audio: NDArray[np.float32]) -> Heard:
        return self._timed(lambda: self._engine.transcribe(audio))

    def _timed(self, hear: Callable[[], Heard]) -> Heard:
        started = perf_counter()
        try:
            heard = hear()
        except Exception:
            self._watch.metrics.stt_failures.inc()
            self._watch.hearing_failed += 1
            raise
        self._watch.metrics.stt.observe(perf_counter() - started)
        self._watch.hearing_failed = 0
        return heard


class WatchedAnswering(WatchedHearing):
    """The same, for a recogniser that hears better when it knows what was asked."""

    def __init__(self, engine: Hearing, answering: Answering, watch: Watch) -> None:
        super().__init__(engine, watch)
        self._answering = answering

    def answer(self, audio: NDArray[np.float32], expected: Expected) -> Heard:
        return self._timed(lambda: self._answering.answer(audio, expected))


class WatchedPhrases:
    """One call's voice, with the time to the first audio of each line."""

    def __init__(self, phrases: Phrases, watch: Watch, call: CallWatch) -> None:
        self._phrases = phrases
        self._watch = watch
        self._call = call

    @property
    def sample_rate(self) -> int:
        return self._phrases.sample_rate

    async def stream(self, text: str, *, keep: bool = False) -> AsyncIterator[NDArray[np.int16]]:
        started, is_first = perf_counter(), True
        try:
            async for pcm in self._phrases.stream(text, keep=keep):
                if is_first:
                    is_first = False
                    self._watch.metrics.tts.observe(perf_counter() - started)
                    self._call.audio_began()
                yield pcm
        except Exception:
            self._watch.metrics.tts_failures.inc()
            self._watch.voice_failed += 1
            raise
        self._watch.voice_failed = 0

    async def prepare(self, texts: Sequence[str], *, keep: bool = False) -> None:
        await self._phrases.prepare(texts, keep=keep)

    def close(self) -> None:
        self._phrases.close()


def count_errors(database: Database, metrics: Metrics) -> None:
    """Count what the driver raises, by the name of the error's class, from now on."""

    def note(context: ExceptionContext) -> None:
        metrics.database_errors.labels(type(context.original_exception).__name__).inc()

    event.listen(database.engine.sync_engine, "handle_error", note)


def refresher(
    metrics: Metrics, *, backlog: Callable[[datetime], Awaitable[Backlog]], waiting: Callable[[], int], clock: Clock
) -> Callable[[], Awaitable[None]]:
    """Give what sets the gauges that only asking tells; a database that is away is a figure too."""

    async def refresh() -> None:
        metrics.waiting.set(waiting())
        metrics.database_up.set(0)
        with suppress(RecordsUnavailable):
            found = await backlog(clock.now())
            metrics.outbox.labels("late").set(found.stuck)
            metrics.outbox.labels("given_up").set(found.failed)
            metrics.database_up.set(1)

    return refresh


def free_bytes(folder: Path) -> int:
    """Give the bytes free where `folder` is or will be. Raises `OSError`."""
    while not folder.exists() and folder != folder.parent:
        folder = folder.parent
    return shutil.disk_usage(folder).free
