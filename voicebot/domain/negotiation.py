"""Offers built from a case and its creditor's limits, and from nothing else: what is not permitted is None.

Only debts past due are negotiated, all of them together; before the due date there is at most a reminder, and past
the last band neither a discount nor a plan. Every builder takes `on`, the debtor's local date.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Final

from voicebot.domain.charges import late
from voicebot.domain.dialogue.acts import Return
from voicebot.domain.limits import Level
from voicebot.domain.money import Money
from voicebot.domain.offers import Offer, OfferKind, Payment
from voicebot.domain.plans import nearest_due_day, permitted_due_days, plan, plan_bounds
from voicebot.domain.portfolio import Case
from voicebot.domain.pricing import Percents, discounted, make_offer, settlement_percents

__all__ = [
    "Concession",
    "counter",
    "full",
    "ladder",
    "last_promise_day",
    "nearest_due_day",
    "needs_return",
    "permitted_due_days",
    "plan",
    "settlement",
    "valid_until",
]

_WHOLE: Final = 100


@dataclass(frozen=True, slots=True)
class Concession:
    """One step of the ladder, and what the debtor gives for it."""

    offer: Offer
    in_return: Return = Return.NONE


def full(case: Case, on: date, *, due: date) -> Offer | None:
    """Offer to pay all that is late, without a discount, on `due`; None where nothing is late or `due` is too far."""
    return _lump_sum(case, on, OfferKind.FULL, tuple(Decimal(0) for _ in late(case, on)), due)


def settlement(case: Case, on: date, level: Level, *, due: date) -> Offer | None:
    """Offer to settle at once on `due`, each debt with its own discount; None where no debt has one.

    Level 2 is only for something in return; the caller of this function says what, in the act that carries the offer.
    """
    percents = settlement_percents(case.creditor.limits, late(case, on), level)
    return _lump_sum(case, on, OfferKind.SETTLEMENT, percents, due) if any(percents) else None


def counter(
    case: Case,
    on: date,
    asked: Money,
    *,
    monthly: bool,
    due: date | None = None,
    due_day: int | None = None,
    up_to: Level = Level.SECOND,
) -> Offer | None:
    """Give the best permitted offer in which no payment is above what the caller says fits, or None if out of reach.

    `asked` is per month where `monthly`, else in one payment on `due` (today where None). The discount goes beyond
    level 1 only as far as `asked` makes it necessary, by whole percents, and never beyond `up_to`; beyond level 1
    something is due in return (see `needs_return`).
    """
    at_once = _lump_counter(case, on, asked, due or on, Level.FIRST if monthly else up_to)
    if at_once is not None or not monthly:
        return at_once
    for level in Level:
        offer = plan(case, on, level, monthly=asked, due_day=due_day) if level <= up_to else None
        if offer is not None and (offer.entry is None or offer.entry.amount <= asked):
            return offer
    return None


def needs_return(case: Case, on: date, offer: Offer) -> bool:
    """Tell whether an offer goes beyond level 1, so that it is made only for something in return."""
    if offer.kind is OfferKind.PLAN:
        bounds = plan_bounds(case, on, Level.FIRST)
        return bounds is not None and offer.total < bounds.total
    items = late(case, on)
    return offer.total < discounted(items, settlement_percents(case.creditor.limits, items, Level.FIRST))


def ladder(case: Case, on: date, *, due: date | None = None) -> tuple[Concession, ...]:
    """Give the concessions to make unasked, in order, at most `max_concessions`; steps the limits lack are left out.

    Level 1 in one payment (on `due`, by default the last day for an entry), level 2 for paying today, then a plan
    with about half of the instalments permitted, and last the lightest plan.
    """
    limits = case.creditor.limits
    when = due or min(case.calendar.after(on, limits.entry_within_business_days), last_promise_day(case, on))
    first = settlement(case, on, Level.FIRST, due=when)
    second = settlement(case, on, Level.SECOND, due=on)
    lightest = plan(case, on, Level.FIRST)
    steps: list[Concession] = []
    if first is not None:
        steps.append(Concession(first))
    if second is not None and (first is None or second.total < first.total):
        steps.append(Concession(second, Return.TODAY))
    if lightest is not None:
        half = plan(case, on, Level.FIRST, instalments=-(-len(lightest.instalments) // 2))
        steps += [Concession(offer) for offer in dict.fromkeys((half, lightest)) if offer is not None]
    return tuple(steps[: limits.max_concessions])


def last_promise_day(case: Case, on: date) -> date:
    """Give the last day on which a single payment may be promised."""
    return on + timedelta(days=case.creditor.limits.promise_within_days)


def valid_until(case: Case, on: date) -> date:
    """Give the day until which an offer made on `on` stands."""
    return on + timedelta(days=case.creditor.limits.offer_valid_days)


def _lump_sum(case: Case, on: date, kind: OfferKind, percents: Percents, due: date) -> Offer | None:
    items = late(case, on)
    if not items or not on <= due <= last_promise_day(case, on):
        return None
    amount = discounted(items, percents)
    return make_offer(kind, items, percents, (Payment(due, amount),)) if amount else None


def _lump_counter(case: Case, on: date, asked: Money, due: date, up_to: Level) -> Offer | None:
    first = settlement(case, on, Level.FIRST, due=due) or full(case, on, due=due)
    if first is None or first.total <= asked:
        return first
    if up_to is Level.FIRST:
        return None
    limits, items = case.creditor.limits, late(case, on)
    least = settlement_percents(limits, items, Level.FIRST)
    most = settlement_percents(limits, items, Level.SECOND)
    for step in range(1, _WHOLE + 1):
        percents = tuple(max(low, min(Decimal(step), high)) for low, high in zip(least, most, strict=True))
        if discounted(items, percents) <= asked:
            return _lump_sum(case, on, OfferKind.SETTLEMENT, percents, due)
    return None
