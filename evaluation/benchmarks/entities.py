"""How well amounts, numbers, percentages and days are read, beside the peers that are installed.

`python -m evaluation.benchmarks.entities [--dates LIST.tsv] [--json]` needs VOICEBOT_TEST_DATA for the specs of
Recognizers-Text; what is absent is skipped with its reason. The list of dates that is read by default was written
together with the rules: give another with `--dates` for a figure on dates that nobody fitted.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import sys
from collections.abc import Sequence
from datetime import datetime
from functools import cache
from pathlib import Path
from time import perf_counter
from typing import Any, Final

from num2words import num2words
from rich.console import Console
from rich.table import Table

from evaluation.benchmarks import recognizers_specs as specs
from evaluation.benchmarks import spoken_dates
from evaluation.benchmarks.distribution import distribution, rate
from evaluation.benchmarks.entity_peers import Peer, installed
from evaluation.benchmarks.recognizers_specs import Suite
from voicebot.domain.calendar import BusinessCalendar
from voicebot.domain.dialogue.phases import Asks, Phase
from voicebot.domain.meaning import Entity, EntityType
from voicebot.understanding.births import born
from voicebot.understanding.extract import entities as read_entities
from voicebot.understanding.normalise import read_line
from voicebot.understanding.spans import Context

TEST_DATA: Final = "VOICEBOT_TEST_DATA"
DATES: Final = Path(__file__).resolve().parents[2] / "tests" / "voicebot" / "understanding" / "spoken_dates.tsv"
TARGET_MS: Final = 2.0
"""What reading the entities of a turn may take at the median."""
_AT: Final = datetime.fromisoformat("2026-11-23T10:00-03:00")
_KINDS: Final = {
    # One entity a span, the most specific: a number with "reais" is money.
    Suite.NUMBER: {EntityType.NUMBER, EntityType.MONEY, EntityType.PERCENT, EntityType.INSTALMENTS},
    Suite.PERCENT: {EntityType.PERCENT},
    Suite.CURRENCY: {EntityType.MONEY},
}
_ROUND_TRIPS: Final = 2000
_BIGGEST: Final = 1_000_000
_MS: Final = 1000.0
_NOBODYS: Final = BusinessCalendar()


def entities(data: Path | None = None, dates: Path = DATES) -> dict[str, Any]:
    """Measure everything; `data` defaults to the folder that VOICEBOT_TEST_DATA names.

    `number`, `currency`, `percent` and `dates` are rates in scope, None where their cases are absent. `all_cases`
    counts what was put out of scope too, `days` only the rows of dates that name no hour. `peers` has a row for each
    reader, `missing` names those that are not installed.
    """
    data = data or (Path(os.environ[TEST_DATA]) if os.environ.get(TEST_DATA) else None)
    found, missing = installed()
    cases, skipped = _cases(data)
    ours = {suite: specs.score(each, suite, _our_values(suite)) for suite, each in cases.items()}
    rows, why = _rows(dates)
    days = [row for row in rows if row.kind is EntityType.DATE]
    own_dates = spoken_dates.score(rows, read) if rows else None
    return {
        **{suite.value: ours[suite].in_scope if suite in ours else None for suite in Suite},
        "dates": own_dates.agreed if own_dates else None,
        "dates_disputed": own_dates.disputed if own_dates else None,
        "days": spoken_dates.score(days, read).agreed if days else None,
        "dates_list": dates.name,
        "all_cases": {suite.value: score.all_cases for suite, score in ours.items()},
        "excluded": _excluded(cases),
        "round_trip": _round_trip(),
        "entities_ms": _times(rows, cases),
        "peers": [_peer_row(peer, cases, days) for peer in found],
        "missing": list(missing),
        "skipped": [*skipped, *([why] if why else [])],
    }


def read(text: str, expecting: Asks | Phase | None, at: datetime) -> tuple[Entity, ...]:
    """Read one line as a call does."""
    return born(read_entities(read_line(text), Context(expecting, at), _NOBODYS), expecting, at)


def table(result: dict[str, Any]) -> Table:
    """Lay ours out beside the peers', each as its rate in scope and over all cases."""
    title = f"Entities in scope (all cases); dates of {result['dates_list']}"
    shown = Table("reader", *(suite.value for suite in Suite), "days", title=title)
    own = {"all_cases": result["all_cases"], "dates": result["days"]} | {s.value: result[s.value] for s in Suite}
    for name, row in (("voicebot", own), *((f"{each['name']} {each['version']}", each) for each in result["peers"])):
        cells = [_cell(row.get(suite.value), row["all_cases"].get(suite.value)) for suite in Suite]
        shown.add_row(name, *cells, _cell(row.get("dates"), None))
    notes = [f"not installed: {', '.join(result['missing'])}"] if result["missing"] else []
    shown.caption = "; ".join([*notes, *result["skipped"]]) or None
    return shown


