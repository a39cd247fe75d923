"""From yes to done: read-back, the caller's own words, where to send it, and the agreement on record."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Final

from voicebot.domain.agreement import Agreement
from voicebot.domain.dialogue import acts, asides, bargaining, line, offering
from voicebot.domain.dialogue.endings import end, hand_over
from voicebot.domain.dialogue.phases import Asks, Disposition, EscalationReason, Phase
from voicebot.domain.dialogue.state import CallState, Context, RecordAgreement, SendPaymentMessage, Step
from voicebot.domain.dialogue.transitions import Move
from voicebot.domain.dialogue.words import (
    lacking_channels,
    named_channel,
    named_method,
    says_any,
    says_yes,
    wished_method,
)
from voicebot.domain.meaning import Entity, EntityType, Intent, Meaning
from voicebot.domain.offers import Offer, OfferKind
from voicebot.domain.portfolio import Channel

TEACH_BACKS: Final = 2
BINDING: Final = 0.8
"""A yes that binds is understood at least so surely, or says yes and nothing else; otherwise it is asked for again."""
_OTHER_TERMS: Final = (Intent.PROPOSE_DATE, Intent.ASK_INSTALLMENTS, Intent.CANNOT_PAY)
NEAR: Final = Decimal(1)
"""Reais: people round when they repeat an amount ("cento e sete e pouquinho")."""


def confirmation(state: CallState, ctx: Context, meaning: Meaning) -> Step | None:
    """The read-back's yes, then what was agreed in the caller's own words."""
    token, offer = state.identity.token, state.bargain.chosen
    if token is None or offer is None:
        return None
    if state.asks is Asks.TEACH_BACK:
        return _taught(state, ctx, meaning)
    if _declines(meaning):
        return _reconsider(state, ctx, meaning)
    if asides.answer(state, ctx, meaning, token) is not None:
        return bargaining.question(state, ctx, meaning, token)  # "pode, mas o Pix é no nome de quem?"
    method = named_method(meaning.text)
    if method in ctx.case.creditor.limits.methods and method != state.bargain.method:
        changed = replace(state, bargain=replace(state.bargain, method=method))
        return Step(Move.ASIDE, changed, (acts.ConfirmAgreement(token, offer, method),))
    of_the_way = meaning.has(Intent.ASK_PAYMENT_METHOD) and not says_yes(meaning.text)
    greets = meaning.has(Intent.GREETING) and not says_yes(meaning.text)  # "alô, tudo bem"
    consents = meaning.has(Intent.AFFIRM, Intent.ACCEPT_OFFER, Intent.CHOOSE_CHANNEL) and not of_the_way
    beside = bool(meaning.also) or not says_yes(meaning.text)  # "é de quando isso?" has a yes in it, and asks
    if consents and beside and meaning.confidence < BINDING:
        return line.not_understood(state, ctx)
    if consents and not greets and isinstance(state.question, acts.ConfirmAgreement):
        confirmed = replace(state, misses=0)
        return Step(Move.CONFIRMED, confirmed, (acts.AskTeachBack(token),))
    return bargaining.talk(state, ctx, meaning)


def _declines(meaning: Meaning) -> bool:
    """A no to what was agreed; "no whats" only sounds like one."""
    sounds = meaning.has(Intent.CHOOSE_CHANNEL, Intent.ASK_PAYMENT_METHOD) and meaning.confidence < BINDING
    return meaning.has(Intent.DENY, Intent.REJECT_OFFER) and not sounds


def _reconsider(state: CallState, ctx: Context, meaning: Meaning) -> Step:
    """Not like this: what was said with the no counts more than the no."""
    token = state.identity.token
    reopened = replace(state, bargain=replace(state.bargain, chosen=None, taught=False, teach_backs=0))
    if meaning.has(Intent.PROPOSE_AMOUNT, Intent.PROPOSE_DATE, Intent.ASK_INSTALLMENTS):
        step = bargaining.talk(reopened, ctx, meaning)
        late = state.phase is Phase.PAYMENT
        if step is not None and not (late and step.move is Move.UNDECIDED):  # nobody is let go for thinking again
            asks_back = late and step.move is Move.SITUATION_TOLD
            return replace(step, move=Move.RECONSIDERED) if asks_back else step
    if token is None:
        return Step(Move.ASIDE, reopened)
    asked = offering.ask_capacity(reopened, token, acts.Acknowledge(acts.Ack.UNDERSTOOD))
    return replace(asked, move=Move.RECONSIDERED)


def _taught(state: CallState, ctx: Context, meaning: Meaning) -> Step | None:
    token, offer = state.identity.token, state.bargain.chosen
    if token is None or offer is None:
        return None
    if meaning.has(Intent.REJECT_OFFER) or (meaning.intent is Intent.DENY and _declines(meaning)):
        return _reconsider(state, ctx, meaning)
    method = wished_method(meaning.text)
    if method in ctx.case.creditor.limits.methods and method != state.bargain.method:
        changed = replace(state, bargain=replace(state.bargain, method=method), misses=0)
        return Step(Move.ASIDE, changed, (acts.ConfirmAgreement(token, offer, method),))
    again = (acts.RecapAgreement(token, offer), acts.AskTeachBack(token, again=True))
    tries = state.bargain.teach_backs + 1
    state = replace(state, bargain=replace(state.bargain, teach_backs=tries), misses=0)
    if restates(offer, meaning):
        return _ask_channel(state, ctx, acts.Acknowledge(acts.Ack.GLAD))
    if tries < TEACH_BACKS or (tries == TEACH_BACKS and meaning.has(Intent.REPEAT)):
        return Step(Move.ASIDE, state, again)
    if tries == TEACH_BACKS and meaning.has(Intent.AFFIRM, Intent.ACCEPT_OFFER, Intent.CHOOSE_CHANNEL):
        # "Manda no zap" wants it done: the short question alone, a last time, before a person is called.
        return Step(Move.ASIDE, state, again[1:])
    # Twice not what was agreed: nobody is bound by what they did not follow; a person goes through it with them.
    return hand_over(state, ctx, EscalationReason.NOT_UNDERSTOOD)


def restates(offer: Offer, meaning: Meaning) -> bool:
    """True when an amount, a date or the number of instalments is right, and no amount and no day is wrong."""
    payments = (*((offer.entry,) if offer.entry else ()), *offer.instalments)
    amounts = {offer.total.amount, *(payment.amount.amount for payment in payments)}
    said = [each for each in meaning.values(EntityType.MONEY) if each.value]
    if not all(any(_means(each, right) for right in amounts) for each in said):
        return False
    days = {payment.due.isoformat() for payment in payments}
    dates = [each.value for each in meaning.values(EntityType.DATE) if each.value and not each.approx]
    monthly = {payment.due.day for payment in offer.instalments}
    if not all(each in days or (offer.kind is OfferKind.PLAN and int(each[-2:]) in monthly) for each in dates):
        return False
    counts = [each.value for each in meaning.values(EntityType.INSTALMENTS) if each.value]
    return bool(said) or any(each in days for each in dates) or str(len(offer.instalments)) in counts


def _means(said: Entity, right: Decimal) -> bool:
    """To the real; "oitocentos e sessenta e pouco" is of 865,59 too."""
    amount = Decimal(said.value or 0)
    rest = max(amount / 10, Decimal(10)) if said.approx else NEAR
    return abs(amount - right) <= NEAR or 0 <= right - amount <= rest


def _ask_channel(state: CallState, ctx: Context, *before: acts.Act) -> Step:
    token = state.identity.token
    if token is None:
        return Step(Move.ASIDE, state)
    debtor = ctx.case.debtor
    usable = [Channel.WHATSAPP, Channel.SMS, *([Channel.EMAIL] if debtor.email else [])]
    preferred = debtor.preferred_channel if debtor.preferred_channel in usable else Channel.SMS
    others = tuple(channel.value for channel in usable if channel is not preferred)
    state = replace(state, bargain=replace(state.bargain, taught=True))
    ask = acts.AskChannel(token, preferred.value, others, debtor.phone[-2:])
    return Step(Move.TAUGHT_BACK, state, (*before, ask))


def payment(state: CallState, ctx: Context, meaning: Meaning) -> Step | None:
    """The answer to "where do I send it?"; then it is done, and the goodbye."""
    token, offer, asked = state.identity.token, state.bargain.chosen, state.question
    if token is None or offer is None or not isinstance(asked, acts.AskChannel):
        return None
    if asides.answer(state, ctx, meaning, token) is not None:
        return bargaining.question(state, ctx, meaning, token)
    if meaning.has(Intent.REQUEST_CALLBACK) and meaning.values(EntityType.DATE):
        meaning = replace(meaning, intent=Intent.PROPOSE_DATE)  # it came here: another day to pay, not to talk
    goes_on = meaning.has(Intent.AFFIRM, Intent.ACCEPT_OFFER, Intent.CHOOSE_CHANNEL)
    if meaning.has(Intent.REJECT_OFFER) or (meaning.has(*_OTHER_TERMS) and not goes_on):
        return _reconsider(state, ctx, meaning)  # nothing was sent yet: "não, hoje não dá, pode ser sexta?"
    if (step := _named(state, ctx, asked, meaning)) is not None:
        return step
    if meaning.has(Intent.AFFIRM, Intent.ACCEPT_OFFER, Intent.THANKS) or says_any(meaning.text):
        return _done(state, ctx, Channel(asked.preferred))
    if meaning.intent is Intent.DENY and asked.others:
        rest = replace(asked, preferred=asked.others[0], others=asked.others[1:])
        return Step(Move.ASIDE, replace(state, misses=0), (acts.Acknowledge(acts.Ack.OF_COURSE), rest))
    if meaning.has(Intent.ASK_PAYMENT_METHOD):
        methods = ctx.case.creditor.limits.methods
        return Step(Move.ASIDE, replace(state, misses=0), (acts.ExplainMethods(token, methods), asked))
    if meaning.intent is Intent.CHOOSE_CHANNEL:
        return Step(Move.ASIDE, replace(state, misses=0), (asked,))  # "pelo correio pode?"
    return bargaining.question(state, ctx, meaning, token)


def _named(state: CallState, ctx: Context, asked: acts.AskChannel, meaning: Meaning) -> Step | None:
    """A channel named: the code goes there; one that the caller has not is offered no more."""
    text, lacking = lacking_channels(meaning.text, Channel(asked.preferred))
    named = named_channel(text)
    offered = (asked.preferred, *asked.others)
    if named is not None and named.value in offered:
        return _done(state, ctx, named)
    left = [each for each in offered if Channel(each) not in lacking]
    if not left or len(left) == len(offered):
        return None
    rest = replace(asked, preferred=left[0], others=tuple(left[1:]))
    return Step(Move.ASIDE, replace(state, misses=0), (acts.Acknowledge(acts.Ack.OF_COURSE), rest))


def _done(state: CallState, ctx: Context, channel: Channel) -> Step:
    token, offer, method = state.identity.token, state.bargain.chosen, state.bargain.method
    if token is None or offer is None or method is None:
        return Step(Move.ASIDE, state)
    agreement = Agreement(
        offer, method, channel.value, confirmed=True, teach_back=state.bargain.taught, agreed_at=ctx.now
    )
    limits = ctx.case.creditor.limits
    discounted = offer.kind is not OfferKind.FULL
    said = (
        acts.SendPayment(token, method, channel.value, accepted=False),
        acts.ExplainTerms(token, limits.agreement_broken_after_days, discounted),
        acts.SayGoodbye(acts.Farewell.AGREEMENT),
    )
    disposition = Disposition.AGREEMENT if discounted else Disposition.PROMISE_TO_PAY
    state = replace(state, agreement=agreement)
    return end(state, Move.SENT, disposition, said, (RecordAgreement(agreement), SendPaymentMessage(agreement)))
