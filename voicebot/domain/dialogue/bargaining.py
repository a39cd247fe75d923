"""From "how are you with this?" to an offer that fits: listens, offers, gives way in small steps, never insists."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Final

from voicebot.domain import negotiation
from voicebot.domain.dialogue import acts, strategy
from voicebot.domain.dialogue.acts import Act, Hardship, MakeOffer, Return, Verified
from voicebot.domain.dialogue.endings import end, hand_over
from voicebot.domain.dialogue.explanation import itemised
from voicebot.domain.dialogue.line import ask_again
from voicebot.domain.dialogue.phases import Asks, Disposition, EscalationReason, Phase
from voicebot.domain.dialogue.state import CallState, Context, Step
from voicebot.domain.dialogue.transitions import Move
from voicebot.domain.dialogue.words import named_method, says_monthly
from voicebot.domain.meaning import Entity, EntityType, Intent, Meaning
from voicebot.domain.money import Money
from voicebot.domain.offers import Offer, OfferKind

_HARDSHIPS: Final = {
    Intent.JOB_LOSS: Hardship.JOB_LOSS,
    Intent.CANNOT_PAY: Hardship.CANNOT_PAY,
    Intent.FORGOT: Hardship.FORGOT,
    Intent.BROKEN_AGREEMENT: Hardship.BROKEN_AGREEMENT,
}
_WILLING: Final = (Intent.AFFIRM, Intent.ACCEPT_OFFER, Intent.FORGOT, Intent.ASK_DISCOUNT, Intent.THANKS)


def talk(state: CallState, ctx: Context, meaning: Meaning) -> Step | None:
    """Explanation and negotiation: one handler, since people answer both with the same words."""
    token = state.identity.token
    if token is None:
        return None
    for answer in (_hardship, _amount, _instalments, _day, _answer_to_offer, _discount, _question, _postponed):
        step = answer(state, ctx, meaning, token)
        if step is not None:
            return step
    if state.phase is Phase.EXPLANATION and meaning.has(*_WILLING):
        return make_first_offer(state, ctx, token)
    return None


def put(
    state: CallState,
    offer: Offer,
    token: Verified,
    *before: Act,
    in_return: Return = Return.NONE,
    last: bool = False,
) -> Step:
    """Lay an offer on the table and ask whether it fits."""
    known = any(each.id == offer.id for each in state.bargain.offers)
    state = replace(state, bargain=state.bargain.with_offer(offer), misses=0, asides=0)
    said = (*before, MakeOffer(token, offer, in_return, is_last=last, again=known))
    return Step(Move.OFFER_MADE, state, said)


def make_first_offer(state: CallState, ctx: Context, token: Verified, *before: Act) -> Step:
    offer = strategy.first(ctx)
    if offer is None:
        return hand_over(state, ctx, EscalationReason.REQUEST, *before)
    return put(state, offer, token, *before)


def ask_capacity(state: CallState, token: Verified, *before: Act) -> Step:
    state = replace(state, bargain=replace(state.bargain, asked_capacity=True), misses=0, asides=0)
    return Step(Move.SITUATION_TOLD, state, (*before, acts.AskCapacity(token)))


def _hardship(state: CallState, ctx: Context, meaning: Meaning, token: Verified) -> Step | None:
    """Acknowledge before asking; the same hardship is acknowledged once."""
    kind = next((_HARDSHIPS[intent] for intent in meaning.intents if intent in _HARDSHIPS), None)
    if kind is None:
        return None
    before: tuple[Act, ...] = ()
    if state.bargain.hardship is not kind:
        before = (acts.AcknowledgeHardship(kind),)
        state = replace(state, bargain=replace(state.bargain, hardship=kind))
    if _amount_said(meaning) is not None:
        step = _amount(state, ctx, meaning, token)
        return step if step is None else replace(step, acts=(*before, *step.acts))
    if kind is Hardship.FORGOT:
        return make_first_offer(state, ctx, token, *before)
    if not state.bargain.asked_capacity:
        return ask_capacity(state, token, *before)
    return _give_way(state, ctx, token, *before)


def _amount_said(meaning: Meaning) -> Entity | None:
    return next((each for each in meaning.values(EntityType.MONEY) if each.value or each.low or each.high), None)


def _amount(state: CallState, ctx: Context, meaning: Meaning, token: Verified) -> Step | None:
    """What the caller says fits: the best permitted offer that meets it, or an honest no with the nearest."""
    said = _amount_said(meaning)
    if said is None or meaning.intent in {Intent.ASK_DEBT_DETAILS, Intent.ACCEPT_OFFER, Intent.AFFIRM}:
        return None
    asked = Money.of(said.value or said.high or said.low or "0.00")
    if asked.cents <= 0:
        return None
    monthly = says_monthly(meaning.text)
    if monthly is None:
        monthly = state.asks is Asks.AMOUNT or asked.cents * 2 < strategy.owed_total(ctx).cents
    state = replace(state, bargain=replace(state.bargain, capacity=asked))
    found = strategy.fitting(ctx, asked, monthly=monthly)
    if found is not None:
        return put(state, found[0], token, acts.Acknowledge(acts.Ack.UNDERSTOOD), in_return=found[1])
    return _give_way(state, ctx, token, acts.DeclineCounter(token, asked))


def _instalments(state: CallState, ctx: Context, meaning: Meaning, token: Verified) -> Step | None:
    if not meaning.has(Intent.ASK_INSTALLMENTS):
        return None
    wanted = next((each.value for each in meaning.values(EntityType.INSTALMENTS) if each.value), None)
    count = int(wanted) if wanted and wanted.isdigit() else None
    if count is None and not state.bargain.asked_capacity:
        return ask_capacity(state, token, acts.Acknowledge(acts.Ack.OF_COURSE))
    offer = strategy.lightest_plan(ctx, instalments=count)
    if offer is None:
        return _give_way(state, ctx, token, acts.DeclineCounter(token, None))
    return put(state, offer, token, acts.Acknowledge(acts.Ack.UNDERSTOOD))


def _day(state: CallState, ctx: Context, meaning: Meaning, token: Verified) -> Step | None:
    """A day to pay: the lump sum on that day where the promise window allows it."""
    if not meaning.has(Intent.PROPOSE_DATE):
        return None
    named = next((each.value or each.low for each in meaning.values(EntityType.DATE)), None)
    if named is None or named.startswith("--"):
        return Step(Move.SITUATION_TOLD, replace(state, misses=0), (acts.AskDate(token),))
    day = date.fromisoformat(named)
    offer = strategy.lump(ctx, due=day)
    if offer is not None:
        return put(state, offer, token, acts.Acknowledge(acts.Ack.UNDERSTOOD))
    if not state.bargain.asked_capacity:
        return ask_capacity(state, token, acts.Acknowledge(acts.Ack.UNDERSTOOD))
    return _give_way(state, ctx, token)


def _answer_to_offer(state: CallState, ctx: Context, meaning: Meaning, token: Verified) -> Step | None:
    offer = state.bargain.on_table
    if meaning.has(Intent.REJECT_OFFER, Intent.DENY):
        if state.phase is Phase.EXPLANATION:
            return ask_capacity(state, token, acts.Acknowledge(acts.Ack.UNDERSTOOD))
        return _give_way(state, ctx, token)
    if not meaning.has(Intent.AFFIRM, Intent.ACCEPT_OFFER):
        return None
    if offer is None:
        return make_first_offer(state, ctx, token) if state.phase is Phase.NEGOTIATION else None
    return accept(state, ctx, offer, meaning, token)


def accept(state: CallState, ctx: Context, offer: Offer, meaning: Meaning, token: Verified) -> Step:
    """Read back amount, dates and method before anything counts."""
    methods = ctx.case.creditor.limits.methods
    named = named_method(meaning.text)
    method = named if named in methods else methods[0]
    state = replace(state, bargain=replace(state.bargain, chosen=offer, method=method), misses=0)
    return Step(Move.ACCEPTED, state, (acts.ConfirmAgreement(token, offer, method),))


def _discount(state: CallState, ctx: Context, meaning: Meaning, token: Verified) -> Step | None:
    if not meaning.has(Intent.ASK_DISCOUNT):
        return None
    if not state.bargain.offers:
        return make_first_offer(state, ctx, token)
    return _give_way(state, ctx, token)


def _give_way(state: CallState, ctx: Context, token: Verified, *before: Act) -> Step:
    """One more step towards the caller, each smaller, at most `max_concessions`; then time to think."""
    bargain = state.bargain
    if not bargain.asked_capacity and bargain.capacity is None and not before:
        return ask_capacity(state, token, acts.Acknowledge(acts.Ack.UNDERSTOOD))
    if bargain.concessions < ctx.case.creditor.limits.max_concessions:
        found = strategy.next_concession(ctx, bargain)
        if found is not None:
            offer, in_return = found
            state = replace(state, bargain=replace(bargain, concessions=bargain.concessions + 1))
            last = in_return is not Return.NONE
            return put(state, offer, token, *before, in_return=in_return, last=last)
    return leave_open(state, ctx, token, *before)


def leave_open(state: CallState, ctx: Context, token: Verified, *before: Act) -> Step:
    """No pressing: the offers stand for some days, and the call ends kindly."""
    until = negotiation.valid_until(ctx.case, ctx.today)
    said = (*before, acts.GiveTime(token, until), acts.SayGoodbye(acts.Farewell.WARM))
    return end(state, Move.UNDECIDED, Disposition.NO_AGREEMENT, said)


def _question(state: CallState, ctx: Context, meaning: Meaning, token: Verified) -> Step | None:
    said = _explained(state, ctx, meaning, token)
    if said is None:
        return None
    return Step(Move.ASIDE, replace(state, misses=0), (*said, *ask_again(state)))


def _explained(state: CallState, ctx: Context, meaning: Meaning, token: Verified) -> tuple[Act, ...] | None:
    limits = ctx.case.creditor.limits
    offer = state.bargain.on_table
    match meaning.intent:
        case Intent.ASK_DEBT_DETAILS:
            return itemised(ctx, token)
        case Intent.ASK_CONSEQUENCES:
            return (acts.ExplainConsequences(token),)
        case Intent.ASK_PAYMENT_METHOD | Intent.CHOOSE_CHANNEL:
            return (acts.ExplainMethods(token, limits.methods),)
        case Intent.ASK_DUE_DATE:
            discounted = offer is not None and offer.kind is not OfferKind.FULL
            return (acts.ExplainTerms(token, limits.agreement_broken_after_days, discounted),)
        case _:
            return None


def _postponed(state: CallState, ctx: Context, meaning: Meaning, token: Verified) -> Step | None:
    if not meaning.has(Intent.NEEDS_TIME):
        return None
    if not state.bargain.offers:
        return make_first_offer(state, ctx, token, acts.Acknowledge(acts.Ack.OF_COURSE))
    return leave_open(state, ctx, token)
