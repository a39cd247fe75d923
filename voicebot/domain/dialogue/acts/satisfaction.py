"""The last question of a call that went well: how likely the caller is to recommend it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Final

from voicebot.domain.dialogue.acts.base import DebtAct
from voicebot.domain.dialogue.phases import Asks

LOWEST: Final = 0
HIGHEST: Final = 10
"""The scale of the Net Promoter Score."""


@dataclass(frozen=True, slots=True)
class AskSatisfaction(DebtAct):
    """From zero to ten, how likely to recommend; for the verified person alone, though it names no debt."""

    asks: ClassVar[Asks | None] = Asks.OPEN
    again: bool = False
    lowest: int = LOWEST
    highest: int = HIGHEST


@dataclass(frozen=True, slots=True)
class ThankForMark(DebtAct):
    """Take the mark; a low one with thanks and the word that it is passed on, and nothing more."""

    low: bool
