"""Stateful resampling between 8 kHz and its multiples, with no waiting: 20 ms in give 20 ms out at once.

A windowed-sinc filter of our own: soxr's stream above its lowest quality hands audio out in batches of 60 to 110 ms
(measured with 20 ms chunks, soxr 1.0.0), and its lowest quality is a cubic that leaves images above 4 kHz.
The delay here is `DELAY_TAPS` samples at 8 kHz, 2 ms.
"""

from __future__ import annotations

from typing import Final, Protocol

import numpy as np
import numpy.typing as npt

from telephony.codecs import RATE_HZ, Int16
from telephony.errors import UnsupportedRate

DELAY_TAPS: Final = 16
_KAISER_BETA: Final = 6.2
"""About 65 dB of stop band."""

Float64 = npt.NDArray[np.float64]


class Resampler(Protocol):
    def feed(self, pcm: Int16) -> Int16:
        """Resample one chunk, keeping the filter's history for the next."""
        ...


def _lowpass(factor: int) -> Float64:
    """Give a filter at 8 kHz times `factor` that cuts at 4 kHz, with unit gain at zero."""
    reach = DELAY_TAPS * factor
    at = np.arange(-reach, reach + 1) / factor
    taps = np.sinc(at) * np.kaiser(at.size, _KAISER_BETA)
    return np.asarray(taps / taps.sum(), dtype=np.float64)


def _to_int16(samples: Float64) -> Int16:
    return np.clip(np.rint(samples), -32_768, 32_767).astype(np.int16)


class Same:
    """Nothing to do: the rates agree."""

    def feed(self, pcm: Int16) -> Int16:
        return pcm


class Upsampler:
    """8 kHz to 8 kHz times `factor`; gives `factor` samples for each one, always."""

    def __init__(self, factor: int) -> None:
        taps = np.append(_lowpass(factor) * factor, np.zeros(factor - 1))
        self._phases = taps.reshape(-1, factor).T
        self._past: Float64 = np.zeros(self._phases.shape[1] - 1)

    def feed(self, pcm: Int16) -> Int16:
        line: Float64 = np.concatenate((self._past, pcm))
        self._past = line[line.size - self._past.size :]
        if pcm.size == 0:
            return pcm
        out = np.stack([np.convolve(line, phase, mode="valid") for phase in self._phases], axis=1)
        return _to_int16(out.reshape(-1))


class Downsampler:
    """8 kHz times `factor` to 8 kHz; a remainder that fills no output sample waits for the next chunk."""

    def __init__(self, factor: int) -> None:
        self._factor = factor
        self._taps = _lowpass(factor)
        self._line: Float64 = np.zeros(self._taps.size - 1)

    def feed(self, pcm: Int16) -> Int16:
        self._line = np.concatenate((self._line, pcm))
        ready = (self._line.size - self._taps.size + 1) // self._factor
        if ready <= 0:
            return np.zeros(0, dtype=np.int16)
        windows = np.lib.stride_tricks.sliding_window_view(self._line, self._taps.size)[:: self._factor][:ready]
        self._line = self._line[ready * self._factor :]
        return _to_int16(windows @ self._taps)


def _factor(rate_hz: int) -> int:
    factor, rest = divmod(rate_hz, RATE_HZ)
    if rest or factor < 1:
        raise UnsupportedRate(
            f"{rate_hz} Hz is not a multiple of {RATE_HZ} Hz; set the pipeline to 8000, 16000 or 24000"
        )
    return factor


def from_telephone(rate_hz: int) -> Resampler:
    """Give a resampler from 8 kHz to `rate_hz`. Raises `UnsupportedRate`."""
    factor = _factor(rate_hz)
    return Same() if factor == 1 else Upsampler(factor)


def to_telephone(rate_hz: int) -> Resampler:
    """Give a resampler from `rate_hz` to 8 kHz. Raises `UnsupportedRate`."""
    factor = _factor(rate_hz)
    return Same() if factor == 1 else Downsampler(factor)
