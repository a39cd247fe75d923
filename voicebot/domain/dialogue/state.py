"""The state of one call, and what may happen to it: values only."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, datetime

from voicebot.domain.agreement import Agreement
from voicebot.domain.dialogue import openers
from voicebot.domain.dialogue.acts import Act, AwaitPerson, Hardship, Verified
from voicebot.domain.dialogue.phases import Asks, Direction, Disposition, EscalationReason, Phase, Urgency
from voicebot.domain.dialogue.transitions import Move
from voicebot.domain.heard import Sureness
from voicebot.domain.meaning import Meaning
from voicebot.domain.money import Money
from voicebot.domain.offers import Offer
from voicebot.domain.portfolio import Case, Channel

# --- events --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Started:
    """The media is open: the bot speaks first."""


@dataclass(frozen=True, slots=True)
class Heard:
    meaning: Meaning
    sureness: Sureness | None = None
    """How surely the words were heard; None in text."""


@dataclass(frozen=True, slots=True)
class Silence:
    """Nobody spoke for the patience of the last question."""


@dataclass(frozen=True, slots=True)
class Pressed:
    digits: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class TakenOver:
    """A person at the desk takes this call over, unasked by the caller."""


@dataclass(frozen=True, slots=True)
class NotTaken:
    """The person at the desk could not be given the line after all: nobody is on the way."""


@dataclass(frozen=True, slots=True)
class HumanJoined:
    """A person has taken the line."""


@dataclass(frozen=True, slots=True)
class HungUp:
    """The caller has left."""


Event = Started | Heard | Silence | Pressed | TakenOver | NotTaken | HumanJoined | HungUp

# --- effects -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Suppress:
    """What the dialler must respect from now on."""

    kind: str
    until: date | None = None


@dataclass(frozen=True, slots=True)
class RecordAgreement:
    agreement: Agreement


@dataclass(frozen=True, slots=True)
class SendPaymentMessage:
    agreement: Agreement


@dataclass(frozen=True, slots=True)
class Escalation:
    """Hand the call, or its follow-up, to a person."""

    reason: EscalationReason
    urgency: Urgency
    summary: str = field(repr=False)
    to_line: bool = True
    """True: to this line now; False: somebody calls back."""


@dataclass(frozen=True, slots=True)
class BookCallback:
    at: datetime


@dataclass(frozen=True, slots=True)
class DeleteAudio:
    """The call ended before the recording notice: its audio is deleted at the close."""


@dataclass(frozen=True, slots=True)
class SendOfficialContact:
    """Send who we are and where we are found, for whoever doubts the call; nothing goes where that tells of a debt."""

    channel: Channel


@dataclass(frozen=True, slots=True)
class AlertOnCall:
    """Tell the creditor's on-call person, at once, that this call needs one and nobody is on the line to take it."""

    reason: EscalationReason


@dataclass(frozen=True, slots=True)
class NoteSatisfaction:
    """The caller's answer to the last question of the call."""

    mark: int
    """0 to 10."""


Effect = (
    Suppress
    | RecordAgreement
    | SendPaymentMessage
    | Escalation
    | BookCallback
    | DeleteAudio
    | SendOfficialContact
    | AlertOnCall
    | NoteSatisfaction
)

# --- state ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Identity:
    """What is known of who speaks. `denied`: who said to be someone else is never verified.

    It goes with whoever said it: where they fetch the person asked for, all of this begins anew.
    """

    confirmed: bool = False
    denied: bool = False
    cpf: bool | None = None
    """None: not given in this round; else whether it matched. Never spoken of."""
    birth: bool | None = None
    failed_rounds: int = 0
    refusals: int = 0
    keypad_told: bool = False
    """The keypad was offered; once is enough."""
    token: Verified | None = None

    @property
    def failed(self) -> bool:
        """A factor was wrong or refused on this call."""
        return self.failed_rounds > 0 or self.refusals > 0 or self.cpf is False or self.birth is False


@dataclass(frozen=True, slots=True)
class Bargain:
    """Where the negotiation stands. An offer once made stays in `offers`."""

    offers: tuple[Offer, ...] = ()
    on_table: Offer | None = None
    concessions: int = 0
    """Steps towards the caller, whoever proposed them: each price better than the best so far is one."""
    asked_capacity: bool = False
    capacity: Money | None = None
    """What the caller says fits."""
    hardship: Hardship | None = None
    chosen: Offer | None = None
    method: str | None = None
    teach_backs: int = 0
    taught: bool = False
    limit_told: bool = False
    """The caller was told that the bot can go no further."""

    def betters(self, offer: Offer) -> bool:
        """Say whether the offer's discount is greater than every one named so far; the first offer betters nothing."""
        return bool(self.offers) and offer.discount_percent > max(each.discount_percent for each in self.offers)

    def with_offer(self, offer: Offer, *, gives_way: bool = False) -> Bargain:
        known = any(each.id == offer.id for each in self.offers)
        offers = self.offers if known else (*self.offers, offer)
        steps = self.concessions + (gives_way or self.betters(offer))
        return replace(self, offers=offers, on_table=offer, concessions=steps)


