"""Making a spoken corpus: each line said, sent and heard once, and written down at once, so a run can be resumed."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Protocol

import numpy as np

from evaluation.corpora import noises
from evaluation.corpora.casting import Cast, Take, takes_of
from evaluation.corpora.ear import Heard
from evaluation.corpora.line import over_the_line, seconds_on_line
from evaluation.corpora.noises import Signal
from evaluation.corpora.tables import HeardLine, Line, append, mend_and_open, read_heard
from evaluation.corpora.voices import as_said
from telephony.codecs import RATE_HZ, Int16


class Mouth(Protocol):
    def say(self, text: str, *, voice: str, speed: float) -> Int16:
        """Give the text at 8 kHz."""
        ...


class Ear(Protocol):
    def hear(self, audio: Int16) -> Heard:
        """Transcribe 16 kHz."""
        ...


@dataclass(frozen=True, slots=True)
class Studio:
    """Everything a take needs but the line."""

    mouth: Mouth
    ear: Ear
    murmurs: Sequence[Signal]
    """Clips of the people in the background, 8 kHz."""


def studio(mouth: Mouth, ear: Ear, cast: Cast, snrs: Sequence[float | None]) -> Studio:
    """Let the cast murmur its sentences, each voice in turn; where all places are quiet nobody needs to."""
    voices = sorted(cast.voices)
    said = [
        mouth.say(text, voice=voices[at % len(voices)], speed=1.0).astype(np.float64)
        for at, text in enumerate(cast.murmurs)
        if any(snr is not None for snr in snrs)
    ]
    return Studio(mouth, ear, said)


def hear(speech: Int16, take: Take, room: Studio) -> Heard:
    """Send speech at 8 kHz over the line of a take and hear it there."""
    random = np.random.default_rng(take.seed)
    behind = background(take, round(seconds_on_line(speech, take) * RATE_HZ), room.murmurs, random)
    return room.ear.hear(over_the_line(speech, take, behind, random))


def background(take: Take, samples: int, murmurs: Sequence[Signal], random: np.random.Generator) -> Signal:
    """Give what is behind the caller in this take, RMS 1, or silence for a quiet place."""
    if take.snr_db is None:
        return np.zeros(samples)
    match take.noise:
        case "babble":
            return noises.babble(samples, murmurs, random)
        case "street":
            return noises.street(samples, random)
        case _:
            return noises.hiss(samples, random)


def produce(
    lines: Sequence[Line],
    out: Path,
    room: Studio,
    *,
    cast: Cast,
    snrs: Sequence[float | None],
    seed: int,
    takes: int = 1,
    details: Path | None = None,
    tell: Callable[[int, int], None] = lambda _done, _wanted: None,
) -> int:
    """Append each line that `out` does not hold yet, in order; gives how many rows were added.

    A line is said once and heard `takes` times, each over another line. `details` gets a JSON line a take: how it
    was made and how sure the recogniser was, without any text.

    Raises:
        CorpusUnreadable: `out` is not such a table.
        OddVoiceFailed: a line could not be said; what was heard before it is kept.
    """
    if not lines:
        return 0
    mend_and_open(out, lines[0].layout)
    done = Counter(heard.line for heard in read_heard(out))
    added = 0
    for count, line in enumerate(lines, 1):
        missing = takes_of(line, cast, snrs, seed, takes)[done[line] :]
        if missing:
            said = as_said(line.text, line.expecting)
            speech = room.mouth.say(said, voice=missing[0].voice, speed=missing[0].speed)
        for take in missing:
            heard = hear(speech, take, room)
            append(out, HeardLine(line, heard.text, take.voice, take.snr))
            if details is not None:
                _note(details, line, take, heard)
            added += 1
        tell(count, len(lines))
    return added


def _note(details: Path, line: Line, take: Take, heard: Heard) -> None:
    key = hashlib.sha256("\t".join(line.columns).encode()).hexdigest()[:16]
    found = {"line": key, **asdict(take), "avg_logprob": heard.avg_logprob, "segments": heard.segments}
    details.parent.mkdir(parents=True, exist_ok=True)
    with details.open("a", encoding="utf-8") as file:
        file.write(json.dumps(found) + "\n")
