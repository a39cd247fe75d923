"""Asking for factors, and what is said around it; none of it names the subject."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from voicebot.domain.dialogue.acts.base import Act, CreditorAct
from voicebot.domain.dialogue.phases import Asks


@dataclass(frozen=True, slots=True)
class ExplainWhyVerify(Act):
    """Why identity comes first, without naming the subject."""


@dataclass(frozen=True, slots=True)
class AskIdentityFactor(Act):
    """Ask for one factor; `factor` is cpf_first3, cpf_last2, cpf, birth_day_month or birth_date.

    `again` after an answer that did not serve; which factor failed is never said. The bot's `asks` is `factor`.
    """

    factor: Asks
    again: bool = False


@dataclass(frozen=True, slots=True)
class OfferKeypad(Act):
    """Digits may be keyed instead of spoken; said when they did not come through."""


@dataclass(frozen=True, slots=True)
class OfferFraudCheck(Act):
    """Distrust is fair: offer the official number (on the site) with a protocol, or a person. Opens nothing."""

    company: str | None
    website: str | None
    protocol: str
    """Digits, random, opens nothing."""
    asks: ClassVar[Asks | None] = Asks.OPEN


@dataclass(frozen=True, slots=True)
class AnnounceOfficialMessage(Act):
    """A message with the official number goes to the number on file; said only with the effect."""

    channel: str
    accepted: bool
    """The messaging port took it for delivery; else it will go."""


@dataclass(frozen=True, slots=True)
class GiveOfficialContact(CreditorAct):
    """Company and official number, for who asks."""

    phone: str
    """E.164."""


@dataclass(frozen=True, slots=True)
class WithholdPurpose(Act):
    """The subject is private and only for the person asked for; `to_third_party` when someone else speaks."""

    name: str
    to_third_party: bool


@dataclass(frozen=True, slots=True)
class CannotVerify(Act):
    """Identity could not be confirmed: nothing can be told now; offers the official channel. Says no reason."""

    company: str | None
