"""The sounds of the turn-taking bench: lines said once and kept, and, where the test data is there, real speech."""

from __future__ import annotations

import hashlib
import os
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from evaluation.benchmarks.answer_audio import cache_folder
from evaluation.benchmarks.floor_lines import VOICES, Saying, sayings
from evaluation.benchmarks.floor_scenes import Room, at_level
from evaluation.corpora.casting import Cast
from evaluation.corpora.noises import Signal
from evaluation.corpora.voices import as_said, people
from telephony.codecs import RATE_HZ, Int16
from telephony.providers.simulator import metrics
from voicebot.speech.loudness import to_pcm
from voicebot.speech.ports import STT_RATE
from voicebot.speech.resample import resample_pcm
from voicebot.speech.wav import read_speech

_CAST: Final = Cast("floor", VOICES, 0.9, 1.25, 0.0, ())
_MURMURS: Final = 12
_HELLOS_S: Final = (0.6, 1.6)
_PAUSE_MS: Final = 300
_REAL_S: Final = (0.5, 3.0)
_LEAD_FRAMES: Final = 2


@dataclass(frozen=True, slots=True)
class Said:
    """A line and its sound, 8 kHz."""

    saying: Saying
    pcm: Int16


def said(models: Path) -> Mapping[str, Sequence[Said]]:
    """Give every line of the bench by kind; what is not in the cache is spoken now. Raises `ModelMissing`."""
    folder = cache_folder().with_name("floor")
    folder.mkdir(parents=True, exist_ok=True)
    wanted = list(sayings())
    missing = [each for each in wanted if not _path(folder, each).is_file()]
    if missing:
        with people(_CAST, models, {}) as speakers:
            for each in missing:
                pcm = speakers.say(as_said(each.text, ""), voice=each.voice, speed=each.speed)
                np.save(_path(folder, each), pcm)
    found: dict[str, list[Said]] = defaultdict(list)
    for each in wanted:
        found[each.kind].append(Said(each, np.asarray(np.load(_path(folder, each)), np.int16)))
    return found


def room_of(lines: Mapping[str, Sequence[Said]]) -> Room:
    """Give what every scene is made of; the callers' earlier words are short lines of the same voices."""
    shortest, longest = (round(seconds * RATE_HZ) for seconds in _HELLOS_S)
    hellos = [each.pcm for each in (*lines["done"], *lines["short"]) if shortest <= each.pcm.size <= longest]
    long = [each.pcm.astype(np.float64) for each in lines["long"]]
    murmurs = [np.concatenate(long[at::_MURMURS]) for at in range(min(_MURMURS, len(long)))]
    return Room(hellos, [each.pcm for each in lines["bot"]], murmurs)


def test_data() -> Path | None:
    """Give the folder that VOICEBOT_TEST_DATA names, None where there is none."""
    named = os.environ.get("VOICEBOT_TEST_DATA")
    folder = Path(named) if named else None
    return folder if folder is not None and folder.is_dir() else None


def real_openings(data: Path, *, most: int) -> Iterator[Int16]:
    """Give stretches of real speech that begin after a pause, 0.5 to 3 s long, 8 kHz."""
    shortest, longest = (round(seconds * 1000 / metrics.FRAME_MS) for seconds in _REAL_S)
    files = sorted((data / "speech").glob("*/*.wav"))
    openings: list[list[Int16]] = []
    for path in files:
        pcm = _phone_rate(path)
        loud = metrics.activity(np.rint(at_level(pcm.astype(np.float64), -22.0)).astype(np.int16), RATE_HZ)
        size = RATE_HZ * metrics.FRAME_MS // 1000
        own = []
        for run in metrics.runs(loud, bridge_ms=_PAUSE_MS):
            if run.end - run.start >= shortest:
                first = max(0, run.start - _LEAD_FRAMES)
                own.append(pcm[first * size : min(run.end, first + longest) * size])
        openings.append(own)
    deep = max((len(own) for own in openings), default=0)
    ordered = [own[at] for at in range(deep) for own in openings if at < len(own)]
    yield from ordered[:most]


def real_sounds(data: Path) -> Iterator[tuple[str, Signal]]:
    """Give the recorded background noises that are no speech, 8 kHz, each with its name."""
    for path in sorted((data / "noise").glob("*.wav")):
        if path.stem != "people_talking":
            yield path.stem, _phone_rate(path).astype(np.float64)


def _phone_rate(path: Path) -> Int16:
    return resample_pcm(to_pcm(read_speech(path)), STT_RATE, RATE_HZ)


def _path(folder: Path, saying: Saying) -> Path:
    key = hashlib.sha256(f"{saying.text}\t{saying.voice}\t{saying.speed}".encode()).hexdigest()[:24]
    return folder / f"{key}.npy"
