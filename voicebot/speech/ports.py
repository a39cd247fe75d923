"""What the rest of the bot needs from speech engines, as protocols; the engines live in `stt` and `tts`."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

Samples: TypeAlias = NDArray[np.float32]
"""Mono audio, -1..1."""
Pcm: TypeAlias = NDArray[np.int16]
"""Mono 16-bit audio."""

STT_RATE = 16_000
"""Hertz; what every `SpeechToText` takes."""


@dataclass(frozen=True, slots=True)
class Transcript:
    """What an engine heard in one utterance; `text` is empty for anything that is not speech."""

    text: str = field(repr=False)
    avg_logprob: float
    """Mean natural log-probability a token: near 0 is sure, below about -0.7 is doubtful."""
    no_speech_prob: float
    audio_s: float
    elapsed_ms: float
    guarded: bool
    """The loop guard had to cut the text, so it may be incomplete."""
    weakest: float | None = None
    """Probability of the least sure word, 0 to 1; None where the engine does not tell."""
    answer: float | None = None
    """Share of the likeliest readings, by probability, that give the same answer; None where none was asked for."""


@dataclass(frozen=True, slots=True)
class Reading:
    """One thing that the same sound may have been."""

    text: str = field(repr=False)
    logprob: float
    """Natural logarithm of the probability of the whole text and its end."""
    tokens: int

    @property
    def mean_logprob(self) -> float:
        """A token, the end counted as one."""
        return self.logprob / (self.tokens + 1)


class SpeechToText(Protocol):
    """Portuguese speech to text. Synchronous, safe to call from several threads, releases the GIL while it works."""

    def transcribe(self, audio: Samples) -> Transcript:
        """Transcribe mono 16 kHz samples in -1..1, of any length. Raises `BadAudio` for another shape or type."""
        ...

    def warm_up(self) -> None:
        """Do once what makes a first call slow."""
        ...


class TextToSpeech(Protocol):
    """Text to speech. Synchronous, safe to call from several threads."""

    @property
    def name(self) -> str:
        """Engine and voice, "kokoro/pf_dora": two engines that sound different differ in it."""
        ...

    @property
    def sample_rate(self) -> int:
        """Hertz."""
        ...

    def synthesise(self, text: str, *, speed: float = 1.0) -> Pcm:
        """Say a text; `speed` 1.2 is a fifth faster. A text with nothing to say gives an empty array."""
        ...

    def close(self) -> None:
        """Release processes and memory; further calls are an error."""
        ...


class Phonemiser(Protocol):
    """Text to IPA, for engines that want phonemes."""

    def phonemes(self, clauses: list[str]) -> list[str]:
        """Give each clause's phonemes, in order; affricates and diphthongs are tied by `^`."""
        ...

    def close(self) -> None:
        """Release what it holds."""
        ...
