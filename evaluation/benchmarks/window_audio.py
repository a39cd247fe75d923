"""What the window's benchmark listens to: replies of voices that no training heard, and people's recorded speech."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from importlib import import_module
from pathlib import Path
from typing import Final

import numpy as np

from evaluation.benchmarks.answer_audio import SNRS_DB, Stage
from evaluation.corpora.casting import NOISES, Cast, Take, takes_of
from evaluation.corpora.ear import LiveEar
from evaluation.corpora.line import over_the_line, seconds_on_line
from evaluation.corpora.production import background
from evaluation.corpora.tables import Line
from evaluation.finetuning.replies import replies
from telephony.codecs import RATE_HZ, Int16
from voicebot.domain.dialogue.phases import Asks
from voicebot.speech.ports import STT_RATE, Samples, Transcript
from voicebot.speech.resample import PHONE_RATE, resample
from voicebot.speech.wav import read_speech

REAL_SNRS_DB: Final[tuple[float | None, ...]] = (None, 10.0)
_PIECE_S: Final = (1.3, 7.0)
_LEVEL_DBFS: Final = -22.0
_QUIET_S: Final = 0.1
_LABEL: Final = "label"
_NOTHING: Final = Transcript("", 0.0, 1.0, 0.0, 0.0, guarded=False)


@dataclass(frozen=True, slots=True)
class Clip:
    """One utterance as calls hear it: the stretches that the voice detector cut."""

    group: str
    voice: str
    snr: str
    stretches: tuple[Samples, ...]
    """16 kHz."""
    asks: Asks = Asks.OPEN
    value: str | None = None
    """The answer's true value, where it has one."""
    said: str | None = field(default=None, repr=False)
    """The words said; None for speech without a reference."""
    draft: str | None = field(default=None, repr=False)
    """Of the whole recording that this is a piece of: a transcript that another recogniser made of the clean sound."""

    @property
    def seconds(self) -> float:
        return sum(map(len, self.stretches)) / STT_RATE


@dataclass(slots=True)
class _Keeper:
    """A `SpeechToText` that keeps what it is given."""

    stretches: list[Samples] = field(default_factory=list)

    def warm_up(self) -> None:
        """Nothing to warm up."""

    def transcribe(self, audio: Samples) -> Transcript:
        self.stretches.append(audio)
        return _NOTHING


def synthetic(room: Stage, cast: Cast, seed: int) -> Iterator[Clip]:
    """Give every reply over four lines; 16 kHz, cut by the voice detector of calls."""
    for reply in replies():
        expecting = reply.asks.value
        voice = takes_of(Line((expecting, expecting, "", reply.text)), cast, [None], seed)[0].voice
        for clip in room.clips(reply.text, expecting, SNRS_DB):
            stretches = detected(clip.audio)
            yield Clip("replies", voice, clip.snr, stretches, reply.asks, reply.value, reply.text)


def real(folder: Path, room: Stage, seed: int, group: str) -> Iterator[Clip]:
    """Give people's speech over a quiet and a noisy line: words with a label, or pieces of readers without one."""
    with (folder / "manifest.tsv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    for number, row in enumerate(rows):
        labelled = row["transcript_kind"] == _LABEL
        if labelled != (group == "real words") or (not labelled and not row["file"].endswith(".wav")):
            continue
        random = np.random.default_rng((seed, number))
        audio = _read(folder / row["file"])
        for piece in [audio] if labelled else pieces(audio, random):
            speech = (resample(piece, STT_RATE, PHONE_RATE) * 32_767).clip(-32_768, 32_767).astype(np.int16)
            for snr_db in REAL_SNRS_DB:
                said, draft = (row["transcript"], None) if labelled else (None, row["transcript"])
                take = Take(row["file"].split("/")[1].split("_")[0], 1.0, snr_db, "babble", _LEVEL_DBFS, 0.7, 0)
                yield Clip(group, take.voice, take.snr, _over(speech, take, room, random), said=said, draft=draft)


def pieces(audio: Samples, random: np.random.Generator) -> Iterator[Samples]:
    """Cut where it is quietest near lengths drawn anew; what is left over at the end is dropped."""
    frame = round(_QUIET_S * STT_RATE)
    while len(audio) > _PIECE_S[0] * STT_RATE:
        wanted = min(len(audio), round(float(random.uniform(*_PIECE_S)) * STT_RATE))
        first = round(wanted * 0.8)
        loudness = [float(np.abs(audio[at : at + frame]).mean()) for at in range(first, wanted - frame + 1, frame)]
        cut = first + int(np.argmin(loudness)) * frame + frame // 2 if loudness else wanted
        yield audio[:cut]
        audio = audio[cut:]


def detected(audio: Int16) -> tuple[Samples, ...]:
    """Cut what the media socket received as a call does."""
    keeper = _Keeper()
    LiveEar(keeper).hear(audio)
    return tuple(keeper.stretches)


def _over(speech: Int16, take: Take, room: Stage, random: np.random.Generator) -> tuple[Samples, ...]:
    noisy = replace(take, noise=NOISES[int(random.integers(len(NOISES)))])
    behind = background(noisy, round(seconds_on_line(speech, noisy) * RATE_HZ), room.murmurs, random)
    return detected(over_the_line(speech, noisy, behind, random))


def _read(path: Path) -> Samples:
    if path.suffix != ".gsm":
        return read_speech(path)
    samples, rate = import_module("soundfile").read(
        str(path), dtype="float32", samplerate=PHONE_RATE, channels=1, format="RAW", subtype="GSM610"
    )
    return resample(np.asarray(samples, np.float32), rate, STT_RATE)
