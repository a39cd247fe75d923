"""Changing the sample rate: whole clips, and streams that keep the filter's state from chunk to chunk."""

from __future__ import annotations

import numpy as np
import soxr

from voicebot.speech.ports import Pcm, Samples

PHONE_RATE = 8_000
_QUALITY = "HQ"


def resample(audio: Samples, source_hz: int, target_hz: int) -> Samples:
    """Resample a whole clip of samples."""
    if source_hz == target_hz or not audio.size:
        return audio
    return np.asarray(soxr.resample(audio, source_hz, target_hz, quality=_QUALITY), np.float32)


def resample_pcm(pcm: Pcm, source_hz: int, target_hz: int) -> Pcm:
    """Resample a whole clip of 16-bit audio."""
    if source_hz == target_hz or not pcm.size:
        return pcm
    return np.asarray(soxr.resample(pcm, source_hz, target_hz, quality=_QUALITY), np.int16)


class PcmStream:
    """Resamples 16-bit audio chunk by chunk without clicks at the seams.

    A chunk may give fewer samples than its share, even none, because the filter looks ahead; `finish` gives the rest.
    """

    def __init__(self, source_hz: int, target_hz: int) -> None:
        self._stream = soxr.ResampleStream(source_hz, target_hz, 1, dtype="int16", quality=_QUALITY)

    def feed(self, pcm: Pcm) -> Pcm:
        """Take the next chunk."""
        return np.asarray(self._stream.resample_chunk(pcm), np.int16)

    def finish(self) -> Pcm:
        """Give what the filter still holds; the stream is then spent."""
        return np.asarray(self._stream.resample_chunk(np.zeros(0, np.int16), last=True), np.int16)
