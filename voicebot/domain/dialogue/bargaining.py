"""From "how are you with this?" to an offer that fits: listens, offers, gives way in small steps, never insists."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Final

from voicebot.domain.dialogue import acts, strategy
from voicebot.domain.dialogue.acts import Act, AskCapacity, Hardship, MakeOffer, MakeTwoOffers, Verified
from voicebot.domain.dialogue.explanation import itemised
from voicebot.domain.dialogue.line import ask_again
from voicebot.domain.dialogue.offering import (
    accept,
    ask_capacity,
    give_way,
    leave_open,
    make_first_offer,
    offer_for_today,
    put,
)
from voicebot.domain.dialogue.phases import Asks, Phase
from voicebot.domain.dialogue.state import CallState, Context, Step
from voicebot.domain.dialogue.transitions import Move
from voicebot.domain.dialogue.words import asks_what_comes_later, says_monthly, says_now
from voicebot.domain.meaning import Entity, EntityType, Intent, Meaning
from voicebot.domain.money import Money
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


_NOT_NOW: Final = (
    Intent.DENY,
    Intent.REJECT_OFFER,
    Intent.CANNOT_PAY,
    Intent.JOB_LOSS,
    Intent.NEEDS_TIME,
    Intent.EVASIVE,
)


def talk(state: CallState, ctx: Context, meaning: Meaning) -> Step | None:
    """Explanation and negotiation: one handler, since people answer both with the same words."""
    token = state.identity.token
    if token is None:
        return None
    for answer in (_pays_now, _hardship, _amount, _instalments, _day, _answer_to_offer, _discount, _contests):
        step = answer(state, ctx, meaning, token)
        if step is not None:
            return step
    if not state.bargain.offers and meaning.has(*_WILLING):
        return make_first_offer(state, ctx, token)
    for answer in (question, _postponed, _evades):
        step = answer(state, ctx, meaning, token)
        if step is not None:
            return step
    return None


def _pays_now(state: CallState, ctx: Context, meaning: Meaning, token: Verified) -> Step | None:
    """Take "pago agora no Pix", said before any offer, or instead of one."""
    if meaning.has(*_NOT_NOW) or not says_now(meaning.text):
        return None
    asks_for_less = meaning.has(Intent.ASK_DISCOUNT) and not strategy.knows_today(ctx, state.bargain)
    if state.phase is Phase.EXPLANATION or not state.bargain.offers or asks_for_less:
        return offer_for_today(state, ctx, token)
    return None


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
        return step if step is None else replace(step, acts=(*before, *_after(before, step.acts)))
    if kind is Hardship.FORGOT:
        return make_first_offer(state, ctx, token, *before)
    if not state.bargain.asked_capacity:
        return ask_capacity(state, token, *before)
    return give_way(state, ctx, token, *before)


def _after(before: tuple[Act, ...], said: tuple[Act, ...]) -> tuple[Act, ...]:
    """One acknowledgement is enough."""
    return said[1:] if before and said and isinstance(said[0], acts.Acknowledge) else said


def _amount_said(meaning: Meaning) -> Entity | None:
    """The sum named; "nem cem reais" names none that fits."""
    named = (each for each in meaning.values(EntityType.MONEY) if each.value or each.low or each.high)
    text = meaning.text.lower()
    return next((each for each in named if f"nem {each.text.lower()}" not in text), None)


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
    found = strategy.fitting(ctx, asked, monthly=monthly, on=_day_said(meaning))
    if found is not None:
        return put(state, ctx, found[0], token, acts.Acknowledge(acts.Ack.UNDERSTOOD), in_return=found[1])
    within = strategy.within_month(ctx, asked) if monthly else None
    if within is not None and within.id not in {offer.id for offer in state.bargain.offers}:
        # Each month fits, only the entry is more than that: an offer to hear, not a no.
        return put(state, ctx, within, token, acts.Acknowledge(acts.Ack.UNDERSTOOD))
    return give_way(state, ctx, token, acts.DeclineCounter(token, asked))


def _instalments(state: CallState, ctx: Context, meaning: Meaning, token: Verified) -> Step | None:
    if not meaning.has(Intent.ASK_INSTALLMENTS):
        return None
    wanted = next((each.value for each in meaning.values(EntityType.INSTALMENTS) if each.value), None)
    count = int(wanted) if wanted and wanted.isdigit() else None
    if count is None and not state.bargain.asked_capacity:
        return ask_capacity(state, token, acts.Acknowledge(acts.Ack.OF_COURSE))
    offer = strategy.lightest_plan(ctx, instalments=count)
    if offer is None:
        return give_way(state, ctx, token, acts.DeclineCounter(token, None))
    return put(state, ctx, offer, token, acts.Acknowledge(acts.Ack.UNDERSTOOD))


def _day_said(meaning: Meaning) -> date | None:
    exact = [each.value for each in meaning.values(EntityType.DATE) if each.value and not each.value.startswith("--")]
    ranges = [each.low for each in meaning.values(EntityType.DATE) if each.low]
    return next((date.fromisoformat(text) for text in (*exact, *ranges)), None)


def _day(state: CallState, ctx: Context, meaning: Meaning, token: Verified) -> Step | None:
    """A day to pay: the plan on the table moved to it, else the lump sum on it where the promise window allows it."""
    if not meaning.has(Intent.PROPOSE_DATE):
        return None
    day = _day_said(meaning)
    if day is None:
        return Step(Move.SITUATION_TOLD, replace(state, misses=0), (acts.AskDate(token),))
    table = state.bargain.on_table
    moved = strategy.moved(ctx, table, day) if table is not None and table.kind is OfferKind.PLAN else None
    offer = moved or strategy.lump(ctx, due=day)
    can_pay = state.bargain.hardship in {None, Hardship.FORGOT}
    if offer is not None and (moved is not None or can_pay):
        return put(state, ctx, offer, token, acts.Acknowledge(acts.Ack.UNDERSTOOD))
    if not state.bargain.asked_capacity:
        return ask_capacity(state, token, acts.Acknowledge(acts.Ack.UNDERSTOOD))
    return give_way(state, ctx, token)


def _answer_to_offer(state: CallState, ctx: Context, meaning: Meaning, token: Verified) -> Step | None:
    """A yes is consent only where an offer is what was asked about."""
    offer = state.bargain.on_table
    if meaning.has(Intent.REJECT_OFFER, Intent.DENY):
        if state.phase is Phase.EXPLANATION:
            return ask_capacity(state, token, acts.Acknowledge(acts.Ack.UNDERSTOOD))
        return give_way(state, ctx, token)
    if offer is None or meaning.intent is Intent.ASK_DISCOUNT:
        return None
    if isinstance(state.question, acts.ReachedLimit):
        if meaning.has(Intent.ACCEPT_OFFER):
            return accept(state, ctx, offer, meaning, token)
        return leave_open(state, ctx, token) if meaning.has(Intent.AFFIRM, Intent.THANKS, Intent.EVASIVE) else None
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
    said = _explained(state, ctx, meaning, token)
    if said is None:
        return None
    return Step(Move.ASIDE, replace(state, misses=0), (*said, *ask_again(state)))


def _explained(state: CallState, ctx: Context, meaning: Meaning, token: Verified) -> tuple[Act, ...] | None:
    limits = ctx.case.creditor.limits
    offer = state.bargain.on_table
    match meaning.intent:
        case Intent.ASK_DEBT_DETAILS if offer is None or not asks_what_comes_later(meaning.text):
            return itemised(ctx, token)
        case Intent.ASK_CONSEQUENCES:
            return (acts.ExplainConsequences(token, credit_bureau=ctx.case.creditor.credit_bureau),)
        case Intent.ASK_PAYMENT_METHOD | Intent.CHOOSE_CHANNEL:
            return (acts.ExplainMethods(token, limits.methods),)
        case Intent.ASK_DUE_DATE | Intent.ASK_DEBT_DETAILS:
            discounted = offer is not None and offer.kind is not OfferKind.FULL
            return (acts.ExplainTerms(token, limits.agreement_broken_after_days, discounted),)
        case _:
            return None


def _postponed(state: CallState, ctx: Context, meaning: Meaning, token: Verified) -> Step | None:
    if not meaning.has(Intent.NEEDS_TIME):
        return None
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
