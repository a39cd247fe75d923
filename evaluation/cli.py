"""The commands that need simulated callers: `demo` and `bench`."""

from __future__ import annotations

import asyncio
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from evaluation.benchmarks import latency_commands
from evaluation.benchmarks.commits_command import commits
from evaluation.benchmarks.report import AsJson, Found, Say, Seed, report
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
    THIRD = "third"


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


@bench.command("understanding")
def understanding(
    as_json: AsJson = False,
) -> None:
    """Measure intents and entities on lines that took no part in training, as text and as heard by telephone."""
    from evaluation.benchmarks import understanding as understanding_bench

    report(lambda _: understanding_bench.measure(), understanding_table, as_json=as_json)


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
    as_json: AsJson = False,
) -> None:
    """Measure one turn in text: decision, script and gate, with understanding beside it."""
    from evaluation.benchmarks import policy as policy_bench

    def measure(say: Say) -> Found:
        return policy_bench.measure(turns=turns, seed=seed, say=say)

    report(measure, policy_table, as_json=as_json)


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
    seed: Seed = 0,
    as_json: AsJson = False,
) -> None:
    """Measure how well callers are heard over a noisy telephone line."""
    from evaluation.benchmarks import speech as speech_bench
    from evaluation.benchmarks.speech_table import speech_table
    from voicebot.speech.errors import SpeechError

    def measure(say: Say) -> Found:
        return speech_bench.measure(sayings=sayings, seed=seed, say=say)

    report(measure, speech_table, as_json=as_json, expected=(SpeechError,))


@bench.command("answering")
def answering(
    takes: Annotated[
        int, typer.Option(min=1, help="Times each saying is spoken, by other voices, over other lines.")
    ] = 3,
    seed: Seed = 0,
    material: Annotated[
        Pickups, typer.Option(help="What the ear was tuned on, or a set frozen before it was heard.")
    ] = Pickups.TUNED,
    words: Annotated[
        bool, typer.Option("--words", help="Words alone, each heard rightly: no voices, in seconds.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Measure how well people, recordings and tones are told apart at pick-up."""
    from evaluation.benchmarks import answering as answering_bench
    from evaluation.benchmarks.answering_frozen import FrozenSetChanged
    from evaluation.benchmarks.answering_table import answering_table
    from evaluation.benchmarks.answering_words import measure_words
    from voicebot.settings import load_settings
    from voicebot.speech.errors import SpeechError

    def measure(say: Say) -> Found:
        if words:
            return measure_words(material.value)
        settings = load_settings()
        return answering_bench.measure(takes=takes, seed=seed, settings=settings, say=say, material=material.value)

    report(measure, answering_table, as_json=as_json, expected=(SpeechError, FrozenSetChanged))


@bench.command("dial")
def dial(
    runs: Annotated[int, typer.Option(min=0, help="Chaos runs; the full run is 500.")] = 20,
    seed: Annotated[int, typer.Option(help="The same seed draws the same faults.")] = 0,
    as_json: AsJson = False,
) -> None:
    """Measure the dialler's claims, then kill its workers at every step: nobody dialled twice, no outcome lost."""
    from evaluation.benchmarks import dial as dial_bench

    def measure(say: Say) -> Found:
        return dial_bench.measure(runs=runs, seed=seed, say=say)

    result = report(measure, dial_table, as_json=as_json)
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
