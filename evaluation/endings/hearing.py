"""Each line heard as a call hears it: at every pause, what smart-turn's encoder makes of the turn so far."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from evaluation.benchmarks.floor_line import paused, sent, stops
from evaluation.benchmarks.floor_turns import PAUSES_S
from evaluation.benchmarks.latency_callers import pause_inside
from evaluation.endings.lines import SHORT
from evaluation.finetuning.recordings import Saying
from telephony.codecs import Int16
from voicebot.pipeline.end_of_turn import SharedSmartTurn
from voicebot.speech.loudness import to_samples
from voicebot.speech.ports import STT_RATE

_TRAIL_S: Final = 1.0
_LEVELS_DBFS: Final = (-32.0, -17.0)
_SNR_DB: Final = (18.0, 32.0)
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
            broken = pause_inside(kept, float(random.uniform(*PAUSES_S)))
            yield from _heard(saying.text, broken, random, ear, whole=False)


def _heard(line: str, pcm: Int16, random: np.random.Generator, ear: SharedSmartTurn, *, whole: bool) -> Iterator[Pause]:
    level, snr = float(random.uniform(*_LEVELS_DBFS)), float(random.uniform(*_SNR_DB))
    audio, end_s = sent(pcm, random, level_dbfs=level, snr_db=snr, trail_s=_TRAIL_S)
    for first, _, end in stops(audio):
        over = end / STT_RATE >= end_s
        if over and not whole:
            return
        for later_s in _LATER_S:
            turn = audio[first : paused(end) + round(later_s * STT_RATE)]
            yield Pause(line, over, not whole, ear.hear(to_samples(turn))[1])
