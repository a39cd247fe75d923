"""What callers propose: a sum, a first sum, so many parts, a day; the best permitted offer meets it or an honest no."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Final

from voicebot.domain import negotiation
from voicebot.domain.dialogue import acts, strategy
from voicebot.domain.dialogue.acts import Hardship, MakeOffer, Verified
from voicebot.domain.dialogue.offering import accept, ask_capacity, can_give_way, give_way, make_first_offer, put
from voicebot.domain.dialogue.phases import Asks
from voicebot.domain.dialogue.state import CallState, Context, Step
from voicebot.domain.dialogue.transitions import Move
from voicebot.domain.dialogue.words import (
    says_entry,
    says_monthly,
    says_now,
    says_when,
    says_whole,
    wants_smaller_entry,
)
from voicebot.domain.meaning import Entity, EntityType, Intent, Meaning
from voicebot.domain.money import Money
from voicebot.domain.offers import OfferKind

NOT_NOW: Final = (
    Intent.DENY,
    Intent.REJECT_OFFER,
    Intent.CANNOT_PAY,
    Intent.JOB_LOSS,
    Intent.NEEDS_TIME,
    Intent.EVASIVE,
)


_OF_A_PLAN: Final = (MakeOffer, acts.AskIfItFits, acts.ConfirmAgreement, acts.OfferDueDays)
_OF_DAYS: Final = (Intent.PROPOSE_DATE, Intent.ASK_DUE_DATE, Intent.ASK_INSTALLMENTS)


def amount_said(meaning: Meaning) -> Entity | None:
    """The sum named; "nem cem reais" and "cento e vinte não dá" name none that fits."""
    if EntityType.MONEY in meaning.refused:
        return None
    return next((each for each in meaning.values(EntityType.MONEY) if each.value or each.low or each.high), None)


def amount(state: CallState, ctx: Context, meaning: Meaning, token: Verified) -> Step | None:
    """What the caller says fits: the best permitted offer that meets it, or an honest no with the nearest."""
    said = amount_said(meaning)
    if said is None or meaning.intent in {Intent.ASK_DEBT_DETAILS, Intent.ACCEPT_OFFER, Intent.AFFIRM}:
        return None
    asked = Money.of(said.value or (said.low if said.approx else said.high) or said.low or "0.00")
    if asked.cents <= 0:
        return None
    table = state.bargain.on_table
    takes = isinstance(state.question, MakeOffer | acts.AskIfItFits) and not meaning.has(*NOT_NOW)
    if table is not None and takes and strategy.names(table, asked):
        return accept(state, ctx, table, meaning, token)
    begun = _entry(state, ctx, meaning, token) if says_entry(meaning.text) else None
    if begun is not None:
        return begun
    monthly = says_monthly(meaning.text)
    if monthly is None:
        monthly = state.asks is Asks.AMOUNT or asked.cents * 2 < strategy.owed_total(ctx).cents
    state = replace(state, bargain=replace(state.bargain, capacity=asked))
    day_said = _day_said(ctx, meaning)
    known = None if monthly or day_said else strategy.told_within(state.bargain, asked)
    if known is not None:
        # They were told a price that asks no more than this: that one stands, and none is dearer for having been asked.
        if takes and table is not None and table.id == known.id:
            return accept(state, ctx, known, meaning, token)
        return put(state, ctx, known, token, acts.Acknowledge(acts.Ack.UNDERSTOOD))
    found = strategy.fitting(ctx, asked, monthly=monthly, on=day_said)
    if found is not None:
        return put(state, ctx, found[0], token, acts.Acknowledge(acts.Ack.UNDERSTOOD), in_return=found[1])
    within = strategy.within_month(ctx, asked) if monthly else None
    if within is not None and within.id not in {offer.id for offer in state.bargain.offers}:
        # Each month fits, only the entry is more than that: an offer to hear, not a no.
        return put(state, ctx, within, token, acts.Acknowledge(acts.Ack.UNDERSTOOD))
    # A sum that was not heard whole is not said back.
    return give_way(state, ctx, token, acts.DeclineCounter(token, asked if said.value else None))


def smaller_entry(state: CallState, ctx: Context, meaning: Meaning, token: Verified) -> Step | None:
    """Less to begin with, and no sum named: the plan that asks the least at first, or an honest no."""
    table = state.offer
    if (
        table is None
        or table.entry is None
        or not wants_smaller_entry(meaning.text)
        or amount_said(meaning) is not None
        or meaning.has(*NOT_NOW)
    ):
        return None
    least = strategy.lightest_plan(ctx)
    if least is not None and least.entry is not None and least.entry.amount < table.entry.amount:
        return put(state, ctx, least, token, acts.Acknowledge(acts.Ack.UNDERSTOOD))
    told = (acts.Acknowledge(acts.Ack.UNDERSTOOD), acts.KeepEntry(token, table), acts.AskIfItFits(token, table))
    return Step(Move.OFFER_MADE, replace(state, misses=0), told)


def other_day(state: CallState, ctx: Context, meaning: Meaning, token: Verified) -> Step | None:
    """The same instalments on another day of the month; where the creditor has no such day, those that it has."""
    table, asked = state.offer, state.question
    if table is None or table.kind is not OfferKind.PLAN or not isinstance(asked, _OF_A_PLAN):
        return None
    more = meaning.values(EntityType.INSTALMENTS) or amount_said(meaning) is not None
    at_once = says_entry(meaning.text) or says_now(meaning.text) or says_whole(meaning.text)
    if more or at_once or not meaning.has(*_OF_DAYS) or meaning.has(Intent.NEEDS_TIME):
        return None
    wished = _day_said(ctx, meaning)
    if wished is None:
        return None
    moved = strategy.moved(ctx, table, wished)
    if moved is not None and moved.id != table.id:
        return put(state, ctx, moved, token, acts.Acknowledge(acts.Ack.UNDERSTOOD))
    exact = any(each.value == wished.isoformat() for each in meaning.values(EntityType.DATE))
    days = tuple(sorted(ctx.case.creditor.limits.due_days))
    if moved is not None or not exact or wished.day in days or isinstance(asked, acts.OfferDueDays):
        return None
    return Step(Move.SITUATION_TOLD, replace(state, misses=0), (acts.OfferDueDays(token, days),))


def _entry(state: CallState, ctx: Context, meaning: Meaning, token: Verified) -> Step | None:
    """A first sum to begin with: a plan that takes it, or an honest no with the plan that asks the least at first."""
    named = [each for each in meaning.values(EntityType.MONEY) if each.value]
    if not named:
        return None
    at = meaning.text.find("entrada")
    first = min(named, key=lambda each: abs(at - meaning.text.find(each.text)))
    entry = Money.of(first.value or "0.00")
    a_month = next((Money.of(each.value) for each in named if each is not first and each.value), None)
    if a_month is not None:
        state = replace(state, bargain=replace(state.bargain, capacity=a_month))
    offer = strategy.with_entry(ctx, entry, state.bargain.capacity)
    if offer is not None:
        return put(state, ctx, offer, token, acts.Acknowledge(acts.Ack.UNDERSTOOD))
    least = strategy.lightest_plan(ctx)
    known = {each.id for each in state.bargain.offers}
    if least is not None and least.id not in known:
        return put(state, ctx, least, token, acts.DeclineCounter(token, entry))
    return give_way(state, ctx, token, acts.DeclineCounter(token, entry))


def instalments(state: CallState, ctx: Context, meaning: Meaning, token: Verified) -> Step | None:
    if not meaning.has(Intent.ASK_INSTALLMENTS):
        return None
    if meaning.has(Intent.PROPOSE_DATE) and not meaning.values(EntityType.INSTALMENTS) and _day_said(ctx, meaning):
        return None  # "dá pra começar só em janeiro?" is of the day
    counted = (*meaning.values(EntityType.INSTALMENTS), *meaning.values(EntityType.NUMBER))  # "e em seis?"
    wanted = next((each.value for each in counted if each.value), None)
    # "De uma vez não dá" wants more than one.
    count = int(wanted) if wanted and wanted.isdigit() and wanted not in {"0", "1"} else None
    known = next((each for each in reversed(state.bargain.offers) if each.kind is OfferKind.PLAN), None)
    table = state.bargain.on_table
    if count is None and known is not None and table is not None and table.kind is not OfferKind.PLAN:
        # "Prefiro parcelado", said to a sum at once: the plan they were told, and no other.
        return put(state, ctx, known, token, acts.Acknowledge(acts.Ack.UNDERSTOOD))
    if count is None and not state.bargain.asked_capacity:
        return ask_capacity(state, token, acts.Acknowledge(acts.Ack.OF_COURSE))
    offer = strategy.lightest_plan(ctx, instalments=count)
    if offer is None:
        return give_way(state, ctx, token, acts.DeclineCounter(token, None))
    is_less = count is not None and len(offer.instalments) + (offer.entry is not None) < count
    before = acts.DeclineCounter(token, None) if is_less else acts.Acknowledge(acts.Ack.UNDERSTOOD)
    return put(state, ctx, offer, token, before)


def _day_said(ctx: Context, meaning: Meaning) -> date | None:
    """Give the day named; of a stretch its first day, of one that has begun ("até o fim do mês") the last to be had.

    "Sexta não dá" names no day to pay.
    """
    if EntityType.DATE in meaning.refused:
        return None
    days = meaning.values(EntityType.DATE)
    exact = [date.fromisoformat(each.value) for each in days if each.value and not each.value.startswith("--")]
    if exact:
        return exact[0]
    for each in days:
        if each.low and each.low > ctx.today.isoformat():
            return date.fromisoformat(each.low)
        if each.high and each.high >= ctx.today.isoformat():
            return min(date.fromisoformat(each.high), negotiation.last_promise_day(ctx.case, ctx.today))
    return None


def day(state: CallState, ctx: Context, meaning: Meaning, token: Verified) -> Step | None:
    """A day to pay: the plan on the table moved to it, else the lump sum on it where the promise window allows it."""
    if not meaning.has(Intent.PROPOSE_DATE):
        return None
    wished = _day_said(ctx, meaning)
    open_to_one = not meaning.values(EntityType.DATE) and not state.bargain.offers and not says_when(meaning.text)
    if wished is None and open_to_one:
        return make_first_offer(state, ctx, token, acts.Acknowledge(acts.Ack.GLAD))  # "quero pagar" names no day
    if wished is None:
        return Step(Move.SITUATION_TOLD, replace(state, misses=0), (acts.AskDate(token),))
    table = state.bargain.on_table
    moved = strategy.moved(ctx, table, wished) if table is not None and table.kind is OfferKind.PLAN else None
    offer = moved or strategy.lump(ctx, due=wished)
    # After a hardship a price for one day is pressed on nobody, but it is there for who names the day and wants it.
    wants = says_now(meaning.text) or says_whole(meaning.text)
    can_pay = state.bargain.hardship in {None, Hardship.FORGOT} or wants or not can_give_way(state, ctx)
    if offer is not None and (moved is not None or can_pay):
        return put(state, ctx, offer, token, acts.Acknowledge(acts.Ack.UNDERSTOOD))
    last = negotiation.last_promise_day(ctx.case, ctx.today)
    too_far = (acts.DeclineDay(token, last),) if offer is None and wished > last else ()
    if not state.bargain.asked_capacity:
        return ask_capacity(state, token, *(too_far or (acts.Acknowledge(acts.Ack.UNDERSTOOD),)))
    return give_way(state, ctx, token, *too_far)
