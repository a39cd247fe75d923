"""A line said over our telephone line, and where the calls' voice detector hears it stop."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np
from pipecat.audio.vad.vad_analyzer import VADState

from evaluation.benchmarks.floor_detector import Detector
from evaluation.benchmarks.floor_scenes import at_level, bounds, to_int16
from evaluation.corpora import noises
from evaluation.corpora.line import band
from telephony.codecs import RATE_HZ, Int16, mulaw_decode, mulaw_encode
from telephony.resampling import from_telephone
from voicebot.pipeline.detector import PAUSE_S
from voicebot.pipeline.recogniser import LEAD_S
from voicebot.pipeline.run_call import VAD
from voicebot.speech.ports import STT_RATE

FRAME: Final = STT_RATE // 50
_LEAD_TIME_S: Final = 0.7


def sent(
    pcm: Int16, random: np.random.Generator, *, level_dbfs: float, snr_db: float, trail_s: float
) -> tuple[Int16, float]:
    """Give what the media socket hears of a line (8 kHz in, 16 kHz out), and when its last sound ends, seconds."""
    lead, trail = (np.zeros(round(seconds * RATE_HZ)) for seconds in (_LEAD_TIME_S, trail_s))
    line = band(np.concatenate([lead, at_level(pcm.astype(np.float64), level_dbfs), trail]))
    hiss = noises.unit(band(noises.hiss(line.size, random))) * 32_768 * 10 ** ((level_dbfs - snr_db) / 20)
    return from_telephone(STT_RATE).feed(mulaw_decode(mulaw_encode(to_int16(line + hiss)))), bounds(line)[1]


def stops(audio: Int16) -> Iterator[tuple[int, int, int]]:
    """Give for each stretch of speech the samples where the turn began, where it was noticed, and where its end was."""
    detector = Detector()
    state, began, first = VADState.QUIET, 0, 0
    try:
        for end in range(FRAME, audio.size + 1, FRAME):
            now = detector.hear(audio[end - FRAME : end])
            if now is VADState.SPEAKING and state is VADState.QUIET:
                state, began = now, end
                first = first or max(0, end - int(STT_RATE * LEAD_S))
            elif now is VADState.QUIET and state is VADState.SPEAKING:
                state = now
                yield first, began, end
    finally:
        detector.close()


def paused(end: int) -> int:
    """Give the sample at which a call judges the pause whose end of speech the detector reports at `end`."""
    return end - round((VAD.stop_secs - PAUSE_S) * STT_RATE)
