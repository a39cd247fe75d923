"""Shaping synthesised speech for a phone line: edges trimmed, loudness levelled, peaks held."""

from __future__ import annotations

import numpy as np

from voicebot.speech.ports import Pcm, Samples

EDGE_S = 0.06
_FRAME_S = 0.01
_SILENT_BELOW_PEAK_DB = 42.0
_RMS_DBFS = -20.0
_CEILING_DBFS = -3.0
_KNEE_DBFS = -7.0


def trim(audio: Samples, rate: int, *, edge_s: float = EDGE_S) -> Samples:
    """Cut silence at both ends down to `edge_s`; all-silent audio becomes empty."""
    frame = int(rate * _FRAME_S)
    levels = frame_rms(audio, frame)
    if not levels.size or levels.max() <= 0:
        return audio[:0]
    loud = np.flatnonzero(levels > levels.max() * 10 ** (-_SILENT_BELOW_PEAK_DB / 20))
    edge = int(rate * edge_s)
    start = max(0, int(loud[0]) * frame - edge)
    return audio[start : (int(loud[-1]) + 1) * frame + edge]


def level(audio: Samples, rate: int) -> Pcm:
    """Bring the voiced part to -20 dBFS RMS, bend what passes -7 dBFS so that no peak is above -3, give 16 bits."""
    levels = frame_rms(audio, int(rate * _FRAME_S))
    if not levels.size or levels.max() <= 0:
        return np.zeros(len(audio), np.int16)
    voiced = levels[levels > levels.max() / 20]
    gain = 10 ** (_RMS_DBFS / 20) / float(np.sqrt(np.mean(voiced**2)))
    return to_pcm(limit(audio * np.float32(gain)))


def limit(audio: Samples) -> Samples:
    """Leave what is under the knee alone and bend the rest smoothly to the ceiling."""
    knee, ceiling = 10 ** (_KNEE_DBFS / 20), 10 ** (_CEILING_DBFS / 20)
    size = np.abs(audio)
    bent = knee + (ceiling - knee) * np.tanh((size - knee) / (ceiling - knee))
    return np.where(size > knee, np.sign(audio) * bent, audio).astype(np.float32)


def to_pcm(audio: Samples) -> Pcm:
    """Convert -1..1 to 16 bits, clipping."""
    return np.asarray(np.clip(np.rint(audio * 32767.0), -32768, 32767), np.int16)


def to_samples(pcm: Pcm) -> Samples:
    """Convert 16 bits to -1..1."""
    return pcm.astype(np.float32) / np.float32(32768.0)


def frame_rms(audio: Samples, frame: int) -> Samples:
    """Give the RMS of each whole frame of `frame` samples, the rest of the audio as a last, padded one."""
    count = -(-len(audio) // frame)
    padded = np.zeros(count * frame, np.float32)
    padded[: len(audio)] = audio
    return np.asarray(np.sqrt(np.mean(padded.reshape(count, frame) ** 2, axis=1)), np.float32)
