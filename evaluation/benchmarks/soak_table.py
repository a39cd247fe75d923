"""The figures of `bench soak` as a table."""

from __future__ import annotations

from typing import Any

from rich.table import Table

_MEANING = {"rss_mb": "memory, MB", "files": "open files", "threads": "threads", "tasks": "asyncio tasks"}


def soak_table(result: dict[str, Any]) -> Table:
    """Lay out what the bot's process had before, during and after, and how fast it rose."""
    box, samples = result["machine"], result["samples"]
    title = (
        f"{result['minutes']:g} minutes with {result['at_once']} calls at a time on {box['cpu']}, "
        f"{box['cores']} cores, load {result['load']} at the start"
    )
    table = Table("what", "idle before", "least", "most", "idle after", "rise an hour", title=title)
    for name, words in _MEANING.items():
        values = [each[name] for each in samples]
        rise = result["slope_per_hour"][name]
        table.add_row(
            words,
            f"{result['idle_before'][name]:.0f}",
            f"{min(values):.0f}",
            f"{max(values):.0f}",
            f"{result['idle_after'][name]:.0f}",
            "" if rise is None else f"{rise:+.1f}",
        )
    content = result["content_ms"]
    times = f"; content_ms median {content['median']:.0f}, p95 {content['p95']:.0f}" if content else ""
    table.caption = (
        f"{result['calls']} calls, {result['tasks_per_call']} tasks a call, bot {result['bot_cores']} cores{times}"
    )
    return table
