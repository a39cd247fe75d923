"""Hardship, crisis, hand-over, and what ends or suspends the collection."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar

from voicebot.domain.dialogue.acts.base import Act
from voicebot.domain.dialogue.phases import Asks, EscalationReason


@dataclass(frozen=True, slots=True)
class OfferPause(Act):
    """Nothing has to be decided now; contact rests until `until` where a date is known."""

    until: date | None


@dataclass(frozen=True, slots=True)
class AskPause(Act):
    """Illness, told in talk of the debt: shall contact rest until `until`? Who leaves without an answer has it."""

    until: date
    asks: ClassVar[Asks | None] = Asks.YES_NO


@dataclass(frozen=True, slots=True)
class RestContact(Act):
    """Bereavement or illness: nobody calls until `until`; said only with the effect."""

    until: date


@dataclass(frozen=True, slots=True)
class SetAside(Act):
    """In distress, when the caller asks about the subject: it is left aside now. Names no debt."""


@dataclass(frozen=True, slots=True)
class OfferSlowerHelp(Act):
    """For who is confused: nothing has to be settled now; ask whether someone of trust helps with such things."""

    asks: ClassVar[Asks | None] = Asks.OPEN


@dataclass(frozen=True, slots=True)
class AcknowledgeRefusal(Act):
    """A no is respected: nothing is asked or offered after it."""


@dataclass(frozen=True, slots=True)
class SupportCrisis(Act):
    """Set everything else aside; say the right number (188, 180, 192, 190) and ask whether they are safe now."""

    reason: EscalationReason
    number: str
    asks: ClassVar[Asks | None] = Asks.OPEN
    again: bool = False


@dataclass(frozen=True, slots=True)
class CheckSafety(Act):
    """Words that may have been a cry for help, or only sounded so: the number, and the plain question."""

    reason: EscalationReason
    number: str
    asks: ClassVar[Asks | None] = Asks.YES_NO


@dataclass(frozen=True, slots=True)
class Relieved(Act):
    """Glad that they are well, and sorry for having asked."""


@dataclass(frozen=True, slots=True)
class StayAndListen(Act):
    """The bot stays and listens; every few turns the number again and, where nobody can come now, that truth."""

    number: str | None
    """None where it was said a moment ago: somebody in pain is not read a number in every turn."""
    nobody_comes: bool = True
    """False while a person is being called to the line."""
    company: bool = False
    """The caller has just said that somebody they trust is near: that person, before anything else."""
    asks: ClassVar[Asks | None] = Asks.OPEN


@dataclass(frozen=True, slots=True)
class Escalate(Act):
    """A person takes over. `now` when one is being called to the line, else somebody calls back."""

    reason: EscalationReason
    now: bool


@dataclass(frozen=True, slots=True)
class OfferHuman(Act):
    """Offer a person, and ask."""

    asks: ClassVar[Asks | None] = Asks.YES_NO


@dataclass(frozen=True, slots=True)
class Condole(Act):
    """The person asked for has died: condolence, no question."""


@dataclass(frozen=True, slots=True)
class PromiseNoMoreCalls(Act):
    """The number, or the person, is not called again; said only with the suppression effect."""

    about_number: bool
    """True: this phone number is removed (wrong number, deceased, a stop by a third party).

    False: the person asked not to be called.
    """


@dataclass(frozen=True, slots=True)
class Apologise(Act):
    """A plain apology for the disturbance or the mistake."""


@dataclass(frozen=True, slots=True)
class EndWithMinor(Act):
    """A child answered: end kindly at once, no data, no message."""


@dataclass(frozen=True, slots=True)
class RegisterDispute(Act):
    """What was said is registered under a protocol; contact stops until it is answered. Names no debt."""

    protocol: str
    paid: bool = False
    """The caller says it is paid (else: contests it)."""


@dataclass(frozen=True, slots=True)
class RegisterPrivacyRequest(Act):
    protocol: str


@dataclass(frozen=True, slots=True)
class AskCallbackTime(Act):
    """Ask for a good day and hour."""

    asks: ClassVar[Asks | None] = Asks.DATE


@dataclass(frozen=True, slots=True)
class OfferCallbackTime(Act):
    """The asked instant is not permitted or none was named: offer this one."""

    asks: ClassVar[Asks | None] = Asks.YES_NO
    at: datetime
    """In the debtor's local time."""
    asked: bool = False
    """The caller named a time that is not permitted: say so before offering this one."""


@dataclass(frozen=True, slots=True)
class ScheduleCallback(Act):
    """The callback is booked; said only with the effect."""

    at: datetime
    """In the debtor's local time."""
