"""The figures of `bench concurrency` as a table, one level a row."""

from __future__ import annotations

from typing import Any

from rich.table import Table


def concurrency_table(result: dict[str, Any]) -> Table:
    """Lay the levels out, and say below which number they rate."""
    box = result["machine"]
    title = (
        f"{result['seconds']:.0f} s at each number of calls on {box['cpu']}, {box['cores']} cores, "
        f"load {result['load']} at the start"
    )
    columns = ("responses", "content_ms p50", "p95", "p95 95 %", "response_ms p50", "p95")
    table = Table("calls", *columns, "cores: bot", "callers", "others", "MB", "holds", title=title)
    for row in result["levels"]:
        content, response, cores = row["content_ms"], row["response_ms"], row["cores"]
        times = ("0", "", "", "", "", "")
        if content and response:
            times = (
                str(content["n"]),
                f"{content['median']:.0f}",
                f"{content['p95']:.0f}",
                f"{content['p95_low']:.0f} to {content['p95_high']:.0f}",
                f"{response['median']:.0f}",
                f"{response['p95']:.0f}",
            )
        load = (str(cores[name]) for name in ("bot", "callers", "others"))
        table.add_row(str(row["calls"]), *times, *load, f"{row['rss_mb']:.0f}", "yes" if row["holds"] else "no")
    share = result["talking_share"]
    talking = f"; callers talked {share['median']:.0%} of the time" if share else ""
    table.caption = (
        f"rated: {result['rated']} calls (p95 of content_ms within {result['limit_ms']:.0f} ms there and below); "
        f"{result['calls']} calls held{talking}"
    )
    return table


def beyond_table(result: dict[str, Any]) -> Table:
    """Lay the calls in progress out, alone and with others calling in, and say what those heard."""
    table = Table("calls in progress", "responses", "content_ms p50", "p95", "bot cores", "holds")
    for name in ("alone", "with_callers_beyond"):
        row = result[name]
        content = row["content_ms"] or {"n": 0, "median": "", "p95": ""}
        times = (str(content[key]) for key in ("n", "median", "p95"))
        table.add_row(name.replace("_", " "), *times, str(row["cores"]["bot"]), "yes" if row["holds"] else "no")
    told = result["beyond"]
    table.caption = (
        f"rated for {result['rated']}: of {told['calls']} callers beyond {told['heard_the_line']} heard the line "
        f"({told['line_s']} s), {told['busy_tone']} a busy tone, {told['got_through']} got through as others left"
    )
    return table
