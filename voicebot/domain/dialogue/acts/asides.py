"""Plain answers to what people ask beside the road: what they fear, the total, whom it goes to, in writing."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar

from voicebot.domain.dialogue.acts.base import DebtAct
from voicebot.domain.dialogue.phases import Asks
from voicebot.domain.offers import Offer


class Fear(StrEnum):
    """What somebody is afraid of."""

    PRISON = "prison"
    COURT = "court"
    """A lawsuit, or losing what they own."""


@dataclass(frozen=True, slots=True)
class CalmFear(DebtAct):
    """Nobody goes to prison for an account that is late (Constitution, art. 5, LXVII); of courts the bot knows nothing.

    It neither threatens with one nor promises that there will be none.
    """

    fear: Fear


class Privately(StrEnum):
    """What goes to the debtor alone."""

    TALK = "talk"
    """"Posso passar pro meu marido?\""""
    SEND = "send"
    """"Manda pro meu marido.\""""
    CALL = "call"
    """"Liga no meu outro número.\""""


@dataclass(frozen=True, slots=True)
class OnlyWithYou(DebtAct):
    """It stays between the two, and goes to the numbers on file alone."""

    about: Privately


@dataclass(frozen=True, slots=True)
class TellTotal(DebtAct):
    """What the offer comes to, all of it."""

    offer: Offer


@dataclass(frozen=True, slots=True)
class TellDates(DebtAct):
    """When the offer's payments fall due: the only one, or the entry and the first instalment."""

    offer: Offer


@dataclass(frozen=True, slots=True)
class KeepEntry(DebtAct):
    """The entry cannot be less than the offer's."""

    offer: Offer


@dataclass(frozen=True, slots=True)
class AllowEarly(DebtAct):
    """Instalments may be paid ahead (Consumer Code, art. 52, 2)."""


@dataclass(frozen=True, slots=True)
class SettlesAll(DebtAct):
    """With the last payment of the offer nothing is owed any more."""


@dataclass(frozen=True, slots=True)
class WriteLater(DebtAct):
    """Everything is sent in writing, once it is agreed."""


@dataclass(frozen=True, slots=True)
class OfferDueDays(DebtAct):
    """The days of the month that the creditor has, where the one wished for is none of them. Asks which would do."""

    asks: ClassVar[Asks | None] = Asks.DATE
    days: tuple[int, ...]
