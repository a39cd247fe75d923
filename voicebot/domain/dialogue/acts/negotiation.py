"""Offers, answers to them, and the agreement."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import ClassVar

from voicebot.domain.dialogue.acts.base import DebtAct
from voicebot.domain.dialogue.phases import Asks
from voicebot.domain.money import Money
from voicebot.domain.offers import Offer


@dataclass(frozen=True, slots=True)
class AskCapacity(DebtAct):
    """Ask what would fit, per month as things are now."""

    asks: ClassVar[Asks | None] = Asks.AMOUNT


@dataclass(frozen=True, slots=True)
class ConfirmAmount(DebtAct):
    """Check an amount heard vaguely or badly."""

    asks: ClassVar[Asks | None] = Asks.YES_NO
    amount: Money


class Return(StrEnum):
    """What the debtor gives for a better offer."""

    NONE = "none"
    TODAY = "today"
    PIX_TODAY = "pix_today"
    LARGER_ENTRY = "larger_entry"


@dataclass(frozen=True, slots=True)
class MakeOffer(DebtAct):
    """Put an offer on the table and ask whether it fits."""

    asks: ClassVar[Asks | None] = Asks.YES_NO
    offer: Offer
    in_return: Return = Return.NONE
    is_last: bool = False
    """True only where it is the furthest the bot can go."""
    again: bool = False
    """The offer stood already and is told again."""
    saves: Money | None = None
    """What is taken off, where its percentage has decimals: nobody says "dez vírgula setenta e dois"."""


@dataclass(frozen=True, slots=True)
class AskIfItFits(DebtAct):
    """The question alone, after the offer was told and something else came between; its figures are not said again."""

    asks: ClassVar[Asks | None] = Asks.YES_NO
    offer: Offer


@dataclass(frozen=True, slots=True)
class ReachedLimit(DebtAct):
    """The bot can go no further: said plainly, once; what was offered stands. Asks: time to think, or a person."""

    asks: ClassVar[Asks | None] = Asks.OPEN


@dataclass(frozen=True, slots=True)
class MakeTwoOffers(DebtAct):
    """Two ways side by side, and ask which weighs less."""

    asks: ClassVar[Asks | None] = Asks.OPEN
    first: Offer
    second: Offer


@dataclass(frozen=True, slots=True)
class DeclineCounter(DebtAct):
    """Say plainly that the amount named is out of reach, without drama and without naming a floor."""

    asked: Money | None


@dataclass(frozen=True, slots=True)
class DeclineDay(DebtAct):
    """Say plainly that the day named is too far, and until when a single payment can wait."""

    latest: date


@dataclass(frozen=True, slots=True)
class ExplainTerms(DebtAct):
    """What follows: no more interest when paid in time; late over `broken_after_days`, the discount is lost."""

    broken_after_days: int
    discounted: bool


@dataclass(frozen=True, slots=True)
class ExplainConsequences(DebtAct):
    """Answer "what if I don't pay": only what is true (interest by the day goes on), no threat."""

    credit_bureau: bool = False
    """False: say plainly that the name is sent to no register. True: leave the matter out."""


@dataclass(frozen=True, slots=True)
class ExplainMethods(DebtAct):
    """How it can be paid; `methods` of pix, boleto."""

    methods: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ExplainPayee(DebtAct):
    """Whose name stands on the payment, so that it can be checked before it is paid."""

    company: str


@dataclass(frozen=True, slots=True)
class ExplainRates(DebtAct):
    """The rates behind the account, percent: the fine once, interest a month."""

    fine: Decimal
    interest: Decimal


@dataclass(frozen=True, slots=True)
class GiveTime(DebtAct):
    """No hurry: the offer stands until `valid_until`."""

    valid_until: date


@dataclass(frozen=True, slots=True)
class AskDate(DebtAct):
    """Ask for a concrete day to pay."""

    asks: ClassVar[Asks | None] = Asks.DATE


@dataclass(frozen=True, slots=True)
class ConfirmAgreement(DebtAct):
    """Read the agreement back, with amount, dates and method, and ask for a yes."""

    asks: ClassVar[Asks | None] = Asks.YES_NO
    offer: Offer
    method: str


@dataclass(frozen=True, slots=True)
class AskTeachBack(DebtAct):
    """Ask the caller to say in their own words what was agreed."""

    asks: ClassVar[Asks | None] = Asks.TEACH_BACK
    again: bool = False
    """The second time: only the amount and the day."""


@dataclass(frozen=True, slots=True)
class RecapAgreement(DebtAct):
    """Correct or confirm gently after the teach-back, once more with the figures."""

    offer: Offer


@dataclass(frozen=True, slots=True)
class AskChannel(DebtAct):
    """Ask where to send the payment; `phone_tail` is the last two digits of the number on file."""

    asks: ClassVar[Asks | None] = Asks.CHANNEL
    preferred: str
    others: tuple[str, ...]
    phone_tail: str


@dataclass(frozen=True, slots=True)
class SendPayment(DebtAct):
    """The payment goes by `channel`; `accepted` only when the messaging port took it for delivery, else it will go.

    Accepted is not delivered: the words say that it is on its way out, never that it was sent or has arrived.
    """

    method: str
    channel: str
    accepted: bool
