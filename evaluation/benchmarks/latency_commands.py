"""The commands of `bench` about times and turns: `latency`, `concurrency`, `soak`, `window`, `floor`."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from evaluation.benchmarks.report import AsJson, Found, Say, Seed, report


def add_commands(bench: typer.Typer) -> None:
    """Add them to `bench`."""
    bench.command("latency")(latency)
    bench.command("concurrency")(concurrency)
    bench.command("soak")(soak)
    bench.command("window")(window)
    bench.command("floor")(floor)


def latency(
    turns: Annotated[int, typer.Option(help="Responses to measure at least.")] = 20,
    peer: Annotated[bool, typer.Option(help="Then say the same to a stock pipecat bot and print the ratios.")] = False,
    peer_python: Annotated[
        Path | None, typer.Option(help="Interpreter with the peer's packages; `make peer` makes the default one.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Measure the response time on the stereo recording of whole calls."""
    from evaluation.benchmarks import latency as latency_bench
    from evaluation.benchmarks.latency_table import latency_table
    from evaluation.benchmarks.peer import interpreter
    from evaluation.stage import StageError

    def measure(say: Say) -> Found:
        beside = interpreter(peer_python) if peer else None
        return asyncio.run(latency_bench.measure(turns=turns, peer_python=beside, say=say))

    report(measure, latency_table, as_json=as_json, expected=(StageError,))


def _levels(text: str) -> list[int]:
    try:
        found = [int(each) for each in text.split(",")]
    except ValueError:
        found = []
    if not found or min(found) < 1:
        raise typer.BadParameter("give numbers of calls with commas between them, as in 1,2,4,8")
    return found


def concurrency(
    calls: Annotated[str, typer.Option(help="Numbers of calls at once to measure, in turn.")] = "1,2,4,6,8",
    seconds: Annotated[float, typer.Option(min=1, help="How long each number is held.")] = 180.0,
    keep_on: Annotated[bool, typer.Option(help="Measure on after the first number that is too many.")] = False,
    beyond: Annotated[
        int, typer.Option(min=0, help="Instead: rate the gateway for so many calls, hold them, and let others call in.")
    ] = 0,
    as_json: AsJson = False,
) -> None:
    """Find how many calls this machine holds with answers within 1.2 s at p95."""
    from evaluation.benchmarks import concurrency as concurrency_bench
    from evaluation.benchmarks import concurrency_beyond
    from evaluation.benchmarks.concurrency_table import beyond_table, concurrency_table
    from evaluation.stage import StageError

    levels = _levels(calls)

    def measure(say: Say) -> Found:
        if beyond:
            return asyncio.run(concurrency_beyond.measure(calls=beyond, seconds=seconds, say=say))
        return asyncio.run(concurrency_bench.measure(levels=levels, seconds=seconds, keep_on=keep_on, say=say))

    report(measure, beyond_table if beyond else concurrency_table, as_json=as_json, expected=(StageError,))


def soak(
    minutes: Annotated[float, typer.Option(min=0.1, help="How long calls come and go.")] = 60.0,
    calls: Annotated[int, typer.Option(min=1, help="Calls at a time.")] = 4,
    as_json: AsJson = False,
) -> None:
    """Let calls come and go, and see whether memory, files and tasks stay flat."""
    from evaluation.benchmarks import soak as soak_bench
    from evaluation.benchmarks.soak_table import soak_table
    from evaluation.stage import StageError

    def measure(say: Say) -> Found:
        return asyncio.run(soak_bench.measure(minutes=minutes, calls=calls, say=say))

    report(measure, soak_table, as_json=as_json, expected=(StageError,))


def window(
    adapter: Annotated[Path | None, typer.Option(help="Another adapter than the one shipped.")] = None,
    seed: Seed = 0,
    as_json: AsJson = False,
) -> None:
    """Measure what is understood, and how soon, by how much the recogniser's encoder looks at."""
    from evaluation.benchmarks import window as window_bench
    from voicebot.speech.encoder_adapter import SHIPPED, Adapter
    from voicebot.speech.errors import SpeechError

    def measure(say: Say) -> Found:
        return window_bench.measure(adapter=SHIPPED if adapter is None else Adapter(adapter), seed=seed, say=say)

    report(measure, window_bench.window_table, as_json=as_json, expected=(SpeechError,))


def floor(
    events: Annotated[int, typer.Option(min=1, help="Interruptions, and as many moments that must not stop it.")] = 300,
    seed: Seed = 0,
    as_json: AsJson = False,
) -> None:
    """Measure how fast the bot falls silent for an interruption, and what it rightly talks through."""
    from evaluation.benchmarks import floor as floor_bench
    from evaluation.benchmarks.floor_table import floor_table
    from voicebot.speech.errors import SpeechError

    def measure(say: Say) -> Found:
        return floor_bench.measure(events=events, seed=seed, say=say)

    report(measure, floor_table, as_json=as_json, expected=(SpeechError,))
