"""What is no speech at pick-up, as audio: ringing, busy, congestion, information tones, fax, nothing at all."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from random import Random
from typing import TypeAlias

import numpy as np

from evaluation.benchmarks.answering_scenes import Scene, quiet, sent, tone
from evaluation.corpora.casting import Take
from telephony.codecs import RATE_HZ, Int16
from voicebot.domain.callee import Callee

Made: TypeAlias = tuple[Int16, float]
"""Audio at 8 kHz, and the second at which it tells what it is."""
Kind: TypeAlias = tuple[str, Callee, Callable[[Random], Made], int]
"""A name, the truth, how one is made, and how many are."""


def tones(seed: int) -> Iterator[Scene]:
    """Give the tones that the ear was tuned on."""
    kinds: tuple[Kind, ...] = (
        ("ringing", Callee.TONE, lambda r: _cadence(r, (1.0, 4.0), 2), 6),
        ("busy", Callee.TONE, lambda r: _cadence(r, (0.25, 0.25), 8), 8),
        ("congestion", Callee.TONE, lambda r: _cadence(r, (0.25, 0.25, 0.75, 0.25), 4), 8),
        ("information", Callee.TONE, _information, 4),
        ("fax calling", Callee.FAX, lambda r: _repeated(r, 1100.0, 0.5, 3.0, 2), 4),
        ("fax answering", Callee.FAX, lambda r: _repeated(r, 2100.0, 3.0, 0.5, 1), 4),
        ("nothing", Callee.SILENCE, lambda _r: (quiet(5.0), 4.0), 8),
    )
    for name, truth, make, count in kinds:
        for number in range(count):
            random = Random(f"{seed}/{name}/{number}")
            take = Take("", 1.0, None, "hiss", round(random.uniform(-30, -12), 1), round(random.uniform(0, 0.8), 2),
                        random.getrandbits(32))  # fmt: skip
            signal, told_s = make(random)
            yield sent(f"{name} {number}", truth, signal, told_s, take)


def other_tones(seed: int) -> Iterator[Scene]:
    """Give tones as other exchanges and machines make them, over noisier lines; none of it was tuned on.

    Information tones have the pitches and lengths that North American exchanges use (segments of 276 and 380 ms); a fax
    answers as by ITU-T V.8, its 2100 Hz wavering at 15 Hz and turned over every 450 ms, or as by T.30 with 2.6 s of it.
    """
    kinds: tuple[Kind, ...] = (
        ("ringing cut in", Callee.TONE, lambda r: _cut_in(r, 1.0, 4.0), 6),
        ("busy of others", Callee.TONE, lambda r: _loose(r, (0.25, 0.25), 8), 10),
        ("congestion of others", Callee.TONE, lambda r: _loose(r, (0.25, 0.25, 0.75, 0.25), 4), 10),
        ("fast busy", Callee.TONE, lambda r: _loose(r, (0.2, 0.2), 10), 4),
        ("dial tone", Callee.TONE, lambda r: (tone(425 + r.uniform(-15, 15), 4.0), 2.5), 4),
        ("information of others", Callee.TONE, _information_of_others, 6),
        ("fax calling, off pitch", Callee.FAX, lambda r: _repeated(r, 1100 + r.uniform(-25, 25), 0.5, 3.0, 2), 6),
        ("fax answering, V.8", Callee.FAX, _wavering, 6),
        ("fax answering, short", Callee.FAX, lambda r: _repeated(r, 2100 + r.uniform(-12, 12), 2.6, 0.5, 1), 4),
        ("clicks", Callee.SILENCE, _clicks, 6),
        ("hiss", Callee.SILENCE, _hiss, 6),
    )
    for name, truth, make, count in kinds:
        for number in range(count):
            random = Random(f"{seed}/{name}/{number}")
            snr_db = random.choice((None, 30.0, 22.0))
            level_dbfs = random.uniform(-55, -38) if truth is Callee.SILENCE else random.uniform(-34, -10)
            take = Take("", 1.0, snr_db, "hiss", round(level_dbfs, 1), round(random.uniform(0, 1.5), 2),
                        random.getrandbits(32))  # fmt: skip
            signal, told_s = make(random)
            yield sent(f"{name} {number}", truth, signal, told_s, take)


def _cadence(random: Random, beat: tuple[float, ...], repeats: int) -> Made:
    """425 Hz, within 12 Hz and 7 % of each time; two sounds tell a cadence, one long one ringing."""
    return _beaten(425 + random.uniform(-12, 12), random.uniform(0.93, 1.07), beat, repeats)


def _loose(random: Random, beat: tuple[float, ...], repeats: int) -> Made:
    """As `_cadence`, within 18 Hz and 12 %."""
    return _beaten(425 + random.uniform(-18, 18), random.uniform(0.88, 1.12), beat, repeats)


def _beaten(hertz: float, off: float, beat: tuple[float, ...], repeats: int) -> Made:
    parts: list[Int16] = []
    for _ in range(repeats):
        for place, seconds in enumerate(beat):
            parts.append(tone(hertz, seconds * off) if place % 2 == 0 else quiet(seconds * off))
    told = (beat[0] + 0.6 if beat[1] > 2 else beat[0] + beat[1] + beat[2 % len(beat)]) * off
    return np.concatenate(parts), told


def _cut_in(random: Random, on_s: float, off_s: float) -> Made:
    """Ringing into whose sound the line opens: the first whole one tells."""
    hertz, left_s = 425 + random.uniform(-15, 15), random.uniform(0.2, 0.6)
    rest = [tone(hertz, on_s), quiet(off_s)] * 2
    return np.concatenate([tone(hertz, left_s), quiet(off_s), *rest]), left_s + off_s + on_s + 0.6


def _information(random: Random) -> Made:
    parts = [tone(hertz, 0.33) for hertz in (950.0, 1400.0, 1800.0)]
    return np.concatenate([*parts, quiet(random.uniform(0.5, 1.0))]), 0.99


def _information_of_others(random: Random) -> Made:
    lengths = [random.choice((0.276, 0.38)) for _ in range(3)]
    pitches = (random.choice((913.8, 985.2)), random.choice((1370.6, 1428.5)), 1776.7)
    parts = [tone(hertz, seconds) for hertz, seconds in zip(pitches, lengths, strict=True)]
    return np.concatenate([*parts, quiet(random.uniform(0.5, 1.0))]), sum(lengths)


def _repeated(_random: Random, hertz: float, on_s: float, off_s: float, times: int) -> Made:
    return np.concatenate([tone(hertz, on_s), quiet(off_s)] * times), min(on_s, 0.5)


def _wavering(random: Random) -> Made:
    at = np.arange(round(3.3 * RATE_HZ)) / RATE_HZ
    turned = np.where((at // 0.45) % 2 == 0, 1.0, -1.0)
    swell = 1 + 0.2 * np.sin(2 * np.pi * 15 * at)
    wave = 8_000 * swell * turned * np.sin(2 * np.pi * (2100 + random.uniform(-10, 10)) * at)
    return np.concatenate([wave.astype(np.int16), quiet(0.5)]), 0.5


def _clicks(random: Random) -> Made:
    """An open line that nobody speaks on, with a few clicks of 3 ms."""
    line = quiet(5.5)
    for _ in range(random.randint(2, 5)):
        at = random.randrange(0, line.size - 24)
        line[at : at + 24] = 6_000
    return line, 4.0


def _hiss(random: Random) -> Made:
    drawn = np.random.default_rng(random.getrandbits(32)).normal(0, 120, round(5.5 * RATE_HZ))
    return drawn.astype(np.int16), 4.0
