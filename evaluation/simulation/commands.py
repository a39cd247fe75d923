"""`simulate`: many calls with simulated people, in text, judged by an oracle of their own."""

from __future__ import annotations

import json
import os
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from evaluation.simulation.text import runner
from evaluation.simulation.text.characters import Character, CharacterError, find
from evaluation.simulation.text.trials import pass_hat

_ONE_THREAD = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")


def simulate(
    calls: Annotated[int, typer.Option(min=1, help="How many calls to hold.")] = 100,
    seed: Annotated[int, typer.Option(help="The same seed gives the same calls.")] = 0,
    persona: Annotated[
        str | None, typer.Option(help="One alone; see evaluation/simulation/text/characters.yaml.")
    ] = None,
    scenarios: Annotated[
        int, typer.Option(min=0, help="Also hold this many scenarios eight times each, for pass^8.")
    ] = 0,
    processes: Annotated[int, typer.Option(min=1, help="Processes to hold calls in.")] = runner.PROCESSES,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object instead of tables.")] = False,
) -> None:
    """Hold calls with simulated people and count every violation of the rules."""
    person = _person(persona)
    for name in _ONE_THREAD:
        os.environ.setdefault(name, "1")
    tally = runner.Tally()
    for result in runner.run(runner.scenarios(calls, seed, person), processes):
        tally.add(result)
    found = runner.summary(tally)
    if scenarios:
        found["pass_hat_8"] = pass_hat(scenarios, seed, person, processes)
    if as_json:
        typer.echo(json.dumps(found, ensure_ascii=False))
        return
    show(found, Console())


def _person(name: str | None) -> Character | None:
    try:
        return find(name) if name is not None else None
    except CharacterError as error:
        raise typer.BadParameter(str(error), param_hint="--persona") from error


def show(found: dict[str, Any], console: Console) -> None:
    """Lay a summary out for people: figures, outcomes, and the first examples of what went wrong."""
    head = Table("what", "value", title=f"{found['calls']} calls, {found['turns']} turns")
    plain = "distinct_utterances understood_as_meant violations ended_well promises promises_complete wrong_commits"
    for key in [*plain.split(), "upper_bound", "mean_discount_percent", "concessions", "pass_hat_8"]:
        if found.get(key) is not None:
            head.add_row(key, str(found[key]))
    console.print(head)
    outcomes = Table("persona", "outcomes")
    for name, ends in found["outcomes"].items():
        outcomes.add_row(name, ", ".join(f"{end} {count}" for end, count in ends.items()))
    console.print(outcomes)
    for rule, count in found["violations_by_rule"].items():
        console.print(f"{rule}: {count}", style="bold")
    for each in found["violation_examples"]:
        where = f"{each['rule']}, seed {each['seed']}, {each['character']}, turn {each['turn']}"
        console.print(f"{where}: {each['detail']}", markup=False)
        console.print(f"    < {each['heard']}\n    > {each['text']}", markup=False)
