"""Which offer comes next: a ladder of shrinking steps, every rung built by `negotiation` inside the limits."""

from __future__ import annotations

from datetime import date
from typing import Final

from voicebot.domain import negotiation
from voicebot.domain.charges import late
from voicebot.domain.dialogue.acts import Hardship, Return
from voicebot.domain.dialogue.state import Bargain, Context
from voicebot.domain.limits import Level
from voicebot.domain.money import Money, total
from voicebot.domain.offers import Offer, OfferKind
from voicebot.domain.segments import Segment, segment_in

_PLANS_EARLY: Final = frozenset({Segment.FREQUENT})
"""Who is often late is short every month: after the best price, what fits a month comes before a price for today."""


_ABOUT: Final = 100
"""Cents: people leave them out when they say an amount back."""


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


def fitting(ctx: Context, asked: Money, *, monthly: bool, on: date | None = None) -> tuple[Offer, Return] | None:
    """What meets the amount the caller named, on the day they named; beyond the first level only for paying today."""
    due = on if on is not None and lump(ctx, due=on) is not None else default_due(ctx)
    offer = negotiation.counter(ctx.case, ctx.today, asked, monthly=monthly, due=due, up_to=Level.FIRST)
    if offer is not None:
        return offer, Return.NONE
    if monthly:
        return None
    offer = negotiation.counter(ctx.case, ctx.today, asked, monthly=False, up_to=Level.SECOND)
    if offer is None:
        return None
    needs = negotiation.needs_return(ctx.case, ctx.today, offer)
    return offer, Return.TODAY if needs else Return.NONE


def told_within(bargain: Bargain, asked: Money) -> Offer | None:
    """The least that was offered to be paid at once, where it is no more than the sum named."""
    told = (each for each in bargain.offers if each.kind is not OfferKind.PLAN and each.total.cents <= asked.cents)
    return min(told, key=lambda each: each.total.cents, default=None)


def with_entry(ctx: Context, entry: Money, monthly: Money | None) -> Offer | None:
    """The plan that begins with the sum named, its instalments within `monthly` where that can be had."""
    fits = negotiation.plan(ctx.case, ctx.today, Level.FIRST, entry=entry, monthly=monthly) if monthly else None
    return fits or negotiation.plan(ctx.case, ctx.today, Level.FIRST, entry=entry)


def within_month(ctx: Context, asked: Money) -> Offer | None:
    """The plan whose instalments stay within `asked` a month, though its entry may not; None where there is none."""
    return negotiation.plan(ctx.case, ctx.today, Level.FIRST, monthly=asked)


def for_today(ctx: Context) -> Offer | None:
    """The furthest the bot may go for a payment made today; None where today is worth nothing more."""
    best = negotiation.settlement(ctx.case, ctx.today, Level.SECOND, due=ctx.today)
    usual = first(ctx)
    return best if best is not None and (usual is None or best.total < usual.total) else None


def knows_today(ctx: Context, bargain: Bargain) -> bool:
    """True where a price for today was named already: "it is my best" is not followed by a better one."""
    usual = first(ctx)
    named = offered_for_today(ctx, bargain)
    return for_today(ctx) is None or (named is not None and (usual is None or named.total < usual.total))


def offered_for_today(ctx: Context, bargain: Bargain) -> Offer | None:
    """The best single payment due today that this call has named; never is a worse one asked for afterwards."""
    single = [offer for offer in bargain.offers if offer.kind is not OfferKind.PLAN]
    today = [offer for offer in single if offer.instalments[0].due == ctx.today]
    return min(today, key=lambda offer: offer.total.cents, default=None)


def names(offer: Offer, asked: Money) -> bool:
    """True where the sum said is the offer's own, to the real: "pago os mil e oitenta" of one payment, or of each."""
    own = offer.instalments[0].amount if offer.kind is OfferKind.PLAN else offer.total
    return abs(own.cents - asked.cents) < _ABOUT


def moved(ctx: Context, plan: Offer, day: date) -> Offer | None:
    """The plan on the table with its instalments on another day; None where there is none so soon."""
    if day.day not in ctx.case.creditor.limits.due_days:
        return None
    entry = plan.entry.amount if plan.entry is not None else None
    count = len(plan.instalments)
    found = negotiation.plan(ctx.case, ctx.today, Level.FIRST, entry=entry, instalments=count, due_day=day.day)
    # "Quinze de fevereiro" is not met by the next fifteenth.
    return found if found is not None and day <= found.instalments[0].due else None


def lightest_plan(ctx: Context, *, instalments: int | None = None) -> Offer | None:
    """The plan with that many instalments, else the one with the smallest instalment that the limits permit."""
    asked = negotiation.plan(ctx.case, ctx.today, Level.FIRST, instalments=instalments)
    return asked or negotiation.plan(ctx.case, ctx.today, Level.FIRST)


def next_concession(ctx: Context, bargain: Bargain, *, asked_less: bool = False) -> tuple[Offer, Return] | None:
    """The next rung not on the table yet; whoever told of a hardship or a small sum hears of plans alone.

    Unless `asked_less`: a wish for a discount is answered with what there is, one payment included.
    """
    rungs = _rungs(ctx)
    small = bargain.capacity is not None and bargain.capacity.cents * 2 < owed_total(ctx).cents
    if not asked_less and (bargain.hardship not in {None, Hardship.FORGOT} or small):
        lightest = lightest_plan(ctx)
        plans = [(offer, in_return) for offer, in_return in rungs if offer.kind is OfferKind.PLAN]
        rungs = plans if lightest is None else [(lightest, Return.NONE), *plans]
    shown = [len(offer.instalments) for offer in bargain.offers if offer.kind is OfferKind.PLAN]
    # After a plan was too much, a heavier one is no step towards the caller.
    rungs = [
        rung for rung in rungs if rung[0].kind is not OfferKind.PLAN or len(rung[0].instalments) > max(shown, default=0)
    ]
    known = {offer.id for offer in bargain.offers}
    return next(((offer, in_return) for offer, in_return in rungs if offer.id not in known), None)


def _rungs(ctx: Context) -> list[tuple[Offer, Return]]:
    """The creditor's ladder in the order that suits the debtor's group: the same rungs for everyone."""
    rungs = [(step.offer, step.in_return) for step in negotiation.ladder(ctx.case, ctx.today)]
    if segment_in(ctx.case, ctx.today) in _PLANS_EARLY:
        rungs.sort(key=lambda rung: rung[1] is not Return.NONE)
    return rungs