@dataclass(frozen=True, slots=True)
class CallState:
    direction: Direction
    phase: Phase = Phase.OPENING
    resume: Phase | None = None
    """Where the call goes on once somebody speaks again."""
    back_to: Phase | None = None
    """Where the call goes on once the line is fine again."""
    question: Act | None = None
    """The last question asked, to be asked again in other words."""
    parked: Act | None = None
    """The question that waits while the line is bad."""
    interrupted: Act | None = None
    """The question that waits while the caller is asked whether they are safe."""
    checks: int = 0
    """Times the caller was asked so: a second doubtful sign is no longer asked about."""
    told: tuple[Act, ...] = ()
    """What the last turn said, for "pode repetir?"."""
    identity: Identity = Identity()
    bargain: Bargain = Bargain()
    introduced: bool = False
    noticed: bool = False
    """The recording notice was given."""
    turns: int = 0
    opened: int = -openers.SPACING
    """The caller's turn that was last answered with an opener."""
    silences: int = 0
    holds: int = 0
    """One while the caller has asked the bot to wait."""
    misses: int = 0
    """Turns in a row that were not understood."""
    repeats: int = 0
    """Turns in a row in which something was to be told again."""
    asides: int = 0
    """Turns in a row off the subject."""
    insults: int = 0
    confusions: int = 0
    """Times the caller seemed lost."""
    contested: bool = False
    """The amount was questioned and explained again; the next time it is a dispute."""
    foreign: int = 0
    """Turns in another language."""
    doubts: int = 0
    """Times the caller suspected a fraud."""
    fetched: int = 0
    """Times somebody else went to get the person asked for."""
    callback_at: datetime | None = None
    unasked: bool = False
    """How the call went is not asked (any more): it was asked, or something heard in the call forbids it."""
    pause_until: date | None = None
    """Until when contact rests if the caller leaves now: a pause was offered and has not been answered."""
    human_called: bool = False
    """The caller was told that a person is coming to the line."""
    agreement: Agreement | None = None
    escalation: Escalation | None = None
    disposition: Disposition | None = None
    ended: bool = False

    @property
    def asks(self) -> Asks | None:
        return asked_by(self.question) if self.question is not None and not self.ended else None

    @property
    def waits(self) -> bool:
        """The caller has asked for a moment, or has gone to get somebody."""
        return not self.ended and (self.holds > 0 or isinstance(self.question, AwaitPerson))

    @property
    def offer(self) -> Offer | None:
        """The offer that is spoken of: the one taken, where it is being agreed, else the one on the table."""
        agreeing = self.phase in {Phase.CONFIRMATION, Phase.PAYMENT}
        return (self.bargain.chosen if agreeing else None) or self.bargain.on_table

    @property
    def verified(self) -> bool:
        return self.identity.token is not None


def asked_by(act: Act | None) -> Asks | None:
    """What an act asks for; an identity factor asks for itself."""
    return getattr(act, "factor", None) or (act.asks if act is not None else None)


@dataclass(frozen=True, slots=True)
class Context:
    """What a decision may look at besides the state: the case and the instant, nothing ambient."""

    case: Case
    now: datetime
    """Aware, in the debtor's zone."""
    handoff_open: bool
    """A person can take the call now."""
    protocol: str
    """Random digits drawn for this call; opens nothing."""

    @property
    def today(self) -> date:
        return self.now.date()

    @property
    def company(self) -> str | None:
        """The name an unverified listener may hear, or None."""
        creditor = self.case.creditor
        if creditor.name_reveals_debt:
            return None
        return (creditor.collector or creditor).spoken_name


@dataclass(frozen=True, slots=True)
class Step:
    """A handler's answer: the move it amounts to, what to say, what to do, and the state less its phase."""

    move: Move
    state: CallState
    acts: tuple[Act, ...] = ()
    effects: tuple[Effect, ...] = ()


@dataclass(frozen=True, slots=True)
class Decision:
    state: CallState
    acts: tuple[Act, ...]
    effects: tuple[Effect, ...] = ()
    move: Move | None = None
