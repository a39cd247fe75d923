"""Silence, bad hearing, repetition, goodbye."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from voicebot.domain.dialogue.acts.base import Act


@dataclass(frozen=True, slots=True)
class SayAgain(Act):
    """A short bridge before something is told again."""


@dataclass(frozen=True, slots=True)
class NotUnderstood(Act):
    """Did not catch it; `attempt` from 1. The question is then asked again in other words by its own act.

    From the third attempt on its words give up trying, so a person must be offered next.
    """

    attempt: int


@dataclass(frozen=True, slots=True)
class PromptSilence(Act):
    """Nobody spoke: `attempt` 1 or 2."""

    attempt: int


@dataclass(frozen=True, slots=True)
class HoldOn(Act):
    """Take your time."""


@dataclass(frozen=True, slots=True)
class SpeakDifferently(Act):
    """Louder or slower from here on; `how` is louder or slower."""

    how: str


@dataclass(frozen=True, slots=True)
class DeclineCard(Act):
    """A card's number or code was said: it is not wanted and not kept. Names no debt, nor the card."""


@dataclass(frozen=True, slots=True)
class ReturnToSubject(Act):
    """A gentle way back after a digression. Names no debt."""


@dataclass(frozen=True, slots=True)
class Deescalate(Act):
    """Once, after an insult: no reproach, an offer to stop or to speak to a person."""


@dataclass(frozen=True, slots=True)
class NeutralLine(Act):
    """What is said in place of a refused utterance: carries nothing."""


class Farewell(StrEnum):
    AGREEMENT = "agreement"
    WARM = "warm"
    """After a hard moment, and only then."""
    KIND = "kind"
    """After a plain reminder or "I'll think about it": friendly, and fits a cheerful moment too."""
    CRISIS = "crisis"
    """After a crisis: the number once more; needs `SayGoodbye.number`."""
    NEUTRAL = "neutral"
    """Fits everywhere, after an insult too."""
    THIRD_PARTY = "third_party"
    SILENCE = "silence"
    STOP = "stop"
    CALLBACK = "callback"
    HAND_OVER = "hand_over"
    DOUBT = "doubt"
    """To who would rather check first that this is no fraud: they are right, and the door stays open."""


@dataclass(frozen=True, slots=True)
class SayGoodbye(Act):
    """The last line; hang-up follows only after it has been played."""

    kind: Farewell
    number: str | None = None
    """The public number that `Farewell.CRISIS` repeats (188, 180, 192, 190); no other kind says one."""


@dataclass(frozen=True, slots=True)
class LanguageBarrier(Act):
    """The caller speaks no Portuguese: one slow sentence in it, one in English. The call ends after it."""


@dataclass(frozen=True, slots=True)
class StayOnLine(Act):
    """While a human is being reached: the bot is still there."""
