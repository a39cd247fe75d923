"""Short answers and plain sentences as a telephone delivers them: said by many voices, noisy, 16 kHz, deterministic.

Saying is slow, so what was said is kept outside the repository, under `VOICEBOT_BENCH_CACHE` or the user's cache; noise
and line are made anew each time.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final, Protocol

import numpy as np

from evaluation.corpora import noises
from evaluation.corpora.casting import Cast, Take, takes_of
from evaluation.corpora.line import TRAIL_S, over_the_line, seconds_on_line
from evaluation.corpora.noises import Signal
from evaluation.corpora.production import background
from evaluation.corpora.tables import Line
from evaluation.corpora.voices import People, as_said, people
from telephony.codecs import RATE_HZ, Int16
from voicebot.speech.loudness import to_samples
from voicebot.speech.ports import Samples

SNRS_DB: Final[tuple[float | None, ...]] = (None, 20.0, 10.0, 5.0)
_NOISE_S: Final = (1.0, 3.0)
_NOISE_DBFS: Final = (-50.0, -25.0)


@dataclass(frozen=True, slots=True)
class Clip:
    """One utterance as the media socket received it."""

    snr: str
    audio: Int16
    """16 kHz."""


class Speaking(Protocol):
    def say(self, text: str, *, voice: str, speed: float) -> Int16: ...


def cache_folder() -> Path:
    chosen = os.environ.get("VOICEBOT_BENCH_CACHE")
    return Path(chosen).expanduser() if chosen else Path.home() / ".cache" / "voicebot" / "answers"


class Stage:
    """Says lines with the voices of one cast and sends them over the line; the same line, the same audio."""

    def __init__(self, cast: Cast, mouth: Speaking, folder: Path, seed: int) -> None:
        self._cast = cast
        self._mouth = mouth
        self._folder = folder / cast.name
        self._seed = seed
        self._folder.mkdir(parents=True, exist_ok=True)
        voices = sorted(cast.voices)
        self.murmurs: Sequence[Signal] = [
            self._said(text, voices[place % len(voices)], 1.0).astype(np.float64)
            for place, text in enumerate(cast.murmurs)
        ]
        """Clips of the people in the background, 8 kHz."""

    def clips(self, text: str, expecting: str, snrs: Sequence[float | None] = SNRS_DB) -> Iterator[Clip]:
        """Give one saying of a text in each noise condition."""
        quiet = takes_of(Line((expecting, expecting, "", text)), self._cast, [None], self._seed)[0]
        speech = self._said(as_said(text, expecting), quiet.voice, quiet.speed)
        for snr in snrs:
            take = replace(quiet, snr_db=snr)
            yield Clip(take.snr, self._sent(speech, take))

    def _sent(self, speech: Int16, take: Take) -> Int16:
        random = np.random.default_rng(take.seed)
        behind = background(take, round(seconds_on_line(speech, take) * RATE_HZ), self.murmurs, random)
        return over_the_line(speech, take, behind, random)

    def _said(self, text: str, voice: str, speed: float) -> Int16:
        key = hashlib.sha256(f"{text}\t{voice}\t{speed}".encode()).hexdigest()[:24]
        path = self._folder / f"{key}.npy"
        if path.is_file():
            return np.asarray(np.load(path), np.int16)
        speech = self._mouth.say(text, voice=voice, speed=speed)
        np.save(path, speech)
        return speech


@contextmanager
def stage(cast: Cast, models: Path, seed: int) -> Iterator[Stage]:
    """Load the voices of a cast. Raises `ModelMissing` or `ModelDamaged`."""
    opened: AbstractContextManager[People] = people(cast, models, {})
    with opened as speakers:
        yield Stage(cast, speakers, cache_folder(), seed)


def noise_clips(count: int, seed: int) -> Iterator[Samples]:
    """Give clips in which nobody speaks, 16 kHz: an idle line, hiss and a street, 1 to 3 s, at many levels."""
    for place in range(count):
        random = np.random.default_rng((seed, place))
        lead_s = float(random.uniform(*_NOISE_S)) - TRAIL_S
        take = Take("", 1.0, 0.0, "", float(random.uniform(*_NOISE_DBFS)), lead_s, place)
        nobody = np.zeros(0, np.int16)
        samples = round(seconds_on_line(nobody, take) * RATE_HZ)
        behind = (np.zeros(samples), noises.hiss(samples, random), noises.street(samples, random))[place % 3]
        yield to_samples(over_the_line(nobody, take, behind, random))
