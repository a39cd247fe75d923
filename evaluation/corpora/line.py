"""The caller's telephone: level, background, 300 to 3400 Hz, mu-law at 8 kHz, and our side's upsampling to 16 kHz."""

from __future__ import annotations

from typing import Final

import numpy as np

from evaluation.corpora.casting import Take
from evaluation.corpora.noises import Signal
from telephony.codecs import RATE_HZ, Int16, mulaw_decode, mulaw_encode
from telephony.providers.simulator.impairments import speech_level_dbfs
from telephony.resampling import from_telephone
from voicebot.speech.ports import STT_RATE

TRAIL_S: Final = 0.9
"""Line after the last word, seconds: enough for the voice detector to notice the end."""
_FULL_SCALE: Final = 32_768.0
_FLOOR_DBFS: Final = -62.0
"""Noise of the handset itself, there in a quiet place too."""
_BAND_HZ: Final = (300.0, 3400.0)
_EDGE_HZ: Final = 60.0


def seconds_on_line(speech: Int16, take: Take) -> float:
    return take.lead_s + speech.size / RATE_HZ + TRAIL_S


def over_the_line(speech: Int16, take: Take, noise: Signal, random: np.random.Generator) -> Int16:
    """Give what our media socket hears, 16 kHz, of speech at 8 kHz.

    `noise` is as long as `seconds_on_line`; its level is set so that, inside the telephone band, it lies
    `take.snr_db` under the active speech.
    """
    samples = round(seconds_on_line(speech, take) * RATE_HZ)
    spoken = np.zeros(samples)
    lead = round(take.lead_s * RATE_HZ)
    spoken[lead : lead + speech.size] = speech
    spoken = band(spoken)
    said_dbfs = speech_level_dbfs(_to_int16(spoken))
    if said_dbfs is not None:
        spoken *= 10 ** ((take.level_dbfs - said_dbfs) / 20)
    line = spoken + band(random.standard_normal(samples)) * _FULL_SCALE * 10 ** (_FLOOR_DBFS / 20)
    if take.snr_db is not None:
        behind = band(noise[:samples])
        rms = float(np.sqrt(np.mean(behind**2)))
        wanted = _FULL_SCALE * 10 ** ((take.level_dbfs - take.snr_db) / 20)
        line += behind * (wanted / rms if rms > 0 else 0.0)
    return from_telephone(STT_RATE).feed(mulaw_decode(mulaw_encode(_to_int16(line))))


def band(signal: Signal) -> Signal:
    """Keep 300 to 3400 Hz, falling off over 60 Hz at each side."""
    hertz = np.fft.rfftfreq(signal.size, 1 / RATE_HZ)
    low, high = _BAND_HZ
    rise = np.clip((hertz - low) / _EDGE_HZ + 1, 0, 1)
    fall = np.clip((high - hertz) / _EDGE_HZ + 1, 0, 1)
    return np.asarray(np.fft.irfft(np.fft.rfft(signal) * rise * fall, signal.size), np.float64)


def _to_int16(signal: Signal) -> Int16:
    return np.clip(np.rint(signal), -32_768, 32_767).astype(np.int16)
