"""Calls with synthesised callers over a noisy line, and what is agreed on that the caller did not mean.

Everything between the caller's mouth and the record is the product's own: the voice detector's cutting, Whisper with
its readings of answers, understanding, the policy, the read-back and the teach-back. The caller hears the bot as it is
said, looks at every figure, and says no to what does not fit. Strangers try to pass for the debtor.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any, Final

from evaluation.benchmarks.commits_audio import line
from evaluation.benchmarks.commits_calls import Outcome, hold
from evaluation.benchmarks.commits_people import STRANGERS, TAKERS, Wants, gather
from evaluation.benchmarks.distribution import distribution, load, machine, rate
from evaluation.corpora.casting import CASTS
from voicebot.application.ports import Understanding
from voicebot.bootstrap import text
from voicebot.clock import StandingClock
from voicebot.domain.dialogue.phases import Asks, Phase
from voicebot.domain.meaning import Meaning
from voicebot.settings import Settings, load_settings
from voicebot.speech import engines
from voicebot.speech.encoder_adapter import SHIPPED
from voicebot.speech.stt.whisper_ct2 import MODEL

CALLS: Final = 200
PEOPLE: Final = 20
NOISE_DB: Final = (20.0, 10.0, 5.0)
THREADS: Final = 1
_AT: Final = datetime.fromisoformat("2026-11-23T10:00:00-03:00")

Say = Callable[[str], None]


class Once:
    """An `Understanding` that reads the same words of the same day once: people here repeat themselves."""

    def __init__(self, reader: Understanding) -> None:
        self._reader = reader
        self._known: dict[tuple[str, Asks | Phase | None, date], Meaning] = {}

    def understand(self, text: str, *, expecting: Asks | Phase | None, at: datetime) -> Meaning:
        key = (text, expecting, at.date())
        if key not in self._known:
            self._known[key] = self._reader.understand(text, expecting=expecting, at=at)
        return self._known[key]


def measure(
    *,
    calls: int = CALLS,
    people: int = PEOPLE,
    noise: Sequence[float | None] = NOISE_DB,
    seed: int = 0,
    cast: str = "test",
    doubts: bool = True,
    say: Say = lambda _: None,
) -> dict[str, Any]:
    """Hold `calls` calls at each level of noise (dB of speech over it, None for none).

    Without `doubts` the words count however badly they were heard: what that costs, and what it saves.

    Raises `ModelMissing` or `ModelDamaged`.
    """
    settings = load_settings()
    before = load()
    engine = engines.whisper(settings.models_dir, cpu_threads=THREADS)
    with_ = text.collaborators(settings, StandingClock(_AT))
    with_ = replace(with_, understanding=Once(with_.understanding))
    crowd = gather(people, sorted(CASTS[cast].voices), seed)
    levels: dict[str, list[Outcome]] = {}
    with line(CASTS[cast], engine, settings.models_dir, fingerprint(settings)) as room:
        for level in noise:
            outcomes = levels.setdefault("clean" if level is None else f"{level:g}", [])
            for number in range(calls):
                person = crowd[number % len(crowd)]
                outcomes.append(hold(person, number + seed, level, room, with_, doubts=doubts))
                if (number + 1) % len(crowd) == 0 or number + 1 == calls:
                    say(f"{level} dB: {number + 1} calls held, {sum(each.agreed for each in outcomes)} agreements")
        clips = room.clips
    return {**result(levels, before, people, clips), "doubts": doubts}


def fingerprint(settings: Settings) -> str:
    """What was heard holds for these weights only."""
    folder = settings.models_dir / MODEL
    size = sum(path.stat().st_size for path in sorted(folder.iterdir()) if path.is_file())
    return hashlib.sha256(f"{SHIPPED.sha256}/{size}".encode()).hexdigest()[:16]


def result(levels: dict[str, list[Outcome]], before: float, people: int, clips: int) -> dict[str, Any]:
    """Put the outcomes into one object."""
    everyone = [outcome for outcomes in levels.values() for outcome in outcomes]
    return {
        "machine": machine(),
        "load": before,
        "people": people,
        "clips": clips,
        "all": summary(everyone),
        "by_noise": {name: summary(outcomes) for name, outcomes in levels.items()},
        "by_wants": {
            wants.value: summary([each for each in everyone if each.wants is wants])
            for wants in Wants
            if any(each.wants is wants for each in everyone)
        },
    }


def summary(outcomes: Sequence[Outcome]) -> dict[str, Any]:
    """Count over some calls; a wrong commit is one whose figures, day or very consent the caller did not mean."""
    agreements = [each for each in outcomes if each.agreed]
    wrong = [each for each in agreements if each.wrong is not None and each.wrong != "channel"]
    strangers = [each for each in outcomes if each.wants in STRANGERS]
    takers = [each for each in outcomes if each.wants in TAKERS and each.wants is not Wants.SECOND_THOUGHTS]
    honest = [each for each in outcomes if each.wants not in STRANGERS]
    return {
        "calls": len(outcomes),
        "agreements": len(agreements),
        "wrong_commits": rate(len(wrong), len(outcomes)),
        "wrong_of_agreements": rate(len(wrong), len(agreements)),
        "wrong_how": dict(Counter(each.wrong for each in wrong)),
        "wrong_channel": sum(each.wrong == "channel" for each in agreements),
        "identity_false_accepts": rate(sum(each.verified for each in strangers), len(strangers)),
        "verified": rate(sum(each.verified for each in honest), len(honest)),
        "reached": rate(sum(each.agreed for each in takers), len(takers)),
        "amounts_heard_wrong": sum(each.heard_wrong > 0 for each in outcomes),
        "turns": distribution([float(each.turns) for each in outcomes]),
        "asked_again": distribution([float(each.asked_again) for each in outcomes]),
        "keypad_after": distribution([float(each.keypad_after) for each in outcomes if each.keypad_after is not None]),
        "dispositions": dict(Counter(each.disposition for each in outcomes).most_common()),
    }
