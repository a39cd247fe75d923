"""From "how are you with this?" to an offer that fits: listens, offers, gives way in small steps, never insists."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from voicebot.domain.dialogue import acts, asides, strategy
from voicebot.domain.dialogue.acts import Act, AskCapacity, Hardship, MakeOffer, MakeTwoOffers, Verified
from voicebot.domain.dialogue.explanation import itemised
from voicebot.domain.dialogue.line import ask_again
from voicebot.domain.dialogue.offering import (
    accept,
    ask_capacity,
    concedes,
    give_way,
    leave_open,
    make_first_offer,
    offer_for_today,
    put,
)
from voicebot.domain.dialogue.phases import Phase
from voicebot.domain.dialogue.proposing import NOT_NOW, amount, amount_said, day, instalments, other_day, smaller_entry
from voicebot.domain.dialogue.state import CallState, Context, Step
from voicebot.domain.dialogue.transitions import Move
from voicebot.domain.dialogue.words import (
    asks_for_an_example,
    asks_of_a_delay,
    asks_what_comes_later,
    says_now,
    wished_method,
)
from voicebot.domain.meaning import Intent, Meaning
from voicebot.domain.offers import OfferKind

_HARDSHIPS: Final = {
    Intent.JOB_LOSS: Hardship.JOB_LOSS,
    Intent.CANNOT_PAY: Hardship.CANNOT_PAY,
    Intent.FORGOT: Hardship.FORGOT,
    Intent.BROKEN_AGREEMENT: Hardship.BROKEN_AGREEMENT,
}
_WILLING: Final = (
    Intent.AFFIRM,
    Intent.ACCEPT_OFFER,
    Intent.FORGOT,
    Intent.ASK_DISCOUNT,
    Intent.THANKS,
    Intent.ASK_DUE_DATE,
    Intent.ASK_PAYMENT_METHOD,
    Intent.CHOOSE_CHANNEL,
)


def talk(state: CallState, ctx: Context, meaning: Meaning) -> Step | None:
    """Explanation and negotiation: one handler, since people answer both with the same words."""
    token = state.identity.token
    if token is None:
        return None
    if asides.answer(state, ctx, meaning, token) is not None:
        return question(state, ctx, meaning, token)
    state = _method_heeded(state, ctx, meaning)
    for answer in (
        *(_pays_now, smaller_entry, other_day, _example, _hardship, amount, instalments, day),
        *(_answer_to_offer, _discount, _contests),
    ):
        step = answer(state, ctx, meaning, token)
        if step is not None:
            return step
    if not state.bargain.offers and meaning.has(*_WILLING):
        looks = (acts.Acknowledge(acts.Ack.WILL_LOOK),) if meaning.has(Intent.ASK_DISCOUNT) else ()
        return make_first_offer(state, ctx, token, *looks)
    for answer in (question, _postponed, _evades):
        step = answer(state, ctx, meaning, token)
        if step is not None:
            return step
    return None


def _method_heeded(state: CallState, ctx: Context, meaning: Meaning) -> CallState:
    """Keep how the caller wants to pay until there is an offer to say yes to; the usual way needs no keeping."""
    methods = ctx.case.creditor.limits.methods
    named = wished_method(meaning.text)
    if state.bargain.chosen is not None or named not in methods:
        return state
    return replace(state, bargain=replace(state.bargain, method=named if named != methods[0] else None))


def _pays_now(state: CallState, ctx: Context, meaning: Meaning, token: Verified) -> Step | None:
    """Take "pago agora no Pix", said before any offer, instead of one, or as the yes to one."""
    if meaning.has(*NOT_NOW) or not says_now(meaning.text):
        return None
    asks_for_less = meaning.has(Intent.ASK_DISCOUNT)
    worth_more = asks_for_less and concedes(state, ctx) and not strategy.knows_today(ctx, state.bargain)
    if state.phase is Phase.EXPLANATION or not state.bargain.offers or worth_more:
        return offer_for_today(state, ctx, token)
    offered = strategy.offered_for_today(ctx, state.bargain)
    if offered is None or asks_for_less or amount_said(meaning) is not None:
        return None
    if offered == state.bargain.on_table and isinstance(state.question, MakeOffer | acts.AskIfItFits):
        return accept(state, ctx, offered, meaning, token)
    return put(state, ctx, offered, token, acts.Acknowledge(acts.Ack.GLAD))


def _example(state: CallState, ctx: Context, meaning: Meaning, token: Verified) -> Step | None:
    """Who asks back what it would be a month, or the least of it, gets an example to say yes or no to."""
    if not asks_for_an_example(meaning.text) or amount_said(meaning) is not None or state.bargain.offers:
        return None
    plan = strategy.lightest_plan(ctx)
    return put(state, ctx, plan, token, acts.Acknowledge(acts.Ack.UNDERSTOOD)) if plan is not None else None


def _hardship(state: CallState, ctx: Context, meaning: Meaning, token: Verified) -> Step | None:
    """Acknowledge before asking; the same hardship is acknowledged once."""
    kind = next((_HARDSHIPS[intent] for intent in meaning.intents if intent in _HARDSHIPS), None)
    if kind is None:
        return None
    before: tuple[Act, ...] = ()
    if state.bargain.hardship is not kind:
        before = (acts.AcknowledgeHardship(kind),)
        state = replace(state, bargain=replace(state.bargain, hardship=kind))
    if amount_said(meaning) is not None:
        step = amount(state, ctx, meaning, token)
        return step if step is None else replace(step, acts=(*before, *_after(before, step.acts)))
    if kind is Hardship.FORGOT:
        return make_first_offer(state, ctx, token, *before)
    if not state.bargain.asked_capacity:
        return ask_capacity(state, token, *before)
    return give_way(state, ctx, token, *before)


def _after(before: tuple[Act, ...], said: tuple[Act, ...]) -> tuple[Act, ...]:
    """One acknowledgement is enough."""
    return said[1:] if before and said and isinstance(said[0], acts.Acknowledge) else said


def _answer_to_offer(state: CallState, ctx: Context, meaning: Meaning, token: Verified) -> Step | None:
    """A yes is consent only where an offer is what was asked about."""
    offer = state.bargain.on_table
    if meaning.has(Intent.REJECT_OFFER, Intent.DENY):
        if state.phase is Phase.EXPLANATION:
            looks = acts.Ack.WILL_LOOK if meaning.has(Intent.ASK_DISCOUNT) else acts.Ack.UNDERSTOOD
            return ask_capacity(state, token, acts.Acknowledge(looks))
        return give_way(state, ctx, token)
    if offer is None or meaning.intent is Intent.ASK_DISCOUNT:
        return None
    if isinstance(state.question, acts.ReachedLimit):
        if meaning.has(Intent.ACCEPT_OFFER):
            return accept(state, ctx, offer, meaning, token)
        return leave_open(state, ctx, token) if meaning.has(Intent.AFFIRM, Intent.THANKS, Intent.EVASIVE) else None
    if isinstance(state.question, acts.OfferDueDays) and meaning.has(Intent.AFFIRM, Intent.ACCEPT_OFFER):
        return Step(Move.OFFER_MADE, replace(state, misses=0), (acts.AskIfItFits(token, offer),))
    asked = isinstance(state.question, MakeOffer | MakeTwoOffers | acts.AskIfItFits)
    if asked and meaning.has(Intent.AFFIRM, Intent.ACCEPT_OFFER):
        return accept(state, ctx, offer, meaning, token)
    return None


def _discount(state: CallState, ctx: Context, meaning: Meaning, token: Verified) -> Step | None:
    if not meaning.has(Intent.ASK_DISCOUNT) or not state.bargain.offers:
        return None
    return give_way(state, ctx, token, asked_less=True)


def _contests(state: CallState, ctx: Context, meaning: Meaning, token: Verified) -> Step | None:
    """Answer "why so much?": the account once more, item by item, before it becomes a dispute."""
    if meaning.intent is not Intent.DISPUTE_AMOUNT:
        return None
    state = replace(state, contested=True, misses=0)
    before: tuple[Act, ...] = (acts.Acknowledge(acts.Ack.UNDERSTOOD),)
    return Step(Move.ASIDE, state, (*before, *itemised(ctx, token), *ask_again(state)))


def question(state: CallState, ctx: Context, meaning: Meaning, token: Verified) -> Step | None:
    said = asides.answer(state, ctx, meaning, token)
    if said is None:
        said = _explained(state, ctx, meaning, token)
    if said is None:
        return None
    asked = state.question
    # The offer was heard a moment ago: what is asked again is whether it fits.
    fits = (acts.AskIfItFits(token, asked.offer),) if said and isinstance(asked, MakeOffer) else ask_again(state)
    if not said and state.offer is not None and state.phase is not Phase.CONFIRMATION:
        fits = (MakeOffer(token, state.offer, again=True),)
    return Step(Move.ASIDE, replace(state, misses=0), (*said, *fits))


def _explained(state: CallState, ctx: Context, meaning: Meaning, token: Verified) -> tuple[Act, ...] | None:
    limits = ctx.case.creditor.limits
    offer = state.bargain.on_table
    match meaning.intent:
        case Intent.ASK_DEBT_DETAILS if offer is None or not asks_what_comes_later(meaning.text):
            return itemised(ctx, token)
        case Intent.ASK_CONSEQUENCES if offer is None or not asks_of_a_delay(meaning.text):
            return (acts.ExplainConsequences(token, credit_bureau=ctx.case.creditor.credit_bureau),)
        case Intent.ASK_PAYMENT_METHOD | Intent.CHOOSE_CHANNEL:
            return (acts.ExplainMethods(token, limits.methods),)
        case Intent.ASK_DUE_DATE | Intent.ASK_DEBT_DETAILS | Intent.ASK_CONSEQUENCES:
            discounted = offer is not None and offer.kind is not OfferKind.FULL
            return (acts.ExplainTerms(token, limits.agreement_broken_after_days, discounted),)
        case _:
            return None


def _postponed(state: CallState, ctx: Context, meaning: Meaning, token: Verified) -> Step | None:
    if not meaning.has(Intent.NEEDS_TIME) or meaning.intent in {Intent.CONFUSED, Intent.EVASIVE}:
        return None  # who is lost is helped, not sent away; "deixa eu ver" alone asks for no other day
    return leave_open(state, ctx, token)


def _evades(state: CallState, ctx: Context, meaning: Meaning, token: Verified) -> Step | None:
    """Neither yes nor no: not the same question a third time, but an example, and then time."""
    if meaning.intent is not Intent.EVASIVE:
        return None
    if not isinstance(state.question, AskCapacity):
        return None if state.asides == 0 else leave_open(state, ctx, token)
    example = strategy.lightest_plan(ctx)
    known = {offer.id for offer in state.bargain.offers}
    if example is None or example.id in known:
        return leave_open(state, ctx, token)
    return put(state, ctx, example, token, acts.Acknowledge(acts.Ack.UNDERSTOOD))
