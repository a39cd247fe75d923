"""The figures of `bench latency` as a table."""

from __future__ import annotations

from typing import Any

from rich.table import Table

_HEARD = ("content_ms", "response_ms", "greeting_ms", "barge_in_ms", "pause_ms")
_COLUMNS = ("n", "median", "p90", "p95", "min", "max")


def latency_table(result: dict[str, Any]) -> Table:
    """Lay the figures out: what the caller hears, then what it is made of."""
    box = result["machine"]
    title = f"{result['calls']} calls on {box['cpu']}, {box['cores']} cores, load {result['load']} at the start"
    table = Table("what, ms", *_COLUMNS, "median 95 %", "p95 95 %", title=title)
    for name in _HEARD:
        table.add_row(name, *_cells(result[name]))
    table.add_section()
    for name, found in result["stages_ms"].items():
        table.add_row(f"stage {name}", *_cells(found))
    if "peer" in result:
        table.add_section()
        for name in ("live", "cached"):
            table.add_row(f"peer, {name} voice", *_cells(result["peer"][name]["content_ms"]))
    table.caption = "; ".join(_notes(result))
    return table


def _cells(found: dict[str, float] | None) -> list[str]:
    if not found:
        return ["0"]
    cells = [str(found.get(key, "")) for key in _COLUMNS]
    return [*cells, *(f"{found[f'{key}_low']} to {found[f'{key}_high']}" for key in ("median", "p95"))]


def _notes(result: dict[str, Any]) -> list[str]:
    notes = [f"load {result['load']} before, {result['load_after']} after"]
    for name, words in (
        ("false_cutoff", "of hesitating turns cut off"),
        ("prepared", "of lines were ready"),
        ("first_prepared", "of turns began with a line that was ready"),
    ):
        found = result[name]
        if found:
            span = f"{found['low']:.0%} to {found['high']:.0%}"
            notes.append(f"{found['value']:.0%} ({span}) {words}, n {found['n']}")
    if "peer" in result:
        notes += [
            f"content_ms is {found['median']} of the peer's with {name} voice at the median, {found['p95']} at p95; "
            f"{result['peer'][name]['unanswered']} of {result['peer']['turns']} turns it left unanswered"
            for name, found in result["peer"]["ratio"].items()
            if found is not None
        ]
    return notes
