"""The figures of `bench answering` laid out for people."""

from __future__ import annotations

from typing import Any

from rich.table import Table

_RATES = (
    "right",
    "machine_or_not",
    "people_taken_for_machines",
    "machines_taken_for_people",
    "first_taken_for_people",
    "within_1500_ms",
)


def answering_table(result: dict[str, Any]) -> Table:
    """Lay rates, delays and classes out, one a row."""
    box = result["machine"]
    title = f"{result['scenes']} {result['material']} pick-ups on {box['cpu']}, load {result['load']} at the start"
    table = Table("what", "found", title=title)
    for name in _RATES:
        table.add_row(name.replace("_", " "), rate_text(result[name]))
    for name in ("delay_ms", "stt_ms"):
        table.add_row(name, distribution_text(result[name]))
    for name, found in result["by_kind"].items():
        table.add_row(f"{name}: right", rate_text(found["right"]))
        table.add_row(f"{name}: delay_ms", distribution_text(found["delay_ms"]))
    for name, count in result["wrong"].items():
        table.add_row(f"wrong: {name}", str(count))
    if result.get("recorded"):
        table.add_row("recorded prompts", rate_text(result["recorded"]["machine_or_not"]))
        table.add_row("recorded voices", rate_text(result["recorded"]["people_taken_for_machines"]))
    return table


def rate_text(found: dict[str, float] | None) -> str:
    return f"{found['value']:.3f} [{found['low']:.3f}, {found['high']:.3f}] n {found['n']:.0f}" if found else "none"


def distribution_text(found: dict[str, float] | None) -> str:
    return f"median {found['median']:.0f}, p95 {found['p95']:.0f}, max {found['max']:.0f}" if found else "none"
