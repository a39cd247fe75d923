"""Calls that come and go for an hour: whether the bot's process stays as it was.

Memory, open files, threads and asyncio tasks are looked at every few seconds, and a line is laid through each after the
first tenth of the time, in which caches fill: its slope an hour is the finding. What is left when the last caller has
gone shows what a call leaves behind.
"""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

import httpx

from evaluation.benchmarks.concurrency import SHORTEST_CALL_S, calling
from evaluation.benchmarks.concurrency_calls import Crowd
from evaluation.benchmarks.concurrency_load import Meter, Usage, usage
from evaluation.benchmarks.distribution import load, machine
from evaluation.benchmarks.intervals import spread
from evaluation.stage import Stage

MINUTES: Final = 60.0
CALLS: Final = 4
EVERY_S: Final = 10.0
TELL_EVERY: Final = 6
WARM_SHARE: Final = 0.1
SETTLE_S: Final = 5.0
COLUMNS: Final = ("rss_mb", "files", "threads", "tasks")

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Sample:
    """The bot's process at one instant."""

    at_s: float
    """Since the first call."""
    live: int
    """Calls in progress, as the gateway counts them."""
    tasks: int
    """Of asyncio."""
    used: Usage

    def value(self, column: str) -> float:
        """Give one of `COLUMNS`."""
        return float(self.tasks if column == "tasks" else getattr(self.used, column))


async def measure(
    *, minutes: float = MINUTES, calls: int = CALLS, every_s: float = EVERY_S, say: Say = lambda _: None
) -> dict[str, Any]:
    """Hold `calls` at a time for `minutes`; gives one JSON object.

    Raises:
        StageError: the gateway does not come up.
    """
    before = load()
    people = calls * max(4, round(minutes * 60 / SHORTEST_CALL_S))
    async with calling(people, max_calls=calls) as (stage, crowd), httpx.AsyncClient(trust_env=False) as client:
        began = time.monotonic()

        async def look() -> Sample:
            return await _sample(stage, client, time.monotonic() - began)

        idle = await look()
        meter = Meter(stage.gateway.pid, os.getpid())
        samples = await _watched(crowd, calls, minutes, every_s, look, say)
        taken = meter.read(time.monotonic() - began)
        await crowd.leave()
        await asyncio.sleep(SETTLE_S)
        after = await look()
        answered = [each.content_ms for _, each in await crowd.answered()]
    return {
        "machine": machine(),
        "load": before,
        "load_after": load(),
        "minutes": minutes,
        "at_once": calls,
        "calls": len(crowd.done),
        "refused": crowd.refused,
        "content_ms": spread(answered),
        "bot_cores": taken.bot,
        "idle_before": _row(idle),
        "idle_after": _row(after),
        "tasks_per_call": per_call(samples, idle),
        "slope_per_hour": {column: slope(samples, column) for column in COLUMNS},
        "samples": [{"at_s": round(each.at_s), "live": each.live, **_row(each)} for each in samples],
    }


async def _watched(
    crowd: Crowd, calls: int, minutes: float, every_s: float, look: Callable[[], Any], say: Say
) -> list[Sample]:
    crowd.wanted = calls
    samples: list[Sample] = []
    for number in range(max(2, round(minutes * 60 / every_s))):
        await asyncio.sleep(every_s)
        samples.append(await look())
        if number % TELL_EVERY == 0:
            row = " ".join(f"{column} {samples[-1].value(column):.0f}" for column in COLUMNS)
            say(f"{samples[-1].at_s / 60:.0f} min, {len(crowd.done)} calls over, {samples[-1].live} in progress: {row}")
    return samples


async def _sample(stage: Stage, client: httpx.AsyncClient, at_s: float) -> Sample:
    scraped = gauges((await client.get(f"{stage.settings.public_url}/metrics")).text)
    return Sample(
        at_s=at_s,
        live=round(scraped["voicebot_calls_live"]),
        tasks=round(scraped["voicebot_asyncio_tasks"]),
        used=usage(stage.gateway.pid),
    )


def gauges(text: str) -> dict[str, float]:
    """Read the plain values of Prometheus's text format; those with labels are passed over."""
    rows = (line.split() for line in text.splitlines() if line and not line.startswith("#") and "{" not in line)
    return {name: float(value) for name, value, *_ in rows}


def settled(samples: Sequence[Sample]) -> list[Sample]:
    """Leave out the time in which caches fill."""
    return list(samples[round(len(samples) * WARM_SHARE) :])


def slope(samples: Sequence[Sample], column: str) -> float | None:
    """Give the rise an hour of the line of least squares; None for less than two instants."""
    kept = settled(samples)
    if len(kept) < 2:
        return None
    at = [each.at_s / 3600 for each in kept]
    values = [each.value(column) for each in kept]
    middle, level = sum(at) / len(at), sum(values) / len(values)
    spread_of_time = sum((each - middle) ** 2 for each in at)
    rise = sum((when - middle) * (value - level) for when, value in zip(at, values, strict=True))
    return round(rise / spread_of_time, 2) if spread_of_time else None


def per_call(samples: Sequence[Sample], idle: Sample) -> float | None:
    """Give how many tasks a call in progress has; None where none was in progress."""
    live = [each for each in settled(samples) if each.live]
    if not live:
        return None
    return round(sum(each.tasks - idle.tasks for each in live) / sum(each.live for each in live), 1)


def _row(sample: Sample) -> dict[str, float]:
    return {column: sample.value(column) for column in COLUMNS}
