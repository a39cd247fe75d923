"""Payment plans: an entry and equal monthly instalments inside the creditor's bands."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from math import ceil
from typing import Final

from voicebot.domain.charges import Owed, late
from voicebot.domain.limits import Level, Limits
from voicebot.domain.money import Money
from voicebot.domain.offers import Offer, OfferKind, Payment
from voicebot.domain.portfolio import Case
from voicebot.domain.pricing import discounted, make_offer, plan_band, plan_percents

APART: Final = timedelta(days=14)
"""The first instalment never falls in the same two weeks as the entry."""
A_MONTH: Final = timedelta(days=30)
_EVERY_MONTH_HAS: Final = 28
_ROOM_PERCENT: Final = 90
"""Who says "120 at most" gets instalments of about a tenth less, so that one bad month does not break the plan."""
_REAL: Final = 100


@dataclass(frozen=True, slots=True)
class PlanBounds:
    """What a plan over all the late debts must respect: the strictest of their bands."""

    total: Money
    min_entry: Money
    max_instalments: int
    min_instalment: Money

    def split(self, entry: Money, count: int) -> tuple[Money, ...] | None:
        """Split what is left after `entry` into `count` equal amounts, the odd cents on the last; None if too small."""
        if not 1 <= count <= self.max_instalments:
            return None
        rest = self.total - entry
        each = Money(rest.cents // count, rest.currency)
        if each.cents < max(1, self.min_instalment.cents):
            return None
        return (*(each for _ in range(count - 1)), rest - each * (count - 1))


def plan_bounds(case: Case, on: date, level: Level) -> PlanBounds | None:
    """Give the bounds of a plan made on `on`, or None where a debt is outside every plan band."""
    items = late(case, on)
    limits = case.creditor.limits
    bands = [band for item in items if (band := plan_band(limits, item.days_past_due)) is not None]
    if not items or len(bands) < len(items):
        return None
    agreed = discounted(items, plan_percents(limits, items, level))
    return PlanBounds(
        total=agreed,
        min_entry=_percent_rounded_up(agreed, max(band.entry_percent for band in bands)),
        max_instalments=min(band.max_instalments for band in bands),
        min_instalment=max(band.min_instalment for band in bands),
    )


def plan(
    case: Case,
    on: date,
    level: Level,
    *,
    monthly: Money | None = None,
    entry: Money | None = None,
    instalments: int | None = None,
    due_day: int | None = None,
    entry_due: date | None = None,
) -> Offer | None:
    """Build the plan that fits what the debtor said, or None where the limits do not permit it.

    No instalment is above `monthly`, and about a tenth of it is left free where the limits leave room. An entry not
    named is `monthly`, or the least one where that is more: so the entry, not the instalments, may exceed
    `monthly`. With nothing named the plan has the most instalments permitted. `due_day` must be one of the
    creditor's; not named, it is the day of the oldest debt's due date where permitted, else the one whose first date
    is nearest to a month after the entry. The entry falls due on the last day allowed unless `entry_due` is earlier.
    """
    bounds = plan_bounds(case, on, level)
    limits = case.creditor.limits
    days = permitted_due_days(limits)
    if bounds is None or not days or due_day not in (None, *days):
        return None
    entry_on = _entry_date(case, on, entry_due)
    split = next(_splits(bounds, monthly, entry, instalments), None)
    if entry_on is None or split is None:
        return None
    entry_amount, amounts = split
    items = late(case, on)
    first = _first_due(items, days if due_day is None else (due_day,), entry_on if entry_amount else on)
    payments = tuple(Payment(months_after(first, index), amount) for index, amount in enumerate(amounts))
    return make_offer(
        OfferKind.PLAN,
        items,
        plan_percents(limits, items, level),
        payments,
        Payment(entry_on, entry_amount) if entry_amount else None,
    )


def permitted_due_days(limits: Limits) -> tuple[int, ...]:
    """Give the days of the month on which instalments may fall due: those that every month has."""
    return tuple(sorted(day for day in limits.due_days if 1 <= day <= _EVERY_MONTH_HAS))


def nearest_due_day(limits: Limits, wanted: int) -> int | None:
    """Give the permitted day nearest to the day of the month the caller named, the earlier of two as near."""
    return min(permitted_due_days(limits), key=lambda day: abs(day - wanted), default=None)


def months_after(day: date, months: int) -> date:
    """Give the same day `months` later; `day` is at most the 28th."""
    years, month = divmod(day.month - 1 + months, 12)
    return day.replace(year=day.year + years, month=month + 1)


def _percent_rounded_up(amount: Money, percent: Decimal) -> Money:
    return Money(ceil(amount.cents * percent / 100), amount.currency)


def _entry_date(case: Case, on: date, asked: date | None) -> date | None:
    latest = case.calendar.after(on, case.creditor.limits.entry_within_business_days)
    if asked is None:
        return latest
    payable = asked == on or case.calendar.is_business_day(asked)
    return asked if payable and on <= asked <= latest else None


def _splits(
    bounds: PlanBounds, monthly: Money | None, entry: Money | None, instalments: int | None
) -> Iterator[tuple[Money, tuple[Money, ...]]]:
    """Give (entry, instalments) that the bounds permit, the most suitable first."""
    entries = _entries(bounds, monthly, entry)
    if instalments is not None:
        counts = range(instalments, instalments + 1)
    elif monthly is not None:
        counts = range(1, bounds.max_instalments + 1)
    else:
        counts = range(bounds.max_instalments, 0, -1)
    ceilings = [None] if monthly is None else [monthly.cents * _ROOM_PERCENT // 100, monthly.cents]
    for ceiling in ceilings:
        for first in entries:
            for count in counts:
                amounts = bounds.split(first, count)
                if amounts is not None and (ceiling is None or amounts[-1].cents <= ceiling):
                    own_figure = first in (entry, monthly)
                    yield (first, amounts) if own_figure else _evened(first, amounts)


def _evened(entry: Money, amounts: tuple[Money, ...]) -> tuple[Money, tuple[Money, ...]]:
    """The odd cents go to an entry that nobody named: "doze de 89,88" is heard, "a última de 89,97" is not."""
    odd = amounts[-1] - amounts[0]
    return (entry + odd, (*amounts[:-1], amounts[0])) if entry else (entry, amounts)


def _entries(bounds: PlanBounds, monthly: Money | None, entry: Money | None) -> list[Money]:
    """Give the entries to try; one not named is a whole number of reais where that is possible."""
    least = bounds.min_entry
    if entry is not None:
        return [entry] if entry >= least else []
    if monthly is not None:
        return [max(monthly, least), least]
    return [Money(-(-least.cents // _REAL) * _REAL, least.currency), least]


def _first_due(items: tuple[Owed, ...], days: tuple[int, ...], after: date) -> date:
    """Give the first instalment's date, at least two weeks after `after`."""
    own = min(item.due_date for item in items).day
    candidates = [_next_on(day, after + APART) for day in ((own,) if own in days else days)]
    return min(candidates, key=lambda due: (abs(due - after - A_MONTH), due))


def _next_on(day: int, earliest: date) -> date:
    this_month = earliest.replace(day=day)
    return this_month if this_month >= earliest else months_after(this_month, 1)
