"""What late debts may come to under a creditor's bands, and the one place where an `Offer` is put together."""

from __future__ import annotations

import hashlib
from decimal import ROUND_HALF_UP, Decimal
from typing import Final

from voicebot.domain.charges import Owed
from voicebot.domain.limits import Level, Limits, PlanBand
from voicebot.domain.money import CENT, Money, total
from voicebot.domain.offers import Offer, OfferKind, Payment

_HUNDRED: Final = Decimal(100)
_ID_LENGTH: Final = 10

Percents = tuple[Decimal, ...]
"""One discount per debt, in percent of its total with charges, in the debts' order."""


def settlement_percents(limits: Limits, items: tuple[Owed, ...], level: Level) -> Percents:
    """Give each debt's own settlement discount; outside every band it is zero."""
    return tuple(_settlement_percent(limits, item.days_past_due, level) for item in items)


def plan_percents(limits: Limits, items: tuple[Owed, ...], level: Level) -> Percents:
    """Give each debt's discount in a plan: a share of its settlement discount."""
    share = limits.plan_discount_of_settlement
    return tuple(share * percent for percent in settlement_percents(limits, items, level))


def plan_band(limits: Limits, days_past_due: int) -> PlanBand | None:
    return next((band for band in limits.plan if band.first_day <= days_past_due <= band.last_day), None)


def discounted(items: tuple[Owed, ...], percents: Percents) -> Money:
    """Round each discounted debt half-up to the cent, then sum."""
    return total([item.total.percent(_HUNDRED - percent) for item, percent in zip(items, percents, strict=True)])


def make_offer(
    kind: OfferKind,
    items: tuple[Owed, ...],
    percents: Percents,
    instalments: tuple[Payment, ...],
    entry: Payment | None = None,
) -> Offer:
    """Put an offer together; its id is derived from its content, so the same terms have the same id."""
    debt_total = total([item.total for item in items])
    agreed = discounted(items, percents)
    contracts = tuple(item.contract for item in items)
    return Offer(
        id=_identify(kind, contracts, debt_total, entry, instalments),
        kind=kind,
        contracts=contracts,
        debt_total=debt_total,
        total=agreed,
        discount_percent=_discount_percent(percents, debt_total, agreed),
        entry=entry,
        instalments=instalments,
    )


def _settlement_percent(limits: Limits, days_past_due: int, level: Level) -> Decimal:
    for band in limits.settlement:
        if band.first_day <= days_past_due <= band.last_day:
            return band.discount(level)
    return Decimal(0)


def _discount_percent(percents: Percents, debt_total: Money, agreed: Money) -> Decimal:
    """Give the rate itself where all debts share one, else what the discount comes to over all of them."""
    rate = percents[0]
    if any(percent != rate for percent in percents):
        rate = _HUNDRED * (debt_total.cents - agreed.cents) / debt_total.cents
    return rate.quantize(CENT, rounding=ROUND_HALF_UP)


def _identify(
    kind: OfferKind,
    contracts: tuple[str, ...],
    debt_total: Money,
    entry: Payment | None,
    instalments: tuple[Payment, ...],
) -> str:
    payments = (*((entry,) if entry else ()), *instalments)
    words = [kind.value, "entry" if entry else "", *contracts, str(debt_total)]
    words += [f"{payment.due.isoformat()}={payment.amount}" for payment in payments]
    return hashlib.sha256("|".join(words).encode()).hexdigest()[:_ID_LENGTH]
