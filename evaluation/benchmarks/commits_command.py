"""`bench commits`: what is agreed on over a noisy line that the caller did not mean, and who is let in wrongly."""

from __future__ import annotations

from typing import Annotated, Final

import typer

from evaluation.benchmarks.report import AsJson, Found, Say, report

CLEAN: Final = "clean"


def _levels(text: str) -> list[float | None]:
    try:
        return [None if each.strip() == CLEAN else float(each) for each in text.split(",")]
    except ValueError:
        raise typer.BadParameter("give decibels with commas between them, as in 20,10,5 or clean,10") from None


def commits(
    noise: Annotated[
        str, typer.Option(help="Decibels of speech over noise, with commas between; `clean` is none.")
    ] = "20,10,5",
    calls: Annotated[int, typer.Option(min=1, help="Calls at each level.")] = 200,
    people: Annotated[int, typer.Option(min=1, help="Different callers, who take turns.")] = 20,
    seed: Annotated[int, typer.Option(help="The same seed gives the same people and audio.")] = 0,
    doubts: Annotated[bool, typer.Option(help="Ask again what was heard badly, as calls do.")] = True,
    as_json: AsJson = False,
) -> None:
    """Hold calls with noisy callers and count agreements that they did not mean; strangers try to get in."""
    from evaluation.benchmarks import commits as commits_bench
    from evaluation.benchmarks.commits_table import commits_table
    from voicebot.speech.errors import SpeechError

    levels = _levels(noise)

    def measure(say: Say) -> Found:
        return commits_bench.measure(calls=calls, people=people, noise=levels, seed=seed, doubts=doubts, say=say)

    report(measure, commits_table, as_json=as_json, expected=(SpeechError,))
