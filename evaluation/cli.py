"""The commands that need simulated callers: `demo` and `bench`."""

from __future__ import annotations

import asyncio
import json
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from evaluation.benchmarks import latency_commands
from evaluation.benchmarks.commits_command import commits
from evaluation.console_scorer import offer_scorer
from evaluation.corpora.command import phone_corpus
from evaluation.scoring.command import score, scoring
from evaluation.simulation.commands import simulate

bench = typer.Typer(help="Measurements that anyone can run again.", no_args_is_help=True)


class Pickups(StrEnum):
    """The sets of `bench answering`."""

    TUNED = "tuned"
    FIRST = "first"
    SECOND = "second"


def add_commands(app: typer.Typer) -> None:
    """Add them to the product's command line."""
    app.command("demo")(demo)
    app.command("simulate")(simulate)
    app.command("phone-corpus")(phone_corpus)
    app.command("score")(score)
    offer_scorer()
    bench.command("scoring")(scoring)
    bench.command("commits")(commits)
    latency_commands.add_commands(bench)
    app.add_typer(bench, name="bench")


def demo(
    persona: Annotated[
        str, typer.Option(help="Who is on the line; see evaluation/simulation/personas.yaml.")
    ] = "agreement",
    inbound: Annotated[bool, typer.Option(help="Let the persona call the bot.")] = False,
    out: Annotated[Path, typer.Option(help="Where the recording and the transcript go.")] = Path("var/demo"),
) -> None:
    """Hold one whole call with real speech in both directions."""
    from evaluation import demo as demonstration
    from evaluation.simulation.persona import PersonaError
    from evaluation.stage import StageError

    try:
        asyncio.run(demonstration.run(persona, inbound=inbound, out=out, console=Console()))
    except (PersonaError, StageError) as error:
        typer.echo(f"error: {error}", err=True)
        raise typer.Exit(1) from error


@bench.command("latency")
def latency(
    turns: Annotated[int, typer.Option(help="Responses to measure at least.")] = 20,
    peer: Annotated[bool, typer.Option(help="Then say the same to a stock pipecat bot and print the ratios.")] = False,
    peer_python: Annotated[
        Path | None, typer.Option(help="Interpreter with the peer's packages; `make peer` makes the default one.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object instead of a table.")] = False,
) -> None:
    """Measure the response time on the stereo recording of whole calls."""
    from evaluation.benchmarks import latency as latency_bench
    from evaluation.benchmarks.latency_table import latency_table
    from evaluation.benchmarks.peer import interpreter
    from evaluation.stage import StageError

    notes = Console(stderr=True)
    try:
        result = asyncio.run(
            latency_bench.measure(turns=turns, peer_python=interpreter(peer_python) if peer else None, say=notes.print)
        )
    except StageError as error:
        typer.echo(f"error: {error}", err=True)
        raise typer.Exit(1) from error
    if as_json:
        typer.echo(json.dumps(result))
        return
    Console().print(latency_table(result))


@bench.command("understanding")
def understanding(
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object instead of a table.")] = False,
) -> None:
    """Measure intents and entities on lines that took no part in training, as text and as heard by telephone."""
    from evaluation.benchmarks import understanding as understanding_bench

    result = understanding_bench.measure()
    if as_json:
        typer.echo(json.dumps(result))
        return
    Console().print(understanding_table(result))


def understanding_table(result: dict[str, Any]) -> Table:
    """Lay the rates out, text beside telephone."""
    table = Table("what", "text", "phone", title=f"Understanding, load {result.get('load')} at the start")
    text, phone = result.get("text") or {}, result.get("phone") or {}
    for name in dict.fromkeys([*text, *phone]):
        table.add_row(name, _rate(text.get(name)), _rate(phone.get(name)))
    return table


def _rate(found: object) -> str:
    if not isinstance(found, dict) or "value" not in found:
        return str(found) if found is not None else ""
    return f"{found['value']:.3f} [{found['low']:.3f}, {found['high']:.3f}] n {found['n']}"


@bench.command("policy")
def policy(
    turns: Annotated[int, typer.Option(min=1, help="Turns to measure at least.")] = 2000,
    seed: Annotated[int, typer.Option(help="The same seed gives the same turns.")] = 0,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object instead of a table.")] = False,
) -> None:
    """Measure one turn in text: decision, script and gate, with understanding beside it."""
    from evaluation.benchmarks import policy as policy_bench

    notes = Console(stderr=True)
    result = policy_bench.measure(turns=turns, seed=seed, say=notes.print)
    if as_json:
        typer.echo(json.dumps(result))
        return
    Console().print(policy_table(result))


