"""The figures of `bench floor` as tables."""

from __future__ import annotations

from typing import Any

from rich.console import Group
from rich.table import Table


def floor_table(result: dict[str, Any]) -> Group:
    """Lay out what stops the bot, what does not, and what patience costs."""
    return Group(_stops(result), _ignored(result), _turns(result["turns"]))


def _stops(result: dict[str, Any]) -> Table:
    title = f"Interruptions, on {result['machine']['cpu']}, load {result['load']} at the start"
    table = Table("what", "silent within 300 ms", "median, ms", "p95, ms", title=title)
    rows = {"all": {"within": result["barge_in_within_300_ms"], "ms": result["barge_in_ms"]}, **result["interruptions"]}
    for kind, found in rows.items():
        times = found["ms"] or {}
        table.add_row(kind, share(found["within"]), str(times.get("median", "")), str(times.get("p95", "")))
    table.caption = f"never silent: {share(result['never_silent'])}; “afterback” is not among “all”"
    return table


def _ignored(result: dict[str, Any]) -> Table:
    table = Table("what must not stop the bot", "talked through", title="Listening, coughs, doors, others, echo")
    table.add_row("all", share(result["ignored"]))
    for kind, found in result["ignored_by_kind"].items():
        table.add_row(kind, share(found))
    pause = result["pause_of_a_false_start_ms"] or {}
    table.caption = (
        f"of the rest said on: {share(result['false_starts_resumed'])}, after {pause.get('median', '-')} ms median; "
        f"taken for a turn: {share(result['turns_taken_by_nobody'])}"
    )
    return table


def _turns(turns: dict[str, Any]) -> Table:
    table = Table("sure", "unsure wait, s", "cut off", "wait median, ms", "p95, ms", title="Patience and its price")
    for row in turns["curve"]:
        table.add_row(str(row["sure"]), str(row["unsure_s"]), *_patience(row))
    table.add_section()
    table.add_row(f"{turns['sure']} (shipped)", str(turns["unsure_s"]), *_patience(turns))
    return table


def _patience(row: dict[str, Any]) -> tuple[str, str, str]:
    wait = row["wait_ms"] or {}
    return share(row["cut_off"]), str(wait.get("median", "")), str(wait.get("p95", ""))


def share(found: dict[str, float] | None) -> str:
    """Write a rate with its interval."""
    if found is None:
        return "-"
    return f"{100 * found['value']:.1f} % [{100 * found['low']:.1f}, {100 * found['high']:.1f}] of {found['n']}"
