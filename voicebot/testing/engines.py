"""Fakes of the speech engines for the pipeline's ports: what is heard is a script, what is said is noise.

`ScriptedHearing(["sou eu"])` turns the next stretch of speech into these words, whatever was said. `NoiseVoice()`
speaks every line as noise whose length goes with the text's. Both are quick, deterministic and load nothing.
"""

from __future__ import annotations

from collections import deque
from collections.abc import AsyncIterator, Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

VOICE_HZ = 24_000
PIECE_S = 0.2
"""Length of the pieces in which a line is streamed, seconds."""
LOUDNESS = 4_000
"""Peak of the noise, of 32767: heard as activity by any meter on the telephone."""


@dataclass(frozen=True, slots=True)
class HeardText:
    """One utterance as the script has it; satisfies the pipeline's `Heard`."""

    text: str = field(repr=False)
    avg_logprob: float = -0.2
    elapsed_ms: float = 1.0
    weakest: float | None = None
    answer: float | None = None


class HearingFailed(Exception):
    """What a recogniser that breaks raises, where the script says `None`."""


class ScriptedHearing:
    """A recogniser that gives the texts of its script in order, one a segment, and "" once they are used up.

    `None` in the script makes it raise `HearingFailed` for that segment.
    """

    def __init__(self, script: Iterable[str | None] = ()) -> None:
        self.segments: list[float] = []
        """Seconds of each segment that was to be transcribed."""
        self._script = deque(script)

    def expect(self, *texts: str | None) -> None:
        """Add to the script."""
        self._script.extend(texts)

    def transcribe(self, audio: NDArray[np.float32]) -> HeardText:
        """Give the next text of the script.

        Raises:
            HearingFailed: the script says so.
        """
        self.segments.append(audio.size / 16_000)
        text = self._script.popleft() if self._script else ""
        if text is None:
            raise HearingFailed("the script wants this segment to fail")
        return HeardText(text)


class NoiseVoice:
    """`Phrases` that speaks noise, `ms_per_character` long for each character of the line.

    Args:
        ms_per_character: natural Portuguese takes about 65.
        failing: a line with one of these words in it breaks with `SpeakingFailed`.
    """

    sample_rate = VOICE_HZ

    def __init__(self, *, ms_per_character: float = 8.0, failing: Iterable[str] = ()) -> None:
        self.ms_per_character = ms_per_character
        self.spoken: list[str] = []
        """Lines that `stream` was asked for."""
        self.kept: list[str] = []
        """Lines that may be kept on disk: the pipeline took them for free of personal data."""
        self.prepared: list[str] = []
        self.closed = False
        self._failing = tuple(failing)

    async def stream(self, text: str, *, keep: bool = False) -> AsyncIterator[NDArray[np.int16]]:
        """Give the line piece by piece.

        Raises:
            SpeakingFailed: one of the failing words is in it.
        """
        if any(word in text for word in self._failing):
            raise SpeakingFailed("this line is to fail")
        self.spoken.append(text)
        if keep:
            self.kept.append(text)
        noise = self.noise_of(text)
        step = int(PIECE_S * VOICE_HZ)
        for start in range(0, noise.size, step):
            yield noise[start : start + step]

    async def prepare(self, texts: Sequence[str], *, keep: bool = False) -> None:
        """Note what would be made ready."""
        self.prepared.extend(texts)

    def close(self) -> None:
        self.closed = True

    def noise_of(self, text: str) -> NDArray[np.int16]:
        """Give a line's audio, 24 kHz: the same text sounds the same each time."""
        samples = max(1, int(len(text) * self.ms_per_character * VOICE_HZ / 1000))
        return np.random.default_rng(len(text)).integers(-LOUDNESS, LOUDNESS, samples, dtype=np.int16)


class SpeakingFailed(Exception):
    """What a voice that breaks raises."""
