"""The commands of `bench` about times and turns: `concurrency`, `soak`, `window`, `floor`."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

AsJson = Annotated[bool, typer.Option("--json", help="One JSON object instead of a table.")]
Seed = Annotated[int, typer.Option(help="The same seed gives the same audio.")]


def add_commands(bench: typer.Typer) -> None:
    """Add them to `bench`."""
    bench.command("concurrency")(concurrency)
    bench.command("soak")(soak)
    bench.command("window")(window)
    bench.command("floor")(floor)


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

    notes = Console(stderr=True)
    levels = _levels(calls)
    measured = (
        concurrency_beyond.measure(calls=beyond, seconds=seconds, say=notes.print)
        if beyond
        else concurrency_bench.measure(levels=levels, seconds=seconds, keep_on=keep_on, say=notes.print)
    )
    try:
        found = asyncio.run(measured)
    except StageError as error:
        typer.echo(f"error: {error}", err=True)
        raise typer.Exit(1) from error
    if as_json:
        typer.echo(json.dumps(found))
        return
    Console().print(beyond_table(found) if beyond else concurrency_table(found))


def soak(
    minutes: Annotated[float, typer.Option(min=0.1, help="How long calls come and go.")] = 60.0,
    calls: Annotated[int, typer.Option(min=1, help="Calls at a time.")] = 4,
    as_json: AsJson = False,
) -> None:
    """Let calls come and go, and see whether memory, files and tasks stay flat."""
    from evaluation.benchmarks import soak as soak_bench
    from evaluation.benchmarks.soak_table import soak_table
    from evaluation.stage import StageError

    notes = Console(stderr=True)
    try:
        found = asyncio.run(soak_bench.measure(minutes=minutes, calls=calls, say=notes.print))
    except StageError as error:
        typer.echo(f"error: {error}", err=True)
        raise typer.Exit(1) from error
    if as_json:
        typer.echo(json.dumps(found))
        return
    Console().print(soak_table(found))


def window(
    adapter: Annotated[Path | None, typer.Option(help="Another adapter than the one shipped.")] = None,
    seed: Seed = 0,
    as_json: AsJson = False,
) -> None:
    """Measure what is understood, and how soon, by how much the recogniser's encoder looks at."""
    from evaluation.benchmarks.window import main

    main(adapter, seed, as_json)


def floor(
    events: Annotated[int, typer.Option(min=1, help="Interruptions, and as many moments that must not stop it.")] = 300,
    seed: Seed = 0,
    as_json: AsJson = False,
) -> None:
    """Measure how fast the bot falls silent for an interruption, and what it rightly talks through."""
    from evaluation.benchmarks import floor as floor_bench
    from evaluation.benchmarks.floor_table import floor_table
    from voicebot.speech.errors import SpeechError

    notes = Console(stderr=True)
    try:
        found = floor_bench.measure(events=events, seed=seed, say=notes.print)
    except SpeechError as error:
        typer.echo(f"error: {error}", err=True)
        raise typer.Exit(1) from error
    if as_json:
        typer.echo(json.dumps(found))
        return
    Console().print(floor_table(found))
