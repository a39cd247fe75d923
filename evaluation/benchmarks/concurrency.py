"""How many calls this machine holds at once: real recognition and synthesis, and callers who talk a third of the time.

The calls ramp up to each number in turn and stay there; the rated number is the largest at which, as at all smaller
ones, the answer comes within `LIMIT_MS` in 95 of 100 turns. The callers, the carrier and this measurement run in this
process, the bot in one of its own; the processor time of both is reported, since they share the machine.
"""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import asdict, dataclass
from functools import partial
from typing import Any, Final

from evaluation.benchmarks.concurrency_calls import Crowd, Held, NoEar, Switchboard
from evaluation.benchmarks.concurrency_load import Meter, Taken, usage
from evaluation.benchmarks.concurrency_people import MODEL, crowd
from evaluation.benchmarks.distribution import load, machine
from evaluation.benchmarks.intervals import spread
from evaluation.benchmarks.latency import LINE, Answer
from evaluation.benchmarks.latency_callers import ReadingCaller, callers
from evaluation.simulation.persona import Persona
from evaluation.stage import SAMPLES, Stage, staged
from voicebot.application.portfolio_files import read_portfolio
from voicebot.bootstrap import speech
from voicebot.settings import Settings, load_settings
from voicebot.speech.phrases import PhraseCache

LIMIT_MS: Final = 1_200.0
LEVELS: Final = (1, 2, 4, 6, 8)
SECONDS: Final = 180.0
SHORTEST_CALL_S: Final = 15.0
"""Callers who give up at once are few; so many people are made that nobody is called twice."""
RAMP_WITHIN_S: Final = 60.0
SPARE: Final = 2
"""Lines of the gateway beyond the most calls asked for, while the rated number is looked for."""

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Level:
    """So many calls at once, for so long; instants on the generator's clock."""

    calls: int
    began_s: float
    ended_s: float
    taken: Taken
    rss_mb: float


async def measure(
    *, levels: Sequence[int] = LEVELS, seconds: float = SECONDS, keep_on: bool = False, say: Say = lambda _: None
) -> dict[str, Any]:
    """Hold each number of calls for `seconds`, and stop after the first that is too many unless `keep_on`.

    Raises:
        StageError: the gateway does not come up.
    """
    before = load()
    people = sum(levels) * max(2, round(seconds / SHORTEST_CALL_S))
    held: list[Level] = []
    async with calling(people, max_calls=max(levels) + SPARE) as (stage, calls):
        meter = Meter(stage.gateway.pid, os.getpid())
        for wanted in levels:
            held.append(await hold(stage, calls, meter, wanted, seconds))
            found = figures(held[-1], await calls.answered())
            say(f"{wanted} calls: {summary(found)}")
            if not found["holds"] and not keep_on:
                break
        await calls.leave()
        answered = await calls.answered()
        stages = await _stages(stage, calls.done, held)
    rows = [figures(level, answered) | {"stages_ms": each} for level, each in zip(held, stages, strict=True)]
    return {
        "machine": machine(),
        "load": before,
        "load_after": load(),
        "seconds": seconds,
        "limit_ms": LIMIT_MS,
        "calls": len(calls.done),
        "refused": calls.refused,
        "talking_share": spread([held.talks for held in calls.done if held.talks is not None]),
        "greeting_ms": spread([held.greeting_ms for held in calls.done if held.greeting_ms is not None]),
        "levels": rows,
        "rated": rated(rows),
    }


@asynccontextmanager
async def calling(people: int, *, max_calls: int) -> AsyncIterator[tuple[Stage, Crowd]]:
    """A gateway and a crowd that nobody of is on the line yet."""
    board, personas = Switchboard(), callers()
    voice = await _rehearsed(load_settings(), personas)
    portfolio = crowd(read_portfolio(SAMPLES), people)
    try:
        async with staged(board, MODEL, network=LINE, max_calls=max_calls) as stage:
            await stage.store.portfolio.save(portfolio)
            calls = Crowd(stage, board, personas, voice, iter(portfolio.debtors))
            placing = asyncio.create_task(calls.run(), name="crowd")
            try:
                yield stage, calls
            finally:
                placing.cancel()
                with suppress(asyncio.CancelledError):
                    await placing
                await calls.leave()
    finally:
        voice.close()


async def _rehearsed(settings: Settings, personas: Sequence[Persona]) -> PhraseCache:
    """Give all that the callers may say, made beforehand: they cost the bot no synthesis."""
    tts = await asyncio.to_thread(partial(speech.voice, settings, name=personas[0].voice, threads=1))
    voice = PhraseCache(tts, settings.data_dir / "phrases")
    try:
        for persona in personas:
            await ReadingCaller(persona, NoEar(), voice).rehearse()
    finally:
        tts.close()
    return voice


async def hold(stage: Stage, calls: Crowd, meter: Meter, wanted: int, seconds: float) -> Level:
    """Ramp up to so many calls and stay there."""
    calls.wanted = wanted
    with suppress(TimeoutError):
        async with asyncio.timeout(RAMP_WITHIN_S):
            while sum(held.began_s is not None for held in calls.live.values()) < wanted:  # noqa: ASYNC110 - answered elsewhere
                await asyncio.sleep(0.2)
    began = time.monotonic()
    meter.read(1.0)
    await asyncio.sleep(seconds)
    ended = time.monotonic()
    return Level(wanted, began, ended, meter.read(ended - began), usage(stage.gateway.pid).rss_mb)


def figures(level: Level, answered: Sequence[tuple[float, Answer]]) -> dict[str, Any]:
    """Give one level's figures from the responses that fell into its time."""
    inside = [each for at_s, each in answered if level.began_s <= at_s < level.ended_s]
    content = spread([each.content_ms for each in inside])
    return {
        "calls": level.calls,
        "content_ms": content,
        "response_ms": spread([each.response_ms for each in inside]),
        "cores": asdict(level.taken),
        "rss_mb": level.rss_mb,
        "holds": content is not None and content["p95"] <= LIMIT_MS,
    }


def rated(rows: Sequence[dict[str, Any]]) -> int:
    """Give the most calls at which, as at all fewer ones measured, the limit is kept; 0 where it never is."""
    best = 0
    for row in sorted(rows, key=lambda row: int(row["calls"])):
        if not row["holds"]:
            break
        best = int(row["calls"])
    return best


def summary(found: dict[str, Any]) -> str:
    """Say one level's figures in a line."""
    content, cores = found["content_ms"], found["cores"]
    if content is None:
        return "no answers"
    return (
        f"content_ms median {content['median']:.0f}, p95 {content['p95']:.0f}, n {content['n']}; cores: bot "
        f"{cores['bot']}, callers {cores['callers']}, others {cores['others']}; {found['rss_mb']:.0f} MB"
    )


async def _stages(stage: Stage, done: Sequence[Held], levels: Sequence[Level]) -> list[dict[str, Any]]:
    """Give the breakdown of each level, from the calls that began in its time."""
    found: list[dict[str, list[float]]] = [{} for _ in levels]
    for held in done:
        for level, stages in zip(levels, found, strict=True):
            if held.began_s is None or not level.began_s <= held.began_s < level.ended_s:
                continue
            for turn in await stage.store.calls.events(held.call_id, "stages"):
                for name, value in turn.items():
                    stages.setdefault(name.removesuffix("_ms"), []).append(float(value))
    return [{name: spread(values) for name, values in sorted(each.items())} for each in found]
