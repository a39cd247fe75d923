"""`phone-corpus`: written lines in, the same lines with what the recogniser heard over the telephone out."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import Annotated

import typer

from evaluation.corpora import casting, scores
from evaluation.corpora.errors import CorpusError
from evaluation.corpora.sampling import stratified
from evaluation.corpora.tables import Line, read_heard, read_lines

_ONE_THREAD = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")


def phone_corpus(
    source: Annotated[Path, typer.Argument(help="A table of lines, or a folder of tables.")],
    out: Annotated[Path, typer.Argument(help="Where the heard lines are added; a run can be stopped and resumed.")],
    limit: Annotated[int | None, typer.Option(min=1, help="Lines at most, every intent and author in turn.")] = None,
    seed: Annotated[int, typer.Option(help="The same seed gives the same lines, takes and noises.")] = 0,
    snr: Annotated[str, typer.Option(help="Noise conditions in dB, evenly mixed.")] = "clean,20,10,5",
    cast: Annotated[str, typer.Option(help="Whose voices: training or test, which share none.")] = "training",
    takes: Annotated[int, typer.Option(min=1, help="How often each line is heard, over another line each time.")] = 1,
    details: Annotated[Path | None, typer.Option(help="Also write how each take was made, as JSON lines.")] = None,
) -> None:
    """Say lines with many voices over a noisy telephone line and keep what the recogniser hears."""
    snrs = conditions(snr)
    if cast not in casting.CASTS:
        raise typer.BadParameter(
            f"no cast is called {cast!r}: choose {' or '.join(casting.CASTS)}", param_hint="--cast"
        )
    for name in _ONE_THREAD:
        os.environ.setdefault(name, "1")
    try:
        lines = stratified(read_lines(source), limit, seed=seed, doubled=_must_catch())
        _produce(_Job(lines, out, casting.CASTS[cast], snrs, seed, takes, details))
        typer.echo(json.dumps(scores.summary(read_heard(out)), indent=1))
    except CorpusError as error:
        typer.echo(f"error: {error}", err=True)
        raise typer.Exit(1) from error


def conditions(listed: str) -> tuple[float | None, ...]:
    """Read "clean,20,10" as decibels, None for a quiet place; refuses anything else."""
    found: list[float | None] = []
    for each in listed.split(","):
        name = each.strip()
        try:
            found.append(None if name == casting.CLEAN else float(name))
        except ValueError as error:
            raise typer.BadParameter(f"{name!r} is neither a number nor clean", param_hint="--snr") from error
    return tuple(found)


@dataclass(frozen=True, slots=True)
class _Job:
    lines: Sequence[Line]
    out: Path
    cast: casting.Cast
    snrs: Sequence[float | None]
    seed: int
    takes: int
    details: Path | None


def _produce(job: _Job) -> None:
    from evaluation.corpora import production
    from evaluation.corpora.ear import LiveEar
    from evaluation.corpora.voices import people
    from voicebot.bootstrap.speech import pronunciation
    from voicebot.settings import load_settings
    from voicebot.speech import engines

    settings = load_settings()
    stt = engines.whisper(settings.models_dir, cpu_threads=1)
    began = perf_counter()

    def tell(done: int, wanted: int) -> None:
        if done % 10 == 0 or done == wanted:
            typer.echo(f"{done} of {wanted} lines, {perf_counter() - began:.0f} s", err=True)

    with people(job.cast, settings.models_dir, pronunciation(settings).respellings) as mouth:
        room = production.studio(mouth, LiveEar(stt), job.cast, job.snrs)
        production.produce(
            job.lines,
            job.out,
            room,
            cast=job.cast,
            snrs=job.snrs,
            seed=job.seed,
            takes=job.takes,
            details=job.details,
            tell=tell,
        )


def _must_catch() -> frozenset[str]:
    """The intents that are never to be missed: they get twice the lines."""
    from voicebot.settings import load_settings
    from voicebot.understanding.rules import load_rules

    rules = load_rules(load_settings().prompts_dir / "intents" / "must_catch.yaml")
    return frozenset(str(rule.intent) for rule in rules.rules)
