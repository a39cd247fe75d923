"""`python -m evaluation.endings OUT`: say lines, hear them over the line and learn the last layer anew."""

from __future__ import annotations

import os
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Annotated, Final

import numpy as np
import typer
from loguru import logger
from rich.console import Console

from evaluation.benchmarks.answer_audio import cache_folder
from evaluation.corpora.voices import people
from evaluation.endings import fit, hearing, lines
from evaluation.endings.hearing import Pause
from evaluation.finetuning.recordings import Saying, record, speech_of
from evaluation.finetuning.speakers import with_all_speakers
from voicebot.pipeline.end_of_turn import WEIGHTS, SharedSmartTurn
from voicebot.settings import load_settings

COUNT: Final = 581
"""What the shipped weights learnt from."""
_FOLDER: Final = "endings"


def teach(
    out: Annotated[Path, typer.Argument(help="Where the weights go.")] = WEIGHTS,
    count: Annotated[int, typer.Option(min=20, help="Lines to say.")] = COUNT,
    seed: Annotated[int, typer.Option(help="Draws lines and voices.")] = 0,
    workers: Annotated[int, typer.Option(min=1, help="Processes; one a core.")] = os.cpu_count() or 1,
) -> None:
    """Say the lines (what was said already is kept), hear them, learn. About 15 minutes of two cores."""
    console = Console(stderr=True)
    models = with_all_speakers(load_settings().models_dir, _folder() / "models", console)
    sayings = lines.sayings(count, seed)
    console.print(f"saying and hearing {len(sayings)} lines with {len(lines.SPEAKERS.voices)} voices")
    with ProcessPoolExecutor(workers) as pool:
        jobs = [pool.submit(_work, models, sayings[part::workers]) for part in range(workers)]
        pauses = [pause for job in jobs for pause in job.result()]
    for name, value in fit.tried(pauses).items():
        console.print(f"{name}: {value}")
    weights, bias = fit.fitted(pauses)
    np.savez_compressed(out, weights=weights.astype(np.float32), bias=np.float32(bias))
    console.print(f"learnt from {len(pauses)} looks at pauses: {out}")


def _folder() -> Path:
    return cache_folder().with_name(_FOLDER)


def _work(models: Path, sayings: list[Saying]) -> list[Pause]:
    logger.remove()
    said, ear = _folder() / "said", SharedSmartTurn(cpu_count=1)
    found: list[Pause] = []
    with people(lines.SPEAKERS, models, {}) as mouth:
        for saying in sayings:
            record([saying], mouth, said)
            pcm = speech_of(saying, said)
            if pcm is not None:
                found += hearing.pauses_of(saying, pcm, ear)
    return found


if __name__ == "__main__":
    typer.run(teach)
