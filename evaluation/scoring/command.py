"""`score` and `bench scoring`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

if TYPE_CHECKING:
    from evaluation.scoring.limits import Granted


def score(
    files: Annotated[list[Path], typer.Argument(metavar="FILE.json...", help="Transcripts of the bot or of people.")],
    creditor: Annotated[Path | None, typer.Option(help="The creditor's file: what may be offered and claimed.")] = None,
) -> None:
    """Score transcripts by the scorecard: one JSON object a line."""
    from evaluation.scoring.errors import ScoringError
    from evaluation.scoring.score import as_json
    from evaluation.scoring.score import score as judge
    from evaluation.scoring.transcript import read

    granted = _granted(creditor)
    unread = False
    for path in files:
        try:
            typer.echo(json.dumps(as_json(judge(read(path), granted)), ensure_ascii=False))
        except ScoringError as error:
            unread = True
            typer.echo(f"error: {error}", err=True)
    if unread:
        raise typer.Exit(1)


def _granted(path: Path | None) -> Granted | None:
    from evaluation.scoring.limits import read_limits
    from voicebot.application.portfolio_rows import PortfolioError

    if path is None:
        return None
    try:
        return read_limits(path)
    except PortfolioError as error:
        raise typer.BadParameter(str(error), param_hint="--creditor") from error


def scoring(
    seed: Annotated[int, typer.Option(help="The same seed makes the same transcripts.")] = 0,
    calls: Annotated[int, typer.Option(min=60, help="Transcripts to make, noisy copies apart.")] = 240,
    wordings: Annotated[
        str | None,
        typer.Option(
            help="Only these faults: tuned, held, open, opened, or spent or sealed, which nobody who tuned has read."
        ),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object instead of tables.")] = False,
) -> None:
    """Measure the scorer against calls whose faults are known by construction."""
    from evaluation.scoring import bench
    from evaluation.scoring.truth.wordings import HALVES

    notes = Console(stderr=True)
    try:
        result = bench.measure(calls=calls, seed=seed, wordings=wordings, say=notes.print)
    except KeyError as error:
        message = f"{wordings} is none of {', '.join(half.id for half in HALVES)}"
        raise typer.BadParameter(message, param_hint="--wordings") from error
    if as_json:
        typer.echo(json.dumps(result, ensure_ascii=False))
        return
    console = Console()
    for table in _tables(result):
        console.print(table)


def _tables(result: dict[str, Any]) -> list[Table]:
    tables = [_agreement(result[kind], kind) for kind in ("criteria", "fatals")]
    summary = Table("what", "value", title=f"{result['transcripts']} transcripts on {result['machine']['cpu']}")
    for key in ("macro", "noise", "hard_calls", "acts", "per_minute"):
        summary.add_row(key, json.dumps(result[key], ensure_ascii=False))
    return [*tables, summary, _by_author(result), _targets(result)]


def _by_author(result: dict[str, Any]) -> Table:
    """Agreement by who worded the fault, and what whoever tuned the scorer knew of the wording."""
    table = Table(
        "wordings", "criteria F1", "kappa", "fatal recall", "precision", "seen", title=result["labels"]["truth"]
    )
    for kind in ("authors", "halves"):
        for name, row in result[kind].items():
            rates = [str(row[key]["value"]) if row[key] else "-" for key in ("fatal_recall", "fatal_precision")]
            seen = result["labels"].get(name, f"{name} author")
            table.add_row(name, str(row["criteria_f1"]), str(row["criteria_kappa"]), *rates, seen)
    return table


def _targets(result: dict[str, Any]) -> Table:
    table = Table("target", "wanted", "measured", "verdict", title="targets")
    for name, row in result["targets"].items():
        table.add_row(name, row["target"], str(row["value"]), row["verdict"])
    return table


def _agreement(rows: dict[str, Any], title: str) -> Table:
    table = Table("id", "n", "bad", "precision", "recall", "F1 (95 %)", "kappa (95 %)", title=title)
    for name, row in rows.items():
        cells = [str(row[key]["value"]) if row[key] else "-" for key in ("precision", "recall")]
        spans = [
            f"{row[key]['value']} ({row[key]['low']}-{row[key]['high']})" if row[key] else "-"
            for key in ("f1", "kappa")
        ]
        table.add_row(name, str(row["n"]), str(row["positives"]), *cells, *spans)
    return table
