"""The figures of `bench commits` as a table."""

from __future__ import annotations

from typing import Any

from rich.table import Table


def commits_table(result: dict[str, Any]) -> Table:
    """Lay the counts out, one level of noise a row, then what the callers wanted."""
    title = (
        f"{result['all']['calls']} calls by {result['people']} people, {result['clips']} clips, "
        f"{result['machine']['cpu']}, load {result['load']} at the start"
    )
    table = Table(
        "calls", "n", "verified", "agreed of those who could", "agreements", "wrong commits, of calls",
        "strangers let in", "asked again, median", title=title,
    )  # fmt: skip
    for name, found in result["by_noise"].items():
        table.add_row(f"{name} dB" if name != "clean" else name, *_cells(found))
    table.add_section()
    for name, found in result["by_wants"].items():
        table.add_row(name.replace("_", " "), *_cells(found))
    table.add_section()
    table.add_row("all", *_cells(result["all"]))
    whole = result["all"]
    keypad = whole["keypad_after"] or {}
    table.caption = (
        f"payment sent by another channel than named: {whole['wrong_channel']}; calls in which an amount was misheard "
        f"on the way: {whole['amounts_heard_wrong']}; keypad offered after {keypad.get('median', '-')} answers median"
    )
    return table


def _cells(found: dict[str, Any]) -> tuple[str, ...]:
    asked = found["asked_again"] or {}
    return (
        str(found["calls"]),
        _share(found["verified"]),
        _share(found["reached"]),
        str(found["agreements"]),
        _share(found["wrong_commits"]),
        _share(found["identity_false_accepts"]),
        str(asked.get("median", "-")),
    )


def _share(found: dict[str, float] | None) -> str:
    if found is None:
        return "-"
    return f"{100 * found['value']:.1f} % [{100 * found['low']:.1f}, {100 * found['high']:.1f}] of {found['n']}"
