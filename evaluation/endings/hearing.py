"""Each line heard as a call hears it: at every pause, what smart-turn's encoder makes of the turn so far."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from pipecat.audio.vad.vad_analyzer import VADState

from evaluation.benchmarks.floor_detector import Detector
from evaluation.benchmarks.floor_hold import paused
from evaluation.benchmarks.floor_scenes import at_level, bounds, to_int16
from evaluation.benchmarks.latency_callers import pause_inside
from evaluation.corpora import noises
from evaluation.corpora.line import band
from evaluation.endings.lines import SHORT
from evaluation.finetuning.recordings import Saying
from telephony.codecs import RATE_HZ, Int16, mulaw_decode, mulaw_encode
from telephony.resampling import from_telephone
from voicebot.pipeline.end_of_turn import SharedSmartTurn
from voicebot.pipeline.recogniser import LEAD_S
from voicebot.speech.loudness import to_samples
from voicebot.speech.ports import STT_RATE

_FRAME: Final = STT_RATE // 50
_LEAD_TIME_S: Final = 0.7
_TRAIL_S: Final = 1.0
_NOISE_DB: Final = (18.0, 32.0)
_LEVELS_DBFS: Final = (-32.0, -17.0)
_PAUSES_S: Final = (0.4, 0.9)
_PAUSED_TAKES: Final = 2
_LATER_S: Final = (0.0, 0.04)
"""A call's ear listens at the first; a detector that is a little late must not change what it hears."""


@dataclass(frozen=True, slots=True)
class Pause:
    """A silence in a line: whether the line was over, and what the ear was given."""

    line: str
    over: bool
    spliced: bool
    """The line was said with a silence put into it; in one said whole, the voice made the silence itself."""
    states: NDArray[np.float32]


def pauses_of(saying: Saying, pcm: Int16, ear: SharedSmartTurn) -> Iterator[Pause]:
    """Hear a line (8 kHz) whole, and with silences of 0.4 to 0.9 s cut into its middle."""
    random = np.random.default_rng(int(saying.key[:12], 16))
    yield from _heard(saying.text, pcm, random, ear, whole=True)
    if len(saying.text.split()) > SHORT:
        for _ in range(_PAUSED_TAKES):
            kept = pcm[: int(pcm.size * float(random.uniform(0.6, 1.0)))]
            broken = pause_inside(kept, float(random.uniform(*_PAUSES_S)))
            yield from _heard(saying.text, broken, random, ear, whole=False)


def _heard(line: str, pcm: Int16, random: np.random.Generator, ear: SharedSmartTurn, *, whole: bool) -> Iterator[Pause]:
    audio, end_s = _sent(pcm, random)
    for first, end in _stops(audio):
        over = end / STT_RATE >= end_s
        if over and not whole:
            return
        for later_s in _LATER_S:
            turn = audio[first : paused(end) + round(later_s * STT_RATE)]
            yield Pause(line, over, not whole, ear.hear(to_samples(turn))[1])


def _stops(audio: Int16) -> Iterator[tuple[int, int]]:
    """Give the samples where the turn began and where the detector says that speech has stopped."""
    detector = Detector()
    state, first = VADState.QUIET, 0
    try:
        for end in range(_FRAME, audio.size + 1, _FRAME):
            now = detector.hear(audio[end - _FRAME : end])
            if now is VADState.SPEAKING and state is VADState.QUIET:
                state = now
                first = first or max(0, end - int(STT_RATE * LEAD_S))
            elif now is VADState.QUIET and state is VADState.SPEAKING:
                state = now
                yield first, end
    finally:
        detector.close()


def _sent(pcm: Int16, random: np.random.Generator) -> tuple[Int16, float]:
    level, below = float(random.uniform(*_LEVELS_DBFS)), float(random.uniform(*_NOISE_DB))
    lead, trail = (np.zeros(round(seconds * RATE_HZ)) for seconds in (_LEAD_TIME_S, _TRAIL_S))
    line = band(np.concatenate([lead, at_level(pcm.astype(np.float64), level), trail]))
    hiss = noises.unit(band(noises.hiss(line.size, random))) * 32_768 * 10 ** ((level - below) / 20)
    return from_telephone(STT_RATE).feed(mulaw_decode(mulaw_encode(to_int16(line + hiss)))), bounds(line)[1]
