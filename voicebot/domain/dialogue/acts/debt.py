"""The debt itself, and how the person is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import ClassVar

from voicebot.domain.dialogue.acts.base import Act, DebtAct
from voicebot.domain.dialogue.phases import Asks
from voicebot.domain.money import Money


@dataclass(frozen=True, slots=True)
class DebtView:
    """One debt as read aloud: each addition named with its figure."""

    contract: str
    product: str
    due_date: date
    original: Money
    fine: Money
    interest: Money
    correction: Money
    total: Money
    due_today_or_later: bool = False


@dataclass(frozen=True, slots=True)
class NameCreditor(DebtAct):
    """Say for whom the call is made, once the listener may know: where the first words could not, or named another."""

    company: str


@dataclass(frozen=True, slots=True)
class ExplainDebt(DebtAct):
    """One debt, itemised: original value, fine, interest, correction, total; at most two figures a sentence."""

    debt: DebtView
    position: int = 1
    """From 1, of `count` debts."""
    count: int = 1


@dataclass(frozen=True, slots=True)
class ExplainTotal(DebtAct):
    """All debts together."""

    count: int
    total: Money


@dataclass(frozen=True, slots=True)
class RemindDue(DebtAct):
    """Not yet late: a light reminder only."""

    debt: DebtView


@dataclass(frozen=True, slots=True)
class ExplainLapsed(DebtAct):
    """All debts are past the time in which they may be collected: nothing is asked for, and a person may explain."""

    asks: ClassVar[Asks | None] = Asks.YES_NO
    count: int = 1


@dataclass(frozen=True, slots=True)
class RecallAgreement(DebtAct):
    """An earlier agreement whose payment did not come: told as a fact, without reproach, before the debt."""

    due: date


@dataclass(frozen=True, slots=True)
class AskSituation(DebtAct):
    """Ask, openly and kindly, how things are and whether this makes sense."""

    asks: ClassVar[Asks | None] = Asks.OPEN


class Hardship(StrEnum):
    JOB_LOSS = "job_loss"
    ILLNESS = "illness"
    BEREAVEMENT = "bereavement"
    OVER_INDEBTED = "over_indebted"
    CANNOT_PAY = "cannot_pay"
    FORGOT = "forgot"
    BROKEN_AGREEMENT = "broken_agreement"
    UPSET = "upset"


@dataclass(frozen=True, slots=True)
class AcknowledgeHardship(Act):
    """One sentence of acknowledgement, with no "mas" after it. Names no debt."""

    kind: Hardship


class Ack(StrEnum):
    THANKS_DATA = "thanks_data"
    """Thanks for a datum just given ("Obrigada.")."""
    UNDERSTOOD = "understood"
    GLAD = "glad"
    OF_COURSE = "of_course"
    WILL_LOOK = "will_look"
    """For who asks whether it can be less: it is looked into; nothing is promised."""
    SORRY_TO_HEAR = "sorry_to_hear"


@dataclass(frozen=True, slots=True)
class Acknowledge(Act):
    """A short reaction before the next thing, never a filler for its own sake."""

    kind: Ack
