"""Which clips the teacher hears, and where its lessons lie."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Final

import numpy as np

from evaluation.finetuning.items import Line
from evaluation.finetuning.recordings import Saying, speech_of
from evaluation.finetuning.teacher import Kind, Lesson, Teacher, load, save

MONITORED_EVERY: Final = 25
"""One saying in so many is not trained on and watches the training."""
_MONITORED: Final = 7
_SAME_EVERY: Final = 8
_NOBODY_EVERY: Final = 16
_SAME_SNRS_DB: Final = (20.0, 10.0, 10.0, 5.0)


def make(
    sayings: Sequence[Saying],
    speech: Path,
    line: Line,
    teacher: Teacher,
    folder: Path,
    *,
    seed: int,
    tell: Callable[[int], None] = lambda _: None,
) -> int:
    """Make the lessons of every recorded saying that `folder` does not hold yet; gives how many were kept."""
    kept = 0
    for number, saying in enumerate(sayings):
        said = speech_of(saying, speech)
        if said is None:
            continue
        for kind, snr_db in _clips(number):
            path = folder / f"{number:05d}-{kind.value}.npz"
            if path.is_file():
                continue
            random = np.random.default_rng((seed, number, list(Kind).index(kind)))
            audio = line.nobody(random) if kind is Kind.NOBODY else line.heard(said, snr_db, random)
            lesson = teacher.lesson(kind, -1 if kind is Kind.NOBODY else number, audio)
            if lesson is not None:
                save(lesson, path)
                kept += 1
        tell(number)
    return kept


def stored(folder: Path, *, monitored: bool) -> Iterator[Path]:
    """Give the files of the lessons to train on, or of those that watch the training."""
    for path in sorted(folder.glob("*.npz")):
        if (int(path.name.partition("-")[0]) % MONITORED_EVERY == _MONITORED) == monitored:
            yield path


def read(folder: Path, *, monitored: bool = False) -> list[Lesson]:
    """Read the lessons of one of the two kinds."""
    return [load(path) for path in stored(folder, monitored=monitored)]


def _clips(number: int) -> Iterator[tuple[Kind, float | None]]:
    yield Kind.QUIET, None
    if number % _SAME_EVERY < 2:
        yield Kind.SAME, _SAME_SNRS_DB[number // _SAME_EVERY % len(_SAME_SNRS_DB)]
    if number % _NOBODY_EVERY < 2:
        yield Kind.NOBODY, None