def policy_table(result: dict[str, Any]) -> Table:
    """Lay the figures out, one distribution a row, each with what it covers."""
    box = result["machine"]
    title = f"{result['calls']} calls in text on {box['cpu']}, load {result['load']} at the start"
    table = Table("what, ms", "n", "median", "p95", "min", "max", "covers", title=title)
    for name, covers in result["measures"].items():
        found = result[name] or {}
        table.add_row(name, *(str(found.get(key, "")) for key in ("n", "median", "p95", "min", "max")), covers)
    return table


@bench.command("speech")
def speech(
    sayings: Annotated[int, typer.Option(min=1, help="Answers a question, each over four lines.")] = 8,
    seed: Annotated[int, typer.Option(help="The same seed gives the same audio.")] = 0,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object instead of a table.")] = False,
) -> None:
    """Measure how well callers are heard over a noisy telephone line."""
    from evaluation.benchmarks import speech as speech_bench
    from evaluation.benchmarks.speech_table import speech_table
    from voicebot.speech.errors import SpeechError

    notes = Console(stderr=True)
    try:
        result = speech_bench.measure(sayings=sayings, seed=seed, say=notes.print)
    except SpeechError as error:
        typer.echo(f"error: {error}", err=True)
        raise typer.Exit(1) from error
    if as_json:
        typer.echo(json.dumps(result))
        return
    Console().print(speech_table(result))


@bench.command("answering")
def answering(
    takes: Annotated[
        int, typer.Option(min=1, help="Times each saying is spoken, by other voices, over other lines.")
    ] = 3,
    seed: Annotated[int, typer.Option(help="The same seed gives the same audio.")] = 0,
    material: Annotated[
        Pickups, typer.Option(help="What the ear was tuned on, or a set frozen before it was heard.")
    ] = Pickups.TUNED,
    words: Annotated[
        bool, typer.Option("--words", help="Words alone, each heard rightly: no voices, in seconds.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object instead of a table.")] = False,
) -> None:
    """Measure how well people, recordings and tones are told apart at pick-up."""
    from evaluation.benchmarks import answering as answering_bench
    from evaluation.benchmarks.answering_frozen import FrozenSetChanged
    from evaluation.benchmarks.answering_table import answering_table
    from evaluation.benchmarks.answering_words import measure_words
    from voicebot.settings import load_settings
    from voicebot.speech.errors import SpeechError

    notes = Console(stderr=True)
    try:
        result = (
            measure_words(material.value)
            if words
            else answering_bench.measure(
                takes=takes, seed=seed, settings=load_settings(), say=notes.print, material=material.value
            )
        )
    except (SpeechError, FrozenSetChanged) as error:
        typer.echo(f"error: {error}", err=True)
        raise typer.Exit(1) from error
    if as_json:
        typer.echo(json.dumps(result))
        return
    Console().print(answering_table(result))


@bench.command("dial")
def dial(
    runs: Annotated[int, typer.Option(min=0, help="Chaos runs; the full run is 500.")] = 20,
    seed: Annotated[int, typer.Option(help="The same seed draws the same faults.")] = 0,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object instead of a table.")] = False,
) -> None:
    """Measure the dialler's claims, then kill its workers at every step: nobody dialled twice, no outcome lost."""
    from evaluation.benchmarks import dial as dial_bench

    notes = Console(stderr=True)
    result = dial_bench.measure(runs=runs, seed=seed, say=notes.print)
    if as_json:
        typer.echo(json.dumps(result))
    else:
        Console().print(dial_table(result))
    if result["double_dials"] or result["lost_outcomes"] or result["never_dialled"]:
        raise typer.Exit(1)


def dial_table(result: dict[str, Any]) -> Table:
    """Lay the figures out, one a row."""
    box = result["machine"]
    title = f"{box['cpu']}, {box['cores']} cores, load {result['load']} at the start"
    table = Table("what", "found", title=title)
    for workers, claims in result["claims_per_s"].items():
        table.add_row(f"claims a second, {workers} worker(s)", str(claims))
    for name in ("chaos_runs", "people", "workers_killed", "database_restarts"):
        table.add_row(name.replace("_", " "), str(result[name]))
    for name, count in result["carrier_faults"].items():
        table.add_row(f"the carrier {name}", str(count))
    for name in ("double_dials", "never_dialled", "lost_outcomes", "double_outcomes"):
        table.add_row(name.replace("_", " "), str(result[name]))
    return table
