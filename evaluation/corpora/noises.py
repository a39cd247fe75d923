"""What is heard behind a caller: hiss, other people, a street. At 8 kHz, RMS 1, the same for the same generator."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from telephony.codecs import RATE_HZ

Signal = NDArray[np.float64]
"""Mono audio at 8 kHz, of any scale."""

_TALKERS: Final = 6
_PITCHES: Final = (0.85, 1.18)
_CAR_EVERY_S: Final = 2.5
_HORN_EVERY_S: Final = 5.0


def hiss(samples: int, random: np.random.Generator) -> Signal:
    """Noise between white and pink, as of a fan, a shower or a poor line."""
    slope = random.uniform(0.0, 0.5)
    return unit(_coloured(samples, slope, random))


def babble(samples: int, murmurs: Sequence[Signal], random: np.random.Generator) -> Signal:
    """Mix talkers, each one clip of `murmurs` from a place of its own, at a pitch and distance of their own."""
    mixed = np.zeros(samples)
    for _ in range(_TALKERS):
        clip = murmurs[int(random.integers(len(murmurs)))]
        pitched = _repitched(unit(clip), random.uniform(*_PITCHES))
        at = int(random.integers(len(pitched)))
        mixed += np.take(pitched, np.arange(at, at + samples), mode="wrap") * random.uniform(0.3, 1.0)
    return unit(mixed)


def street(samples: int, random: np.random.Generator) -> Signal:
    """Motors all the time, cars that pass, now and then a horn."""
    seconds = np.arange(samples) / RATE_HZ
    motors = unit(_coloured(samples, 1.0, random)) * (1 + 0.4 * np.sin(2 * np.pi * random.uniform(0.2, 0.6) * seconds))
    mixed = motors
    for _ in range(1 + int(random.poisson(samples / RATE_HZ / _CAR_EVERY_S))):
        passing = np.exp(-(((seconds - random.uniform(0, seconds[-1])) / random.uniform(0.3, 0.9)) ** 2))
        mixed = mixed + unit(_coloured(samples, 0.6, random)) * passing * random.uniform(0.8, 2.0)
    for _ in range(int(random.poisson(samples / RATE_HZ / _HORN_EVERY_S))):
        mixed = mixed + _horn(seconds, random)
    return unit(mixed)


def unit(signal: Signal) -> Signal:
    """Bring to RMS 1; silence stays silence."""
    rms = np.sqrt(np.mean(signal**2)) if signal.size else 0.0
    return np.asarray(signal / rms, np.float64) if rms > 0 else signal


def _coloured(samples: int, slope: float, random: np.random.Generator) -> Signal:
    """Noise whose power falls with frequency to the power of twice `slope`: 0 is white, 0.5 pink, 1 brown."""
    spectrum = np.fft.rfft(random.standard_normal(samples))
    hertz = np.fft.rfftfreq(samples, 1 / RATE_HZ)
    spectrum *= np.maximum(hertz, 50.0) ** -slope
    return np.asarray(np.fft.irfft(spectrum, samples), np.float64)


def _horn(seconds: Signal, random: np.random.Generator) -> Signal:
    starts, lasts, pitch = random.uniform(0, seconds[-1]), random.uniform(0.15, 0.6), random.uniform(350, 480)
    tone = sum(np.sin(2 * np.pi * pitch * third * over * seconds) / over for third in (1.0, 1.26) for over in (1, 2, 3))
    sounding = (seconds >= starts) & (seconds < starts + lasts)
    return np.asarray(tone * sounding * random.uniform(0.3, 0.9), np.float64)


def _repitched(clip: Signal, factor: float) -> Signal:
    places = np.arange(0, len(clip) - 1, factor)
    return np.asarray(np.interp(places, np.arange(len(clip)), clip), np.float64)
