"""Check an offer against its creditor's limits from scratch, in whole cents, sharing nothing with what builds offers.

The last check before an offer is spoken, and the oracle of the tests: so it repeats the arithmetic on purpose.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from fractions import Fraction
from math import ceil, floor
from typing import Final

from voicebot.domain.limits import PlanBand
from voicebot.domain.offers import Offer, OfferKind, Payment
from voicebot.domain.portfolio import Case, Debt

_FRIDAY: Final = 5
_HALF: Final = Fraction(1, 2)
_FORTNIGHT_DAYS: Final = 14
_LONGEST_WAIT_DAYS: Final = 44
"""From the entry to the first instalment: at least two weeks, at most until the due day comes round again."""
_PERCENT_SLACK: Final = Fraction(1, 200)
"""A rate is told with two decimals, so it may be off by half a hundredth of a percent."""


def violations(offer: Offer, case: Case, on: date) -> tuple[str, ...]:
    """Name every limit that an offer made on `on`, the debtor's local date, breaks; empty where it is permitted.

    The messages carry contract numbers and amounts, nothing about the person.
    """
    by_contract = {debt.contract: debt for debt in case.debts}
    debts = [by_contract[contract] for contract in offer.contracts if contract in by_contract]
    found = [*_contract_faults(offer, debts, on), *_currency_faults(offer, debts)]
    if found:
        return tuple(found)
    if not offer.instalments:
        return ("the offer has no instalment",)
    found += _sum_faults(offer, debts, case, on)
    found += _discount_faults(offer, debts, case, on)
    found += _plan_faults(offer, debts, case, on) if offer.kind is OfferKind.PLAN else _lump_faults(offer, case, on)
    return tuple(found)


def _contract_faults(offer: Offer, debts: list[Debt], on: date) -> Iterator[str]:
    if not offer.contracts:
        yield "the offer names no contract"
    if len(set(offer.contracts)) < len(offer.contracts):
        yield "the offer names a contract twice"
    if len(debts) < len(offer.contracts):
        yield "the offer names a contract that is not open"
    for debt in debts:
        if on <= debt.due_date:
            yield f"contract {debt.contract} is not past due: there is nothing to negotiate"


def _currency_faults(offer: Offer, debts: list[Debt]) -> Iterator[str]:
    amounts = [offer.debt_total, offer.total, *(payment.amount for payment in _payments(offer))]
    currencies = {amount.currency for amount in amounts} | {debt.principal.currency for debt in debts}
    if len(currencies) > 1:
        yield f"the offer mixes currencies: {', '.join(sorted(currencies))}"


def _sum_faults(offer: Offer, debts: list[Debt], case: Case, on: date) -> Iterator[str]:
    owed = sum(_owed_cents(debt, case, on) for debt in debts)
    if offer.debt_total.cents != owed:
        yield f"debt_total is {offer.debt_total.cents} cents, the contracts come to {owed}"
    paid = sum(payment.amount.cents for payment in _payments(offer))
    if offer.total.cents != paid:
        yield f"total is {offer.total.cents} cents, the payments come to {paid}"
    if any(payment.amount.cents <= 0 for payment in _payments(offer)):
        yield "a payment is not above zero"


def _discount_faults(offer: Offer, debts: list[Debt], case: Case, on: date) -> Iterator[str]:
    if offer.total.cents > offer.debt_total.cents:
        yield "the offer asks for more than is owed"
    if offer.kind is OfferKind.FULL and offer.total != offer.debt_total:
        yield "a full payment has no discount"
    share = Fraction(case.creditor.limits.plan_discount_of_settlement) if offer.kind is OfferKind.PLAN else Fraction(1)
    least = sum(_least_cents(debt, case, on, share) for debt in debts)
    if offer.total.cents < least:
        yield f"total is {offer.total.cents} cents, below the least permitted"
    claimed = Fraction(offer.discount_percent) * offer.debt_total.cents / 100
    given = offer.debt_total.cents - offer.total.cents
    if abs(claimed - given) > _HALF * len(debts) + _PERCENT_SLACK * offer.debt_total.cents / 100:
        yield f"discount_percent {offer.discount_percent} does not match the amounts"


def _lump_faults(offer: Offer, case: Case, on: date) -> Iterator[str]:
    if offer.entry is not None or len(offer.instalments) != 1:
        yield "a single payment has no entry and one instalment"
    last = on + timedelta(days=case.creditor.limits.promise_within_days)
    if any(not on <= payment.due <= last for payment in _payments(offer)):
        yield f"a single payment falls due from {on} to {last}"


def _plan_faults(offer: Offer, debts: list[Debt], case: Case, on: date) -> Iterator[str]:
    bands = [band for debt in debts if (band := _plan_band(debt, case, on)) is not None]
    if len(bands) < len(debts):
        yield "a contract is outside every plan band: no plan is permitted"
        return
    yield from _entry_faults(offer, bands, case, on)
    yield from _amount_faults(offer, bands)
    yield from _date_faults(offer, case, on)


def _entry_faults(offer: Offer, bands: list[PlanBand], case: Case, on: date) -> Iterator[str]:
    amount = offer.entry.amount.cents if offer.entry else 0
    least = max(Fraction(band.entry_percent) for band in bands) * offer.total.cents / 100
    if amount < least - _HALF:
        yield f"the entry is {amount} cents, below the least permitted"
    if offer.entry is None:
        return
    due = offer.entry.due
    until_due = (on + timedelta(days=passed + 1) for passed in range((due - on).days))
    business_days = sum(1 for day in until_due if _is_business_day(day, case))
    if due < on or business_days > case.creditor.limits.entry_within_business_days:
        yield f"the entry falls due on {due}, out of its window"
    elif due != on and not _is_business_day(due, case):
        yield f"the entry falls due on {due}, not a business day"


def _amount_faults(offer: Offer, bands: list[PlanBand]) -> Iterator[str]:
    amounts = [payment.amount.cents for payment in offer.instalments]
    if len(amounts) > min(band.max_instalments for band in bands):
        yield f"{len(amounts)} instalments are more than permitted"
    least = max(band.min_instalment.cents for band in bands)
    if any(amount < least for amount in amounts):
        yield f"an instalment is below {least} cents"
    if len(set(amounts[:-1])) > 1 or not 0 <= amounts[-1] - amounts[0] < len(amounts):
        yield "instalments are equal, with the odd cents on the last"


def _date_faults(offer: Offer, case: Case, on: date) -> Iterator[str]:
    dates = [payment.due for payment in offer.instalments]
    if any(due.day not in case.creditor.limits.due_days for due in dates):
        yield "an instalment falls due on a day that is not one of the creditor's"
    months = [due.year * 12 + due.month for due in dates]
    if len({due.day for due in dates}) > 1 or months != list(range(months[0], months[0] + len(months))):
        yield "instalments fall due on the same day of consecutive months"
    wait = (dates[0] - (offer.entry.due if offer.entry else on)).days
    if not _FORTNIGHT_DAYS <= wait <= _LONGEST_WAIT_DAYS:
        yield f"the first instalment comes {wait} days after the entry"


def _payments(offer: Offer) -> tuple[Payment, ...]:
    return offer.instalments if offer.entry is None else (offer.entry, *offer.instalments)


def _owed_cents(debt: Debt, case: Case, on: date) -> int:
    charges = case.creditor.limits.charges
    principal = debt.principal.cents
    fine = floor(Fraction(charges.late_fee_percent) * principal / 100 + _HALF)
    months = Fraction((on - debt.due_date).days, 30)
    interest = floor(Fraction(charges.interest_percent_month) * principal * months / 100 + _HALF)
    return principal + fine + interest


def _least_cents(debt: Debt, case: Case, on: date, share: Fraction) -> int:
    """Give the least a debt may be settled for at level 2, half a cent of tolerance included."""
    late_by = (on - debt.due_date).days
    percents = [
        Fraction(band.level_2) for band in case.creditor.limits.settlement if band.first_day <= late_by <= band.last_day
    ]
    kept = 1 - share * (percents[0] if percents else 0) / 100
    return ceil(_owed_cents(debt, case, on) * kept - _HALF)


def _plan_band(debt: Debt, case: Case, on: date) -> PlanBand | None:
    late_by = (on - debt.due_date).days
    return next((band for band in case.creditor.limits.plan if band.first_day <= late_by <= band.last_day), None)


def _is_business_day(day: date, case: Case) -> bool:
    return day.isoweekday() <= _FRIDAY and day not in case.calendar.closed
