"""Which offer comes next: a ladder of shrinking steps, every rung built by `negotiation` inside the limits."""

from __future__ import annotations

from datetime import date

from voicebot.domain import negotiation
from voicebot.domain.charges import late
from voicebot.domain.dialogue.acts import Return
from voicebot.domain.dialogue.state import Bargain, Context
from voicebot.domain.limits import Level
from voicebot.domain.money import Money, total
from voicebot.domain.offers import Offer


def owed_total(ctx: Context) -> Money:
    return total([owed.total for owed in late(ctx.case, ctx.today)])


def default_due(ctx: Context) -> date:
    """A lump sum falls due within the creditor's entry window, on a business day."""
    entry = ctx.case.calendar.after(ctx.today, ctx.case.creditor.limits.entry_within_business_days)
    return min(entry, negotiation.last_promise_day(ctx.case, ctx.today))


def lump(ctx: Context, *, due: date) -> Offer | None:
    """All at once with the first level's discount, or in full where there is none; None where `due` is too far."""
    settlement = negotiation.settlement(ctx.case, ctx.today, Level.FIRST, due=due)
    if settlement is not None and settlement.discount_percent > 0:
        return settlement
    return negotiation.full(ctx.case, ctx.today, due=due)


def first(ctx: Context) -> Offer | None:
    return lump(ctx, due=default_due(ctx))


def fitting(ctx: Context, asked: Money, *, monthly: bool) -> tuple[Offer, Return] | None:
    """What meets the amount the caller named; beyond the first level only at once, for paying today."""
    up_to = Level.FIRST if monthly else Level.SECOND
    offer = negotiation.counter(ctx.case, ctx.today, asked, monthly=monthly, up_to=up_to)
    if offer is None:
        return None
    returned = Return.TODAY if negotiation.needs_return(ctx.case, ctx.today, offer) else Return.NONE
    return offer, returned


def lightest_plan(ctx: Context, *, instalments: int | None = None) -> Offer | None:
    """The plan with that many instalments, else the one with the smallest instalment that the limits permit."""
    asked = negotiation.plan(ctx.case, ctx.today, Level.FIRST, instalments=instalments)
    return asked or negotiation.plan(ctx.case, ctx.today, Level.FIRST)


def next_concession(ctx: Context, bargain: Bargain) -> tuple[Offer, Return] | None:
    """The next rung not on the table yet; who told of a hardship hears the lightest plan before more lump sums."""
    rungs = [(step.offer, step.in_return) for step in negotiation.ladder(ctx.case, ctx.today)]
    small = bargain.capacity is not None and bargain.capacity.cents * 2 < owed_total(ctx).cents
    if bargain.hardship is not None or small:
        lightest = lightest_plan(ctx)
        if lightest is not None:
            rungs.insert(0, (lightest, Return.NONE))
    known = {offer.id for offer in bargain.offers}
    return next(((offer, in_return) for offer, in_return in rungs if offer.id not in known), None)
