"""`python -m evaluation.finetuning`, or `make finetune-stt`."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated

import typer
from rich.console import Console

from evaluation.finetuning.command import Plan, finetune
from voicebot.settings import load_settings
from voicebot.speech.errors import SpeechError

_USUAL = Plan()


def main(
    sayings: Annotated[int, typer.Option(min=1, help="Texts that the voices say.")] = _USUAL.sayings,
    steps: Annotated[int, typer.Option(min=1, help="Training steps at most.")] = _USUAL.steps,
    minutes: Annotated[float, typer.Option(min=0.1, help="Training time at most.")] = _USUAL.minutes,
    seed: Annotated[int, typer.Option(help="Draws texts, voices, lines and order.")] = _USUAL.seed,
    threads: Annotated[int, typer.Option(min=1, help="Of torch.")] = _USUAL.threads,
) -> None:
    """Teach the recogniser's encoder the short window; everything made stays under the data folder."""
    settings = load_settings()
    console = Console(stderr=True)
    plan = replace(_USUAL, sayings=sayings, steps=steps, minutes=minutes, seed=seed, threads=threads)
    try:
        finetune(plan, settings.models_dir, settings.data_dir / "finetune", console)
    except SpeechError as error:
        console.print(f"error: {error}")
        raise typer.Exit(1) from error


if __name__ == "__main__":
    typer.run(main)
