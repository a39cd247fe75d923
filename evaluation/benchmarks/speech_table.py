"""The figures of `bench speech` as a table."""

from __future__ import annotations

from typing import Any

from rich.table import Table


def speech_table(result: dict[str, Any]) -> Table:
    """Lay the figures out: heard freely beside heard with the question known."""
    box = result["machine"]
    title = f"{result['understood']['n']} short answers on {box['cpu']}, load {result['load']} at the start"
    table = Table("what", "n", "freely", "question known", "wrong values", title=title)
    for group in ("by_kind", "by_snr"):
        for name, found in result[group].items():
            wrong = f"{found['free_wrong']} -> {found['asked_wrong']}"
            label = name if group == "by_kind" else f"line {name}"
            table.add_row(label, str(found["free"]["n"]), _share(found["free"]), _share(found["asked"]), wrong)
        table.add_section()
    table.add_row(
        "all", str(result["understood"]["n"]), _share(result["free"]["understood"]), _share(result["understood"])
    )
    for name in ("other_words_taken_for_an_answer", "noise_taken_for_an_answer"):
        found = result[name]
        if found["free"] is not None:
            table.add_row(
                name.replace("_", " "), str(found["free"]["n"]), _share(found["free"]), _share(found["asked"])
            )
    for name, found in result["false_accepts"].items():
        if found is not None:
            free, asked = (f"<= {100 * found[way]['high']:.3f} %" for way in ("free", "asked"))
            table.add_row(f"false accepts, {name}", str(found["asked"]["n"]), free, asked)
    rtf, added = result["rtf"], result["added_cpu_ms"]
    wer = ", ".join(f"{snr} {100 * share:.0f} %" for snr, share in result["wer_by_snr"].items())
    table.caption = (
        f"word errors in sentences: {_share(result['wer'])} ({wer}); real-time factor {rtf['median']} median, "
        f"{rtf['p95']} p95; the question known costs {added['median']} ms of processor median, {added['p95']} p95"
    )
    return table


def _share(found: dict[str, float]) -> str:
    return f"{100 * found['value']:.1f} % [{100 * found['low']:.0f}, {100 * found['high']:.0f}]"
