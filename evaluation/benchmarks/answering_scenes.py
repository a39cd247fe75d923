"""Pick-ups as audio: people and recordings through the telephone, each with the instant that gives it away."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
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

WAIT_S: Final = 3.5
"""Line after the last word: people and recorders wait for the caller."""
_CHILD_PITCH: Final = 1.28


@dataclass(frozen=True, slots=True)
class Material:
    """Who says what at pick-up, how, and over which lines."""

    name: str
    lines: Mapping[Callee, tuple[str, ...]]
    """In the notation of `answering_lines`."""
    children: frozenset[str]
    """Lines of people that a child says."""
    cast: Cast
    speeds: tuple[float, ...]
    gaps_s: tuple[float, float]
    """Pauses between clauses."""
    snrs_of_people: tuple[float | None, ...]
    snrs_of_machines: tuple[float | None, ...]
    leads_s: tuple[float, float, float]
    """Line before the first word: the shortest, the longest of people, the longest of machines."""
    beeps_hz: tuple[float, ...]
    beeps_s: tuple[float, float]
    before_beep_s: tuple[float, float]


TUNED: Final = Material(
    name="tuned",
    lines={Callee.HUMAN: PEOPLE, **MACHINES},
    children=frozenset(
        (
            "Mãe, o telefone!",
            "A minha mãe não tá.",
            "Oi, aqui é o Pedrinho.",
            "Meu pai tá no banho.",
            "Alô, é a vovó?",
            "Oi, mãe?",
        )
    ),
    # Few robots: the recogniser makes no words of that voice on a telephone line.
    cast=Cast("answering", {**TEST.voices, **TRAINING.voices}, 0.95, 1.15, 0.05, TEST.murmurs),
    speeds=(0.95, 1.05, 1.15),
    gaps_s=(0.15, 0.45),
    snrs_of_people=(None, 25.0, 15.0, 10.0),
    snrs_of_machines=(None, None, 30.0, 20.0),
    leads_s=(0.1, 1.6, 0.9),
    beeps_hz=(440.0, 620.0, 800.0, 1000.0, 1400.0),
    beeps_s=(0.2, 0.8),
    before_beep_s=(0.3, 0.8),
)
"""What the ear was tuned on."""
_NOISES: Final = ("hiss", "babble", "street")


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


def plans(takes: int, seed: int, of: Material = TUNED) -> list[Plan]:
    """Draw who says what over which line; the same seed draws the same, and more takes only add."""
    return [
        _plan(truth, text, take, seed, of)
        for take in range(takes)
        for truth, texts in of.lines.items()
        for text in texts
    ]


def _plan(truth: Callee, text: str, number: int, seed: int, of: Material) -> Plan:
    random = Random(f"{seed}/{truth}/{text}/{number}")
    is_person = truth is Callee.HUMAN
    odd = random.random() < of.cast.odd
    shortest, of_people, of_machines = of.leads_s
    take = Take(
        voice=ESPEAK if odd else random.choice(sorted(of.cast.voices)),
        speed=random.choice(of.speeds),
        snr_db=random.choice(of.snrs_of_people if is_person else of.snrs_of_machines),
        noise=random.choice(_NOISES) if is_person else "hiss",
        level_dbfs=round(random.uniform(-32, -16), 1),
        lead_s=round(random.uniform(shortest, of_people if is_person else of_machines), 2),
        seed=random.getrandbits(32),
    )
    return Plan(truth, text, take.voice, take.speed, take, child=is_person and text in of.children)


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


def spoken(plan: Plan, cutting: Cutting, of: Material = TUNED) -> Scene | None:
    """Say a plan and send it over its line; None where a clause of it is not kept."""
    random = np.random.default_rng(plan.take.seed)
    parts: list[Int16] = []
    told_at = 0
    for place, clause in enumerate(plan.clauses):
        said = cutting.clause(clause.removeprefix("*"), plan.voice, plan.speed)
        if said is None:
            return None
        voiced = _trimmed(_pitched(said, _CHILD_PITCH) if plan.child else said)
        parts += [quiet(random.uniform(*of.gaps_s))] if place else []
        parts.append(voiced)
        # A person is told by the pause after the last clause.
        if clause.startswith("*") or "*" not in plan.text:
            told_at = sum(part.size for part in parts)
    if plan.beeps:
        pause = quiet(random.uniform(*of.before_beep_s))
        parts += [pause, tone(float(random.choice(of.beeps_hz)), random.uniform(*of.beeps_s))]
    return sent(plan.text, plan.truth, np.concatenate(parts), told_at / RATE_HZ, plan.take)


def sent(name: str, truth: Callee, speech: Int16, told_s: float, take: Take, wait_s: float = WAIT_S) -> Scene:
    """Send speech at 8 kHz over the line of a take, which stays open after it."""
    whole = np.concatenate([speech, quiet(wait_s)])
    random = np.random.default_rng(take.seed)
    murmurs = _Murmurs.clips
    behind = background(take, round(seconds_on_line(whole, take) * RATE_HZ), murmurs, random)
    return Scene(name, truth, over_the_line(whole, take, behind, random), take.lead_s + told_s)


class _Murmurs:
    """The people in the background, spoken once for all scenes."""

    clips: ClassVar[list[Signal]] = []


def fill_background(cutting: Cutting, cast: Cast) -> None:
    """Let the cast murmur; only what can be had."""
    said = [cutting.clause(text, ESPEAK, 1.0) for text in cast.murmurs]
    _Murmurs.clips = [clip.astype(np.float64) for clip in said if clip is not None]


def tone(hertz: float, seconds: float) -> Int16:
    """Give a sine at a usual level, 8 kHz."""
    at = np.arange(round(seconds * RATE_HZ)) / RATE_HZ
    return np.asarray(9_000 * np.sin(2 * np.pi * hertz * at), np.int16)


def quiet(seconds: float) -> Int16:
    return np.zeros(round(seconds * RATE_HZ), np.int16)


def _pitched(said: Int16, factor: float) -> Int16:
    places = np.arange(0, said.size - 1, factor)
    return np.asarray(np.interp(places, np.arange(said.size), said), np.int16)


def _trimmed(said: Int16) -> Int16:
    """Cut the voice's own silence off both ends, so that the instants hold."""
    loud = np.flatnonzero(np.abs(said.astype(np.int32)) > 300)
    return said[max(0, loud[0] - 160) : loud[-1] + 400] if loud.size else said
