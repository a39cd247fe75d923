"""What a telephone does to a voice besides noise: another throat, a room, a handset, a codec, lost packets.

Speech is 16-bit at 8 kHz, as the voices gave it. The same generator gives the same sound.
"""

from __future__ import annotations

import io
from collections.abc import Callable
from importlib import import_module
from typing import Final

import numpy as np

from evaluation.corpora import noises
from evaluation.corpora.noises import Signal
from telephony.codecs import RATE_HZ, Int16
from voicebot.speech.ports import STT_RATE, Samples

Random = np.random.Generator
_FULL_SCALE: Final = 32_767
_THROATS: Final = (0.86, 1.16)
_ROOM_S: Final = (0.08, 0.45)
"""Until the room's answer has fallen by 60 dB."""
_ROOM_DB: Final = (-14.0, -1.0)
"""Of the whole answer of the room under the voice itself."""
_TILT_DB: Final = (-8.0, 8.0)
"""From 300 to 3,400 Hz."""
_DRIVE: Final = (1.0, 4.0)
_FRAME: Final = STT_RATE // 50
_LOST: Final = (0.005, 0.05)
_CHORD_HZ: Final = (110.0, 440.0)


def throat(speech: Int16, random: Random) -> Int16:
    """Play faster or slower, which moves pitch, formants and pace alike: another speaker for the price of none."""
    places = np.arange(0, len(speech) - 1, float(random.uniform(*_THROATS)))
    return _whole(np.interp(places, np.arange(len(speech)), speech.astype(np.float64)))


def room(speech: Int16, random: Random) -> Int16:
    """Say it in a room: a tail of noise that falls off exponentially."""
    seconds = float(random.uniform(*_ROOM_S))
    at = np.arange(round(seconds * RATE_HZ)) / RATE_HZ
    tail = random.standard_normal(at.size) * 10 ** (-3 * at / seconds)
    tail *= 10 ** (random.uniform(*_ROOM_DB) / 20) / np.sqrt(np.sum(tail**2))
    tail[0] += 1.0
    size = len(speech) + tail.size - 1
    answer = np.fft.irfft(np.fft.rfft(speech, size) * np.fft.rfft(tail, size), size)
    return _loud_as(answer, speech)


def handset(speech: Int16, random: Random) -> Int16:
    """Colour it as a microphone does, and drive it too hard now and then."""
    octaves = np.log2(np.clip(np.fft.rfftfreq(len(speech), 1 / RATE_HZ), 300, 3400) / 1000)
    tilt_db = octaves * float(random.uniform(*_TILT_DB)) / np.log2(3400 / 300)
    coloured = np.fft.irfft(np.fft.rfft(speech) * 10 ** (tilt_db / 20), len(speech))
    if random.random() < 0.4:
        peak = float(np.abs(coloured).max()) or 1.0
        coloured = np.tanh(coloured / peak * float(random.uniform(*_DRIVE))) * peak
    return _loud_as(coloured, speech)


def gsm(speech: Int16) -> Int16:
    """Send it through the full-rate codec of mobile telephones."""
    soundfile = import_module("soundfile")
    sent = io.BytesIO()
    soundfile.write(sent, speech, RATE_HZ, format="WAV", subtype="GSM610")
    sent.seek(0)
    heard, _ = soundfile.read(sent, dtype="int16")
    return np.asarray(heard[: len(speech)], np.int16)


def lossy(audio: Samples, random: Random) -> Samples:
    """Lose packets of 20 ms, singly and in runs; each is silent, or what came before it once more. 16 kHz."""
    heard, lost, bad = audio.copy(), float(random.uniform(*_LOST)), False
    repeats = random.random() < 0.5
    for at in range(_FRAME, len(audio) - _FRAME, _FRAME):
        bad = random.random() < (0.5 if bad else lost)
        if bad:
            heard[at : at + _FRAME] = heard[at - _FRAME : at] * 0.7 if repeats else 0.0
    return heard


def music(samples: int, random: Random) -> Signal:
    """Chords that change, with a beat, as of a radio or a television."""
    seconds = np.arange(samples) / RATE_HZ
    mixed = np.zeros(samples)
    for start in np.arange(0, samples / RATE_HZ, float(random.uniform(0.3, 0.8))):
        hertz = float(random.uniform(*_CHORD_HZ)) * 2.0
        sounding = np.exp(-4 * np.maximum(seconds - start, 0)) * (seconds >= start)
        for part in (1.0, 1.25, 1.5, 2.0, 3.0):
            mixed += np.sin(2 * np.pi * hertz * part * seconds + part) * sounding / part
        mixed += random.standard_normal(samples) * sounding**8
    return noises.unit(mixed)


def knocks(samples: int, random: Random) -> Signal:
    """Dishes, doors and hammers: short blows over a little hiss."""
    mixed = noises.hiss(samples, random) * 0.15
    for _ in range(1 + int(random.poisson(3 * samples / RATE_HZ))):
        at, size = int(random.integers(samples)), int(random.uniform(0.02, 0.2) * RATE_HZ)
        size = min(size, samples - at)
        ringing = np.sin(2 * np.pi * random.uniform(300, 3000) * np.arange(size) / RATE_HZ)
        blow = (random.standard_normal(size) + ringing) * np.exp(-5 * np.arange(size) / size)
        mixed[at : at + size] += blow * random.uniform(0.3, 2.0)
    return noises.unit(mixed)


def hum(samples: int, random: Random) -> Signal:
    """A motor near by: harmonics of a steady tone, swelling a little."""
    seconds, base = np.arange(samples) / RATE_HZ, float(random.uniform(60, 240))
    tones = sum(
        np.sin(2 * np.pi * base * part * seconds + random.uniform(0, 6)) * random.uniform(0.2, 1)
        for part in range(1, 14)
    )
    swell = 1 + 0.3 * np.sin(2 * np.pi * random.uniform(0.2, 3) * seconds)
    return noises.unit(tones * swell + 0.3 * random.standard_normal(samples))


MORE_NOISES: Final[tuple[Callable[[int, Random], Signal], ...]] = (music, knocks, hum)


def _loud_as(heard: Signal, speech: Int16) -> Int16:
    before, after = (float(np.sqrt(np.mean(np.square(each, dtype=np.float64)))) for each in (speech, heard))
    return _whole(heard * (before / after if after > 0 else 1.0))


def _whole(heard: Signal) -> Int16:
    return np.asarray(np.clip(np.rint(heard), -_FULL_SCALE, _FULL_SCALE), np.int16)
