"""Pick-ups as audio: people, recordings and tones through the telephone, each with the instant that gives it away."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import ClassVar, Final

import numpy as np

from evaluation.benchmarks.answering_lines import MACHINES, PEOPLE
from evaluation.corpora.casting import ESPEAK, TEST, TRAINING, Cast, Take
from evaluation.corpora.line import over_the_line, seconds_on_line
from evaluation.corpora.noises import Signal
from evaluation.corpora.production import Mouth, background
from evaluation.corpora.voices import as_said
from telephony.codecs import RATE_HZ, Int16
from voicebot.domain.callee import Callee

CAST: Final = Cast("answering", {**TEST.voices, **TRAINING.voices}, 0.95, 1.15, 0.0, TEST.murmurs)
SNRS_OF_PEOPLE: Final = (None, 25.0, 15.0, 10.0)
SNRS_OF_MACHINES: Final = (None, None, 30.0, 20.0)
WAIT_S: Final = 3.5
"""Line after the last word: people and recorders wait for the caller."""
_NOISES: Final = ("hiss", "babble", "street")
_CHILDREN: Final = ("Mãe, o telefone!", "A minha mãe não tá.", "Oi, aqui é o Pedrinho.", "Meu pai tá no banho.",
                    "Alô, é a vovó?", "Oi, mãe?")  # fmt: skip
_ODD: Final = 0.05
_CHILD_PITCH: Final = 1.28
_BEEPS_HZ: Final = (440.0, 620.0, 800.0, 1000.0, 1400.0)


@dataclass(frozen=True, slots=True)
class Scene:
    """One pick-up; the audio is 16 kHz as our media socket gives it."""

    name: str
    truth: Callee
    audio: Int16
    evidence_s: float
    """Where a listener who knows all wordings could be sure: the end of the telling clause, tone or first words."""


@dataclass(frozen=True, slots=True)
class Plan:
    """A scene before it is spoken."""

    truth: Callee
    text: str
    voice: str
    speed: float
    take: Take
    child: bool

    @property
    def clauses(self) -> list[str]:
        return [part.replace("<beep>", "").strip() for part in self.text.split("|")]

    @property
    def beeps(self) -> bool:
        return self.text.endswith("<beep>")


def plans(takes: int, seed: int) -> list[Plan]:
    """Draw who says what over which line; the same seed draws the same, and more takes only add."""
    made = []
    for take in range(takes):
        made += [_plan(Callee.HUMAN, text, take, seed) for text in PEOPLE]
        made += [_plan(truth, text, take, seed) for truth, texts in MACHINES.items() for text in texts]
    return made


def _plan(truth: Callee, text: str, number: int, seed: int) -> Plan:
    random = Random(f"{seed}/{truth}/{text}/{number}")
    is_person = truth is Callee.HUMAN
    # Few: the recogniser makes no words of the robotic voice on a telephone line.
    odd = random.random() < _ODD
    take = Take(
        voice=ESPEAK if odd else random.choice(sorted(CAST.voices)),
        speed=random.choice((0.95, 1.05, 1.15)),
        snr_db=random.choice(SNRS_OF_PEOPLE if is_person else SNRS_OF_MACHINES),
        noise=random.choice(_NOISES) if is_person else "hiss",
        level_dbfs=round(random.uniform(-32, -16), 1),
        lead_s=round(random.uniform(0.1, 1.6 if is_person else 0.9), 2),
        seed=random.getrandbits(32),
    )
    return Plan(truth, text, take.voice, take.speed, take, child=is_person and text in _CHILDREN)


class Cutting:
    """Clauses as audio at 8 kHz, each spoken once and kept in a folder."""

    def __init__(self, folder: Path, mouth: Mouth | None) -> None:
        """Without a mouth only what is kept can be had."""
        folder.mkdir(parents=True, exist_ok=True)
        self._folder, self._mouth = folder, mouth

    def clause(self, text: str, voice: str, speed: float) -> Int16 | None:
        key = hashlib.sha256(f"{voice}/{speed}/{text}".encode()).hexdigest()[:24]
        path = self._folder / f"{key}.npy"
        if path.exists():
            return np.asarray(np.load(path), np.int16)
        if self._mouth is None:
            return None
        said = self._mouth.say(as_said(text, ""), voice=voice, speed=speed)
        np.save(path, said)
        return said


def spoken(plan: Plan, cutting: Cutting) -> Scene | None:
    """Say a plan and send it over its line; None where a clause of it is not kept."""
    random = np.random.default_rng(plan.take.seed)
    parts: list[Int16] = []
    told_at = 0
    for place, clause in enumerate(plan.clauses):
        said = cutting.clause(clause.removeprefix("*"), plan.voice, plan.speed)
        if said is None:
            return None
        voiced = _trimmed(_pitched(said, _CHILD_PITCH) if plan.child else said)
        parts += [_quiet(random.uniform(0.15, 0.45))] if place else []
        parts.append(voiced)
        # A person is told by the pause after the last clause.
        if clause.startswith("*") or "*" not in plan.text:
            told_at = sum(part.size for part in parts)
    if plan.beeps:
        parts += [_quiet(random.uniform(0.3, 0.8)), _beep(float(random.choice(_BEEPS_HZ)), random.uniform(0.2, 0.8))]
    return sent(plan.text, plan.truth, np.concatenate(parts), told_at / RATE_HZ, plan.take)


def sent(name: str, truth: Callee, speech: Int16, told_s: float, take: Take, wait_s: float = WAIT_S) -> Scene:
    """Send speech at 8 kHz over the line of a take, which stays open after it."""
    whole = np.concatenate([speech, _quiet(wait_s)])
    random = np.random.default_rng(take.seed)
    murmurs = _Murmurs.clips
    behind = background(take, round(seconds_on_line(whole, take) * RATE_HZ), murmurs, random)
    return Scene(name, truth, over_the_line(whole, take, behind, random), take.lead_s + told_s)


class _Murmurs:
    """The people in the background, spoken once for all scenes."""

    clips: ClassVar[list[Signal]] = []


def fill_background(cutting: Cutting) -> None:
    """Let the cast murmur; only what can be had."""
    said = [cutting.clause(text, ESPEAK, 1.0) for text in CAST.murmurs]
    _Murmurs.clips = [clip.astype(np.float64) for clip in said if clip is not None]


def tones(seed: int) -> Iterator[Scene]:
    """Give what is not speech: ringing, busy, congestion, information tones, fax, a lone beep, nothing at all."""
    kinds: tuple[tuple[str, Callee, Callable[[Random], tuple[Int16, float]], int], ...] = (
        ("ringing", Callee.TONE, lambda r: _cadence(r, (1.0, 4.0), 2), 6),
        ("busy", Callee.TONE, lambda r: _cadence(r, (0.25, 0.25), 8), 8),
        ("congestion", Callee.TONE, lambda r: _cadence(r, (0.25, 0.25, 0.75, 0.25), 4), 8),
        ("information", Callee.TONE, _information, 4),
        ("fax calling", Callee.FAX, lambda r: _repeated(r, 1100.0, 0.5, 3.0, 2), 4),
        ("fax answering", Callee.FAX, lambda r: _repeated(r, 2100.0, 3.0, 0.5, 1), 4),
        ("nothing", Callee.SILENCE, lambda _r: (_quiet(5.0), 4.0), 8),
    )
    for name, truth, make, count in kinds:
        for number in range(count):
            random = Random(f"{seed}/{name}/{number}")
            take = Take("", 1.0, None, "hiss", round(random.uniform(-30, -12), 1), round(random.uniform(0, 0.8), 2),
                        random.getrandbits(32))  # fmt: skip
            signal, told_s = make(random)
            yield sent(f"{name} {number}", truth, signal, told_s, take)


def _cadence(random: Random, beat: tuple[float, ...], repeats: int) -> tuple[Int16, float]:
    """425 Hz, within 25 Hz and a tenth of each time; two sounds tell a cadence, one long one ringing."""
    hertz = 425 + random.uniform(-12, 12)
    off = random.uniform(0.93, 1.07)
    parts: list[Int16] = []
    for _ in range(repeats):
        for place, seconds in enumerate(beat):
            parts.append(_tone(hertz, seconds * off) if place % 2 == 0 else _quiet(seconds * off))
    told = (beat[0] + 0.6 if beat[1] > 2 else beat[0] + beat[1] + beat[2 % len(beat)]) * off
    return np.concatenate(parts), told


def _information(random: Random) -> tuple[Int16, float]:
    parts = [_tone(hertz, 0.33) for hertz in (950.0, 1400.0, 1800.0)]
    return np.concatenate([*parts, _quiet(random.uniform(0.5, 1.0))]), 0.99


def _repeated(_random: Random, hertz: float, on_s: float, off_s: float, times: int) -> tuple[Int16, float]:
    return np.concatenate([_tone(hertz, on_s), _quiet(off_s)] * times), min(on_s, 0.5)


def _tone(hertz: float, seconds: float) -> Int16:
    at = np.arange(round(seconds * RATE_HZ)) / RATE_HZ
    return np.asarray(9_000 * np.sin(2 * np.pi * hertz * at), np.int16)


def _beep(hertz: float, seconds: float) -> Int16:
    return _tone(hertz, seconds)


def _quiet(seconds: float) -> Int16:
    return np.zeros(round(seconds * RATE_HZ), np.int16)


def _pitched(said: Int16, factor: float) -> Int16:
    places = np.arange(0, said.size - 1, factor)
    return np.asarray(np.interp(places, np.arange(said.size), said), np.int16)


def _trimmed(said: Int16) -> Int16:
    """Cut the voice's own silence off both ends, so that the instants hold."""
    loud = np.flatnonzero(np.abs(said.astype(np.int32)) > 300)
    return said[max(0, loud[0] - 160) : loud[-1] + 400] if loud.size else said
