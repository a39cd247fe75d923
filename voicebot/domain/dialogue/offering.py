"""The moves of a negotiation: put an offer, ask what fits, give way in small steps, take a yes, leave it open."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Final

from voicebot.domain import negotiation
from voicebot.domain.dialogue import acts, strategy
from voicebot.domain.dialogue.acts import Act, MakeOffer, Return, Verified
from voicebot.domain.dialogue.endings import end, hand_over
from voicebot.domain.dialogue.phases import Disposition, EscalationReason
from voicebot.domain.dialogue.state import CallState, Context, Step, Suppress
from voicebot.domain.dialogue.transitions import Move
from voicebot.domain.dialogue.words import named_method
from voicebot.domain.meaning import Meaning
from voicebot.domain.offers import Offer

HARDSHIP_PAUSE: Final = timedelta(days=30)
"""Research, domain 6: where nothing fits after a loss of income, a pause, and no repeated asking."""


def put(
    state: CallState,
    ctx: Context,
    offer: Offer,
    token: Verified,
    *before: Act,
    in_return: Return = Return.NONE,
    gives_way: bool = False,
) -> Step:
    """Lay an offer on the table and ask whether it fits; "it is the furthest" is said only where it is true.

    A better price than any so far is a concession, also where the caller proposed it; after the last there is none.
    """
    if not gives_way and state.bargain.betters(offer) and not concedes(state, ctx):
        return give_way(state, ctx, token, *before)
    known = any(each.id == offer.id for each in state.bargain.offers)
    bargain = replace(state.bargain.with_offer(offer, gives_way=gives_way), chosen=None)
    state = replace(state, bargain=bargain, misses=0, asides=0)
    last = in_return is not Return.NONE and not can_give_way(state, ctx)
    uneven = offer.discount_percent % 1 != 0
    saves = offer.debt_total - offer.total if uneven else None
    said = (*before, MakeOffer(token, offer, in_return, is_last=last, again=known, saves=saves))
    return Step(Move.OFFER_MADE, state, said)


def make_first_offer(state: CallState, ctx: Context, token: Verified, *before: Act) -> Step:
    offer = strategy.first(ctx)
    if offer is None:
        return hand_over(state, ctx, EscalationReason.REQUEST, *before)
    return put(state, ctx, offer, token, *before)


def offer_for_today(state: CallState, ctx: Context, token: Verified) -> Step | None:
    """Who offers unasked to pay at once gets what paying at once is worth."""
    offer = strategy.for_today(ctx)
    if offer is None:
        return None
    return put(state, ctx, offer, token, acts.Acknowledge(acts.Ack.GLAD), in_return=Return.PIX_TODAY)


def ask_capacity(state: CallState, token: Verified, *before: Act) -> Step:
    state = replace(state, bargain=replace(state.bargain, asked_capacity=True), misses=0, asides=0)
    return Step(Move.SITUATION_TOLD, state, (*before, acts.AskCapacity(token)))


def accept(state: CallState, ctx: Context, offer: Offer, meaning: Meaning, token: Verified) -> Step:
    """Read back amount, dates and method before anything counts."""
    methods = ctx.case.creditor.limits.methods
    named = named_method(meaning.text)
    method = named if named in methods else state.bargain.method or methods[0]
    state = replace(state, bargain=replace(state.bargain, chosen=offer, method=method), misses=0)
    return Step(Move.ACCEPTED, state, (acts.ConfirmAgreement(token, offer, method),))


def concedes(state: CallState, ctx: Context) -> bool:
    """Say whether a concession is left."""
    return state.bargain.concessions < ctx.case.creditor.limits.max_concessions


def can_give_way(state: CallState, ctx: Context, *, asked_less: bool = False) -> bool:
    return concedes(state, ctx) and strategy.next_concession(ctx, state.bargain, asked_less=asked_less) is not None


def give_way(state: CallState, ctx: Context, token: Verified, *before: Act, asked_less: bool = False) -> Step:
    """One more step towards the caller, each smaller, at most `max_concessions`; then a pause, or time to think."""
    bargain = state.bargain
    if not bargain.asked_capacity and bargain.capacity is None and not before:
        return ask_capacity(state, token, acts.Acknowledge(acts.Ack.UNDERSTOOD))
    found = strategy.next_concession(ctx, bargain, asked_less=asked_less)
    if found is not None and can_give_way(state, ctx, asked_less=asked_less):
        offer, in_return = found
        return put(state, ctx, offer, token, *before, in_return=in_return, gives_way=True)
    # Who names a sum is still looking for a way: the limit is told, and the choice is theirs, before contact rests.
    looks = (
        bargain.offers
        and not bargain.limit_told
        and any(isinstance(act, acts.DeclineCounter | acts.DeclineDay) for act in before)
    )
    if bargain.hardship is not None and not asked_less and not looks:
        return rest(state, ctx, *before)
    if bargain.limit_told or not bargain.offers:
        return leave_open(state, ctx, token, *before)
    # The truth before the end, and the caller's choice: nobody is dismissed for having asked once more.
    told = replace(state, bargain=replace(bargain, limit_told=True), misses=0, asides=0)
    return Step(Move.SITUATION_TOLD, told, (*before, acts.ReachedLimit(token)))


def leave_open(state: CallState, ctx: Context, token: Verified, *before: Act) -> Step:
    """No pressing: what was offered stands for some days, and the call ends kindly."""
    until = negotiation.valid_until(ctx.case, ctx.today)
    said = (*before, acts.GiveTime(token, until), acts.SayGoodbye(acts.Farewell.KIND))
    return end(state, Move.UNDECIDED, Disposition.NO_AGREEMENT, said)


def rest(state: CallState, ctx: Context, *before: Act) -> Step:
    """Nothing fits after a loss: no more asking, contact rests for a while."""
    until = ctx.today + HARDSHIP_PAUSE
    said = (*before, acts.OfferPause(until), acts.SayGoodbye(acts.Farewell.WARM))
    return end(state, Move.UNDECIDED, Disposition.VULNERABLE_HOLD, said, (Suppress("hardship", until),))
