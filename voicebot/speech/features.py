"""Log-mel features as Whisper was trained on: 80 bands, 25 ms windows every 10 ms, 16 kHz.

The recipe is OpenAI's (Radford et al. 2022, section 2.2): power spectrum, Slaney mel bands, log10 clamped to
8 decades under the loudest, then (x + 4) / 4.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from voicebot.speech.ports import STT_RATE, Samples

N_FFT = 400
HOP = 160
N_MELS = 80
FRAMES_PER_S = STT_RATE // HOP
_FLOOR = 1e-10
_LOG_RANGE = 8.0


def log_mel(audio: Samples, *, seconds: float) -> Samples:
    """Give (80, frames) float32 for `audio` padded with silence to `seconds`; what lies beyond is cut off."""
    frames = round(seconds * FRAMES_PER_S)
    total = frames * HOP
    half = N_FFT // 2
    voiced = min(frames, (min(len(audio), total) + half) // HOP + 1)
    padded = np.zeros((voiced - 1) * HOP + N_FFT, np.float32)
    kept = audio[: min(total, len(padded) - half)]
    padded[half : half + len(kept)] = kept
    # Whisper's transform reflects the edges; the far one is silence unless the audio fills the window.
    left = min(half, max(len(kept) - 1, 0))
    padded[half - left : half] = kept[1 : left + 1][::-1]
    if voiced == frames and total <= len(audio):
        tail = (voiced - 1) * HOP + N_FFT - half - total
        if tail > 0:
            padded[-tail:] = audio[total - 1 - tail : total - 1][::-1]
    windows = sliding_window_view(padded, N_FFT)[::HOP] * _hann()
    spectrum = np.fft.rfft(windows, axis=1)
    power = spectrum.real**2 + spectrum.imag**2
    mel = np.full((N_MELS, frames), np.log10(_FLOOR), np.float32)
    mel[:, :voiced] = np.log10(np.maximum(power @ mel_filters().T, _FLOOR)).T
    np.maximum(mel, mel.max() - _LOG_RANGE, out=mel)
    mel += 4.0
    mel /= 4.0
    return mel


@lru_cache(maxsize=1)
def _hann() -> Samples:
    turns = np.arange(N_FFT) / N_FFT
    return (0.5 - 0.5 * np.cos(2 * np.pi * turns)).astype(np.float32)


@lru_cache(maxsize=1)
def mel_filters() -> Samples:
    """Give the (80, 201) triangles of equal area on Slaney's mel scale: linear to 1 kHz, logarithmic above."""
    edges = _mel_to_hz(np.linspace(0.0, _hz_to_mel(STT_RATE / 2), N_MELS + 2))
    bins = np.fft.rfftfreq(N_FFT, 1 / STT_RATE)
    rising = (bins[None, :] - edges[:-2, None]) / (edges[1:-1] - edges[:-2])[:, None]
    falling = (edges[2:, None] - bins[None, :]) / (edges[2:] - edges[1:-1])[:, None]
    triangles = np.maximum(0.0, np.minimum(rising, falling))
    areas = 2.0 / (edges[2:] - edges[:-2])
    return np.ascontiguousarray(triangles * areas[:, None], dtype=np.float32)


_LINEAR_HZ = 200.0 / 3
_KNEE_HZ = 1000.0
_KNEE_MEL = _KNEE_HZ / _LINEAR_HZ
_LOG_STEP = np.log(6.4) / 27.0


def _hz_to_mel(hz: float) -> float:
    return float(_KNEE_MEL + np.log(hz / _KNEE_HZ) / _LOG_STEP) if hz >= _KNEE_HZ else hz / _LINEAR_HZ


def _mel_to_hz(mel: np.ndarray) -> np.ndarray:
    above = _KNEE_HZ * np.exp(_LOG_STEP * (mel - _KNEE_MEL))
    return np.where(mel >= _KNEE_MEL, above, mel * _LINEAR_HZ)
