"""What is heard before the stage of the call, on its first phrasing: danger, death, stop, dispute, a human, a child."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Final

from voicebot.domain.dialogue import acts, callback, distress, fetching, opening, resting
from voicebot.domain.dialogue.acts import Farewell, Hardship
from voicebot.domain.dialogue.asked import is_supposed, names_other_number
from voicebot.domain.dialogue.endings import DISPUTE_HOLD, end, goodbye, hand_over, hold
from voicebot.domain.dialogue.line import ask_again
from voicebot.domain.dialogue.phases import Asks, Direction, Disposition, EscalationReason, Phase
from voicebot.domain.dialogue.state import CallState, Context, Step, Suppress
from voicebot.domain.dialogue.transitions import Move
from voicebot.domain.dialogue.verification import first_question
from voicebot.domain.dialogue.words import (
    says_kin,
    says_other_name,
    says_own_name,
    says_paid,
    says_what_it_was,
    speaks_of_haste,
    speaks_of_the_call,
)
from voicebot.domain.meaning import EntityType, Intent, Meaning
from voicebot.domain.prescription import all_lapsed

BEREAVEMENT_HOLD_DAYS: Final = 30
MAX_INSULTS: Final = 2

Road = Callable[[CallState, Context, Meaning], Step | None]


def take(state: CallState, ctx: Context, meaning: Meaning) -> Step | None:
    """Give the first side road that this turn takes, or None."""
    for road in ROADS:
        step = road(state, ctx, meaning)
        if step is not None:
            return step
    return None


def _crisis(state: CallState, ctx: Context, meaning: Meaning) -> Step | None:
    return distress.crisis(state, ctx, meaning)


def _stop(state: CallState, ctx: Context, meaning: Meaning) -> Step | None:
    """At once, whoever asks: somebody else's wish binds this number, the person's own wish binds all of theirs."""
    if not meaning.has(Intent.STOP_CALLING):
        return None
    somebody_else = state.identity.denied or meaning.has(Intent.THIRD_PARTY, Intent.WRONG_NUMBER)
    said = (acts.Apologise(), acts.PromiseNoMoreCalls(about_number=somebody_else), acts.SayGoodbye(Farewell.STOP))
    effect = Suppress("wrong_number" if somebody_else else "stop")
    return end(state, Move.STOP, Disposition.STOP_CALLING, said, (effect,))


def _who_answers(state: CallState, ctx: Context, meaning: Meaning) -> Step | None:
    """Somebody else is on the line; once said, never unsaid, unless they fetch the person asked for."""
    if state.verified:
        return _contradicted(state, ctx, meaning)
    fetched = fetching.wait(state, ctx, meaning)
    if fetched is not None:
        return fetched
    stranger = says_other_name(meaning.text, ctx.case.debtor.name) and state.phase is Phase.OPENING
    apart = replace(state, identity=replace(state.identity, denied=True, confirmed=False))
    if meaning.intent is Intent.MINOR:
        return end(apart, Move.CHILD_ANSWERED, Disposition.MINOR, (acts.EndWithMinor(),))
    # "Meu pai faleceu", said to "falo com ele?", is of the person asked for, whichever of the two it sounds like.
    loss = meaning.has(Intent.BEREAVEMENT) or meaning.intent is Intent.OTHER
    asked_for = state.phase is Phase.OPENING and loss and meaning.has(Intent.DECEASED)
    if meaning.intent is Intent.DECEASED or asked_for:
        said = (acts.Condole(), acts.PromiseNoMoreCalls(about_number=True), acts.SayGoodbye(Farewell.WARM))
        return end(apart, Move.HAS_DIED, Disposition.DECEASED, said, (Suppress("deceased"),))
    if _is_wrong_number(ctx, meaning):
        said2 = (acts.Apologise(), acts.PromiseNoMoreCalls(about_number=True), acts.SayGoodbye(Farewell.NEUTRAL))
        return end(apart, Move.NOBODY_OF_THAT_NAME, Disposition.WRONG_NUMBER, said2, (Suppress("wrong_number"),))
    # A machine answers a call; it makes none, and it does not say that it is the person.
    may_be_machine = state.direction is Direction.OUTBOUND and not state.identity.confirmed
    if meaning.intent is Intent.VOICEMAIL and may_be_machine:
        return end(state, Move.MACHINE_ANSWERED, Disposition.VOICEMAIL, ())
    if meaning.intent is Intent.BUSINESS_REDIRECT:
        said3 = (acts.Acknowledge(acts.Ack.UNDERSTOOD), acts.SayGoodbye(Farewell.THIRD_PARTY))
        return end(apart, Move.GOODBYE, Disposition.BUSINESS_REDIRECT, said3)
    # "Não é ela, aqui é a esposa" knows the person: the number is right.
    if (stranger or meaning.has(Intent.THIRD_PARTY)) and state.phase is not Phase.THIRD_PARTY:
        return callback.third_party(apart, ctx, meaning)
    return None


def _is_wrong_number(ctx: Context, meaning: Meaning) -> bool:
    """A number is struck off for good: not for a hint of it beside a yes, a name that is right, or "sei não"."""
    if meaning.intent is Intent.WRONG_NUMBER:
        return True
    against = meaning.intent in {Intent.EVASIVE, Intent.IDENTITY_CONFIRM} or meaning.has(Intent.THIRD_PARTY)
    named = meaning.intent is Intent.OTHER and says_own_name(meaning.text, ctx.case.debtor.name)
    return meaning.has(Intent.WRONG_NUMBER) and not against and not named


def _contradicted(state: CallState, ctx: Context, meaning: Meaning) -> Step | None:
    """The verified caller now says to be someone else: the token is gone for the rest of the call."""
    says_so = meaning.has(Intent.THIRD_PARTY) and says_kin(meaning.text)  # "saiu, sou o filho", heard as "sou eu"
    if not says_so and meaning.intent not in {Intent.THIRD_PARTY, Intent.WRONG_NUMBER, Intent.MINOR}:
        return None
    if meaning.has(Intent.DISPUTE_DEBT) and not says_so and meaning.intent is Intent.THIRD_PARTY:
        return None  # "esse cartão é do meu ex-marido" tells whose debt it is
    if isinstance(state.question, acts.OfferSlowerHelp) and meaning.intent is Intent.THIRD_PARTY:
        return None  # "minha filha que vê isso" answers the question
    # Who gave what is another's has failed: the factors prove nothing on this call any more, whoever is fetched.
    failed = state.identity.failed_rounds + 1
    identity = replace(state.identity, denied=True, confirmed=False, token=None, failed_rounds=failed)
    apart = replace(state, identity=identity, question=None, told=())
    if meaning.intent is Intent.MINOR:
        return end(apart, Move.CHILD_ANSWERED, Disposition.MINOR, (acts.EndWithMinor(),))
    return callback.third_party(apart, ctx, meaning)


def _lawyer(state: CallState, ctx: Context, meaning: Meaning) -> Step | None:
    if not meaning.has(Intent.HAS_LAWYER):
        return None
    said = (
        acts.Acknowledge(acts.Ack.UNDERSTOOD),
        acts.PromiseNoMoreCalls(about_number=False),
        acts.SayGoodbye(Farewell.NEUTRAL),
    )
    return end(state, Move.DISPUTED, Disposition.HAS_LAWYER, said, (Suppress("lawyer"),))


def _dispute(state: CallState, ctx: Context, meaning: Meaning) -> Step | None:
    # "No começo do mês eu pago" sounds like it, and is a promise.
    to_come = meaning.has(Intent.PROPOSE_DATE, Intent.ASK_PAYMENT_METHOD, Intent.ASK_DISCOUNT, Intent.PROPOSE_AMOUNT)
    plainly = meaning.intent is Intent.ALREADY_PAID and not to_come
    paid = plainly or (meaning.has(Intent.ALREADY_PAID) and says_paid(meaning.text))
    corrects = meaning.intent is Intent.PROPOSE_AMOUNT and says_what_it_was(meaning.text)
    amount = (meaning.has(Intent.DISPUTE_AMOUNT) or corrects) and state.contested
    if not paid and not amount and not meaning.has(Intent.DISPUTE_DEBT, Intent.DISPUTE_TIME_BARRED):
        return None
    if not paid and not state.verified and meaning.has(Intent.SUSPECTS_FRAUD):
        return None  # before anything was told, "isso é fraude" is about the call
    if not paid and state.verified and all_lapsed(ctx.case, ctx.today):
        return None  # nothing is asked for: there is nothing to contest, and `after_lapse` answers
    said = (acts.RegisterDispute(ctx.protocol, paid=paid), acts.SayGoodbye(Farewell.NEUTRAL))
    suppress = Suppress("dispute", ctx.today + DISPUTE_HOLD)
    if paid:
        return end(state, Move.PAID_ALREADY, Disposition.ALREADY_PAID, said, (suppress,))
    return end(state, Move.DISPUTED, Disposition.DISPUTE, said, (suppress,))


def _privacy(state: CallState, ctx: Context, meaning: Meaning) -> Step | None:
    if not meaning.has(Intent.PRIVACY_REQUEST):
        return None
    said = (acts.RegisterPrivacyRequest(ctx.protocol), acts.SayGoodbye(Farewell.NEUTRAL))
    return end(state, Move.PRIVACY, Disposition.PRIVACY_REQUEST, said, (Suppress("privacy_request"),))


def _human(state: CallState, ctx: Context, meaning: Meaning) -> Step | None:
    if meaning.has(Intent.REQUEST_HUMAN):
        return hand_over(state, ctx, EscalationReason.REQUEST)
    if meaning.intent is Intent.LEGAL_THREAT:
        return hand_over(state, ctx, EscalationReason.REQUEST, acts.Apologise())
    return None


def _vulnerable(state: CallState, ctx: Context, meaning: Meaning) -> Step | None:
    """Bereavement stops the asking, illness pauses it, debts beyond means go to a person; for the right person."""
    loss = state.phase is Phase.OPENING and meaning.has(Intent.BEREAVEMENT)  # whoever it is, not today
    if not loss and not state.identity.confirmed and not meaning.has(Intent.IDENTITY_CONFIRM):
        return None
    if meaning.has(Intent.BEREAVEMENT) or (state.verified and meaning.has(Intent.DECEASED)):
        sorry = acts.AcknowledgeHardship(Hardship.BEREAVEMENT)
        return hold(state, ctx, EscalationReason.BEREAVEMENT, BEREAVEMENT_HOLD_DAYS, sorry)
    if meaning.has(Intent.ILLNESS) and not is_supposed(meaning.text):
        return resting.ill(state, ctx, meaning)
    if meaning.has(Intent.OVER_INDEBTED) and state.verified:
        sorry = acts.AcknowledgeHardship(Hardship.OVER_INDEBTED)
        return hand_over(state, ctx, EscalationReason.OVER_INDEBTED, sorry)
    return None


def _insult(state: CallState, ctx: Context, meaning: Meaning) -> Step | None:
    if meaning.intent is not Intent.ABUSIVE:
        return None
    state = replace(state, insults=state.insults + 1)
    if state.insults >= MAX_INSULTS:
        return end(state, Move.GOODBYE, Disposition.ABUSIVE_END, (acts.SayGoodbye(Farewell.NEUTRAL),))
    return Step(Move.ASIDE, state, (acts.Deescalate(), *ask_again(state)))


def _callback(state: CallState, ctx: Context, meaning: Meaning) -> Step | None:
    if state.phase in {Phase.CALLBACK, Phase.THIRD_PARTY, Phase.HAND_OVER} or not meaning.has(Intent.REQUEST_CALLBACK):
        return None
    if state.verified and names_other_number(meaning.text) and not speaks_of_haste(meaning.text):
        return None  # answered where it is said
    # "Hoje não consigo", said to an account or an offer, is of money, though it may sound like "I cannot talk".
    of_money = meaning.intent in {Intent.CANNOT_PAY, Intent.JOB_LOSS, Intent.REJECT_OFFER}
    # "Hoje não, pode ser sexta?", said before anything was sent, moves the payment.
    of_money |= state.asks is Asks.CHANNEL and bool(meaning.values(EntityType.DATE))
    if state.verified and of_money and not speaks_of_the_call(meaning.text):
        return None
    if meaning.has(Intent.IDENTITY_CONFIRM) and not state.identity.denied:
        state = replace(state, identity=replace(state.identity, confirmed=True))
    return callback.wanted(state, ctx, meaning)


def _doubt(state: CallState, ctx: Context, meaning: Meaning) -> Step | None:
    """Distrust is fair: a way to check, then a person's choice."""
    if not meaning.has(Intent.SUSPECTS_FRAUD) or state.phase is Phase.THIRD_PARTY:
        return None
    says_me = state.phase is Phase.OPENING and meaning.has(Intent.IDENTITY_CONFIRM)
    entered = opening.confirmed(state, ctx) if says_me else None
    told = entered.acts[:-2] if entered is not None else ()
    state = entered.state if entered is not None else state
    state = replace(state, doubts=state.doubts + 1)
    if state.doubts > 1:
        return goodbye(state, Farewell.DOUBT)
    known = state.identity.confirmed or state.direction is Direction.INBOUND
    company = ctx.company if known else None
    site = ctx.case.creditor.website if company else None
    # What was asked waits: a yes to "shall we go on?" is never a yes to an offer.
    state = replace(state, parked=first_question(state) if entered is not None else state.question)
    move = entered.move if entered is not None else Move.ASIDE
    return Step(move, state, (*told, acts.OfferFraudCheck(company, site, ctx.protocol)))


def _farewell(state: CallState, ctx: Context, meaning: Meaning) -> Step | None:
    if meaning.intent is not Intent.GOODBYE or state.asks in {Asks.TEACH_BACK, Asks.CHANNEL}:
        return None
    refuses = meaning.has(Intent.DENY, Intent.REJECT_OFFER) and state.phase is not Phase.SATISFACTION
    if state.verified and refuses:
        said = (acts.AcknowledgeRefusal(), acts.SayGoodbye(Farewell.NEUTRAL))
        return end(state, Move.GOODBYE, Disposition.REFUSED, said)
    return goodbye(state, Farewell.NEUTRAL)


ROADS: Final[tuple[Road, ...]] = (
    _crisis,
    _stop,
    _who_answers,
    _lawyer,
    _human,
    _dispute,
    _privacy,
    _vulnerable,
    _insult,
    _doubt,
    _callback,
    _farewell,
)
"""In this order; danger to life before all else."""
