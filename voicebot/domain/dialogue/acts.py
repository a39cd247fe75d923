"""What the bot can mean. Each act is a frozen value that carries every fact its words may use, and nothing else.

Three families by audience:

- `Act`: may be said to anyone; its fields hold no debt fact.
- `DebtAct`: carries debt facts, so it needs the `Verified` token that only the policy mints.
- `CreditorAct`: may name the creditor; the policy builds it only where `name_reveals_debt` allows it.

An act that asks has a class-level `asks`; a turn holds at most one asking act, the last.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import ClassVar

from voicebot.domain.dialogue.phases import Asks, EscalationReason
from voicebot.domain.money import Money
from voicebot.domain.offers import Offer


@dataclass(frozen=True, slots=True)
class Verified:
    """Proof that the right party was verified in this call; minted by the policy alone."""

    debtor_ref: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Act:
    """Something to say. `asks` is what its question wants, or None."""

    asks: ClassVar[Asks | None] = None
    interruptible: ClassVar[bool] = True


@dataclass(frozen=True, slots=True)
class DebtAct(Act):
    token: Verified


@dataclass(frozen=True, slots=True)
class CreditorAct(Act):
    """Names the company; `company` is its spoken name."""

    company: str


# --- opening -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Greet(Act):
    """Good morning, afternoon or night, by the caller's local time; never says who or why."""


@dataclass(frozen=True, slots=True)
class GreetInbound(Act):
    """Answer the inbound line; `company` is None where the name itself would reveal a debt."""

    company: str | None


@dataclass(frozen=True, slots=True)
class AskForPerson(Act):
    """Ask whether this is the person; `name` is the call name ("Ana Beatriz")."""

    asks: ClassVar[Asks | None] = Asks.YES_NO
    name: str


@dataclass(frozen=True, slots=True)
class AskWhoCalls(Act):
    """Inbound: ask who is speaking."""

    asks: ClassVar[Asks | None] = Asks.NAME


@dataclass(frozen=True, slots=True)
class AskIfPersonAvailable(Act):
    """Someone else answered: ask when the person is reachable."""

    asks: ClassVar[Asks | None] = Asks.DATE
    name: str


@dataclass(frozen=True, slots=True)
class IdentifySelf(Act):
    """Say the assistant's name and that it is virtual; `company` None where it may not be named."""

    company: str | None


@dataclass(frozen=True, slots=True)
class AdmitRobot(Act):
    """Answer "are you a machine?" truthfully."""


@dataclass(frozen=True, slots=True)
class NoticeRecording(Act):
    """The recording notice; finishes even when interrupted."""

    interruptible: ClassVar[bool] = False


# --- verification --------------------------------------------------------------------------------------------------


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
class OfferFraudCheck(Act):
    """Distrust is fair: offer the official number (on the site) with a protocol, or a person. Opens nothing."""

    company: str | None
    website: str | None
    protocol: str
    """Digits, random, opens nothing."""
    asks: ClassVar[Asks | None] = Asks.OPEN


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


# --- the debt ------------------------------------------------------------------------------------------------------


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
    """Thanks for a datum just given ("Obrigada, Ana.")."""
    UNDERSTOOD = "understood"
    GLAD = "glad"
    OF_COURSE = "of_course"
    SORRY_TO_HEAR = "sorry_to_hear"


@dataclass(frozen=True, slots=True)
class Acknowledge(Act):
    """A short reaction before the next thing, never a filler for its own sake."""

    kind: Ack


# --- negotiation ---------------------------------------------------------------------------------------------------


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
class ExplainTerms(DebtAct):
    """What follows: no more interest when paid in time; late over `broken_after_days`, the discount is lost."""

    broken_after_days: int
    discounted: bool


@dataclass(frozen=True, slots=True)
class ExplainConsequences(DebtAct):
    """Answer "what if I don't pay": only what is true (no credit bureau, charges go on), no threat."""


@dataclass(frozen=True, slots=True)
class ExplainMethods(DebtAct):
    """How it can be paid; `methods` of pix, boleto."""

    methods: tuple[str, ...]


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
    """The payment goes by `channel`; `accepted` only when the messaging port took it, otherwise the future tense."""

    method: str
    channel: str
    accepted: bool


# --- care, hand-over and refusals ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class OfferPause(Act):
    """Nothing has to be decided now; contact rests until `until` where a date is known."""

    until: date | None


@dataclass(frozen=True, slots=True)
class SupportCrisis(Act):
    """Set everything else aside; say the right number (188, 180, 192, 190) and ask whether they are safe now."""

    reason: EscalationReason
    number: str
    asks: ClassVar[Asks | None] = Asks.OPEN
    again: bool = False


@dataclass(frozen=True, slots=True)
class StayAndListen(Act):
    """The number again, and the bot stays; where nobody can come right now, the truth about it."""

    number: str
    nobody_comes: bool = True
    """False while a person is being called to the line."""
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
    """True: this phone number is removed (wrong number, deceased); False: the person asked not to be called."""


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


@dataclass(frozen=True, slots=True)
class ScheduleCallback(Act):
    """The callback is booked; said only with the effect."""

    at: datetime
    """In the debtor's local time."""


# --- keeping the line ----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class SayAgain(Act):
    """A short bridge before something is told again."""


@dataclass(frozen=True, slots=True)
class NotUnderstood(Act):
    """Did not catch it; `attempt` from 1. The question is then asked again in other words by its own act."""

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
    """After a hard moment."""
    NEUTRAL = "neutral"
    THIRD_PARTY = "third_party"
    SILENCE = "silence"
    STOP = "stop"
    CALLBACK = "callback"
    HAND_OVER = "hand_over"


@dataclass(frozen=True, slots=True)
class SayGoodbye(Act):
    """The last line; hang-up follows only after it has been played."""

    kind: Farewell


@dataclass(frozen=True, slots=True)
class StayOnLine(Act):
    """While a human is being reached: the bot is still there."""