def _cell(inside: dict[str, float] | None, every: dict[str, float] | None) -> str:
    if inside is None:
        return "-"
    both = f" ({every['value']:.1%} of {every['n']:.0f})" if every else ""
    return f"{inside['value']:.1%} of {inside['n']:.0f}{both}"


def _cases(data: Path | None) -> tuple[dict[Suite, tuple[specs.Case, ...]], list[str]]:
    if data is None:
        return {}, [f"{TEST_DATA} is not set: the specs of Recognizers-Text were not run"]
    cases: dict[Suite, tuple[specs.Case, ...]] = {}
    skipped = []
    for suite in Suite:
        try:
            cases[suite] = specs.read_cases(data, suite)
        except (OSError, ValueError, KeyError, TypeError) as error:
            skipped.append(f"{suite.value}: no cases in {data.name}: {type(error).__name__}")
    return cases, skipped


def _rows(dates: Path) -> tuple[tuple[spoken_dates.Row, ...], str | None]:
    try:
        return spoken_dates.read_rows(dates), None
    except OSError as error:
        return (), f"dates: {dates.name} was not read: {type(error).__name__}"


def _our_values(suite: Suite) -> specs.Read:
    def values(text: str) -> list[float]:
        said = [each for each in read(text, None, _AT) if each.type in _KINDS[suite]]
        return [float(value) for each in said for value in (each.value, each.low, each.high) if value is not None]

    return values


def _excluded(cases: dict[Suite, tuple[specs.Case, ...]]) -> dict[str, int]:
    rules = [case.excluded for each in cases.values() for case in each]
    return {rule: rules.count(rule) for rule in specs.EXCLUSIONS}


def _peer_row(
    peer: Peer, cases: dict[Suite, tuple[specs.Case, ...]], days: Sequence[spoken_dates.Row]
) -> dict[str, Any]:
    scores = {suite: specs.score(cases[suite], suite, reads) for suite, reads in peer.suites.items() if suite in cases}
    return {
        "name": peer.name,
        "version": peer.version,
        **{suite.value: score.in_scope for suite, score in scores.items()},
        "all_cases": {suite.value: score.all_cases for suite, score in scores.items()},
        "dates": spoken_dates.score(days, peer.days).agreed if peer.days and days else None,
    }


@cache
def _round_trip() -> dict[str, float] | None:
    """Read back what num2words writes of whole numbers below a million, less the commas that nobody says."""
    chance = random.Random(0)
    numbers = [chance.randrange(_BIGGEST) for _ in range(_ROUND_TRIPS)]
    read_number = _our_values(Suite.NUMBER)
    back = [read_number(num2words(each, lang="pt_BR").replace(",", "")) == [each] for each in numbers]
    return rate(sum(back), len(back))


def _times(rows: Sequence[spoken_dates.Row], cases: dict[Suite, tuple[specs.Case, ...]]) -> dict[str, float] | None:
    lines = [(row.text, row.expecting, row.now) for row in rows]
    lines += [(case.text, None, _AT) for case in cases.get(Suite.NUMBER, ())]
    spent = []
    for line in lines:
        start = perf_counter()
        read(*line)
        spent.append((perf_counter() - start) * _MS)
    return distribution(spent)


def main(arguments: Sequence[str]) -> int:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--dates", type=Path, default=DATES, help="a list of spoken dates, tab-separated")
    options.add_argument("--data", type=Path, default=None, help=f"instead of {TEST_DATA}")
    options.add_argument("--json", action="store_true", help="one JSON object instead of a table")
    chosen = options.parse_args(arguments)
    result = entities(chosen.data, chosen.dates)
    if chosen.json:
        sys.stdout.write(json.dumps(result) + "\n")
    else:
        console = Console(width=140)
        console.print(table(result))
        extra = {
            "round_trip": result["round_trip"],
            "entities_ms": result["entities_ms"],
            "excluded": result["excluded"],
        }
        console.print_json(data=extra | {"dates_disputed": result["dates_disputed"]})
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
