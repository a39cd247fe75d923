"""What is taught: a saying's words as tokens, or that nobody spoke; drawn anew, and heard anew, each time."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import tokenizers

from evaluation.corpora.voices import as_said
from evaluation.finetuning.items import Line
from evaluation.finetuning.recordings import Saying, speech_of
from telephony.codecs import RATE_HZ, Int16
from voicebot.speech.ports import STT_RATE, Samples
from voicebot.speech.stt.whisper_ct2 import PROMPT

LONGEST_S: Final = 8.5
_LONGEST_SAID_S: Final = 6.5
"""A slow throat and the line before and after make it longer."""
NOTHING: Final = " ..."
"""Taught where nobody speaks: the decoder may not end at once, and a text without letters or figures is none."""
_NO_SPEECH: Final = "<|nospeech|>"
_END: Final = "<|endoftext|>"
_NOBODY: Final = 0.06
_JOINED: Final = 0.2
_JOINT_S: Final = (0.08, 0.5)
_MOST_JOINED_S: Final = 5.5


@dataclass(frozen=True, slots=True)
class Pupil:
    """One clip as the encoder hears it, and what the decoder is to make of it."""

    audio: Samples
    """16 kHz."""
    tokens: tuple[int, ...]
    """What the decoder is given: the prompt and the text."""
    wanted: tuple[int, ...]
    """What it is to predict at each of them; below zero where that does not matter."""

    @property
    def seconds(self) -> float:
        return len(self.audio) / STT_RATE


class Writer:
    """Turns words into tokens."""

    def __init__(self, home: Path) -> None:
        self._tokenizer = tokenizers.Tokenizer.from_file(str(home / "tokenizer.json"))
        self._prompt = [self._id(token) for token in PROMPT]

    def pupil(self, audio: Samples, text: str | None) -> Pupil:
        """Give the lesson of a text, or of nobody speaking."""
        said = NOTHING if text is None else f" {text}"
        words = list(self._tokenizer.encode(said, add_special_tokens=False).ids)
        first = self._id(_NO_SPEECH) if text is None else self._prompt[1]
        # Only whether somebody speaks, and what, is decided by what is heard; the rest of the prompt is given.
        return Pupil(audio, (*self._prompt, *words), (first, -1, -1, *words, self._id(_END)))

    def _id(self, token: str) -> int:
        return int(self._tokenizer.token_to_id(token) or 0)


@dataclass(frozen=True, slots=True)
class Clip:
    """A saying as its voice said it."""

    text: str
    voice: str
    speech: Int16

    @property
    def seconds(self) -> float:
        return len(self.speech) / RATE_HZ


def clips(sayings: Sequence[Saying], folder: Path) -> list[Clip]:
    """Give what was recorded, with the words as they were said."""
    heard = [(saying, speech_of(saying, folder)) for saying in sayings]
    return [Clip(as_said(each.text, "open"), each.voice, said) for each, said in heard if said is not None]


@dataclass(frozen=True, slots=True)
class Draft:
    """A clip that is to be heard; the same seed gives the same line."""

    clip: Clip
    seed: int
    material: Material

    @property
    def seconds(self) -> float:
        """About as long as it will be."""
        return self.clip.seconds

    def heard(self) -> Pupil:
        """Send it over its line, or an empty line in its place now and then."""
        random, source = np.random.default_rng(self.seed), self.material
        if random.random() < _NOBODY:
            return source.writer.pupil(source.line.nobody(random), None)
        return source.writer.pupil(source.line.varied(self.clip.speech, random), self.clip.text)


@dataclass(frozen=True, slots=True)
class Material:
    """The clips, and what is needed to hear them on ever other lines."""

    clips: Sequence[Clip]
    line: Line
    writer: Writer

    def drafts(self, random: np.random.Generator) -> list[Draft]:
        """Give every clip once, some with another of the same voice behind it."""
        by_voice: dict[str, list[Clip]] = defaultdict(list)
        for clip in self.clips:
            by_voice[clip.voice].append(clip)
        found = []
        for clip in self.clips:
            said = clip
            if random.random() < _JOINED:
                others = by_voice[clip.voice]
                said = _joined(clip, others[int(random.integers(len(others)))], random)
            found.append(Draft(said, int(random.integers(2**62)), self))
        return [draft for draft in found if draft.seconds <= _LONGEST_SAID_S]

    def steady(self, seed: int, snrs_db: Sequence[float | None]) -> list[Pupil]:
        """Give every clip once on the same line each time, its noise in turn."""
        found = []
        for number, clip in enumerate(self.clips):
            random = np.random.default_rng((seed, number))
            audio = self.line.heard(clip.speech, snrs_db[number % len(snrs_db)], random)
            found.append(self.writer.pupil(audio, clip.text))
        return [pupil for pupil in found if pupil.seconds <= LONGEST_S]


def _joined(one: Clip, other: Clip, random: np.random.Generator) -> Clip:
    if other is one or one.seconds + other.seconds > _MOST_JOINED_S:
        return one
    pause = np.zeros(round(float(random.uniform(*_JOINT_S)) * RATE_HZ), np.int16)
    return Clip(f"{one.text} {other.text}", one.voice, np.concatenate([one.speech, pause, other.speech]))
