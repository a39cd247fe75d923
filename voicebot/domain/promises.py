"""What became of an agreement: which of its payments came, whether it is kept, and when it counts as broken.

A promise is broken only after its date, a grace of two business days, and payment data newer than the date: nobody is
told of a missed payment that may be on its way.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from voicebot.domain.calendar import BusinessCalendar
from voicebot.domain.money import Money
from voicebot.domain.offers import Payment

GRACE_BUSINESS_DAYS: Final = 2


@dataclass(frozen=True, slots=True)
class Received:
    """Money that came in for one contract."""

    contract: str
    paid_on: date
    amount: Money


@dataclass(frozen=True, slots=True)
class Promise:
    """A complete agreement as far as its payments go."""

    agreed_on: date
    """The debtor's local date."""
    contracts: tuple[str, ...]
    schedule: tuple[Payment, ...]
    """The entry and the instalments, earliest first; never empty."""


def promise_of(terms: Mapping[str, Any], agreed_on: date) -> Promise | None:
    """Read an agreement in the contract's JSON; None where it is no complete promise.

    Complete is one with amount, dates, method, channel, the caller's own confirmation and a read-back.
    """
    complete = terms.get("method") and terms.get("channel") and terms.get("confirmed") and terms.get("teach_back")
    entry = [terms["entry"]] if terms.get("entry") else []
    payments = [
        Payment(date.fromisoformat(each["due"]), Money.of(each["amount"]))
        for each in (*entry, *terms.get("instalments", ()))
    ]
    if not complete or not payments:
        return None
    schedule = tuple(sorted(payments, key=lambda payment: payment.due))
    return Promise(agreed_on, tuple(terms.get("contracts", ())), schedule)


def standing(promises: Iterable[Promise]) -> tuple[Promise, ...]:
    """Leave out each promise that a later one on one of its contracts has replaced; the given order is that of time."""
    kept: tuple[Promise, ...] = ()
    for promise in promises:
        kept = tuple(each for each in kept if not set(each.contracts) & set(promise.contracts))
        kept = (*kept, promise)
    return kept


def unpaid(promise: Promise, received: Iterable[Received]) -> tuple[Payment, ...]:
    """Give the payments still to come: money since the agreement, on any contract of it, settles them in order."""
    money = sum(
        each.amount.cents
        for each in received
        if each.contract in promise.contracts and each.paid_on >= promise.agreed_on
    )
    left = list(promise.schedule)
    while left and money >= left[0].amount.cents:
        money -= left.pop(0).amount.cents
    return tuple(left)


def settled_contracts(promises: Iterable[Promise], received: Iterable[Received]) -> frozenset[str]:
    """Give the contracts on which nothing is owed any more since the promise on them was kept to its last payment."""
    money = tuple(received)
    return frozenset(contract for promise in promises if not unpaid(promise, money) for contract in promise.contracts)


def broken_on(
    promise: Promise,
    received: Iterable[Received],
    *,
    calendar: BusinessCalendar,
    today: date,
    known_until: date | None,
) -> date | None:
    """Give the day of the first payment that was missed, or None while the promise is kept or may still be.

    Args:
        promise: What was agreed.
        received: The payments known; one after `today` does not count yet.
        calendar: Business days where the debtor lives.
        today: The debtor's local date.
        known_until: The last day of which payments are known; None where none ever were.
    """
    missing = unpaid(promise, [each for each in received if each.paid_on <= today])
    if not missing:
        return None
    due = missing[0].due
    grace_over = today > calendar.after(due, GRACE_BUSINESS_DAYS)
    return due if grace_over and known_until is not None and known_until > due else None


def latest_broken(
    promises: Iterable[Promise],
    received: Iterable[Received],
    *,
    calendar: BusinessCalendar,
    today: date,
    known_until: date | None,
) -> date | None:
    """Give the latest missed day among promises that stand; arguments as for `broken_on`."""
    money = tuple(received)
    days = (
        broken_on(each, money, calendar=calendar, today=today, known_until=known_until) for each in standing(promises)
    )
    return max((day for day in days if day is not None), default=None)


def latest_open(promises: Iterable[Promise], received: Iterable[Received]) -> date | None:
    """Give the latest day on which a standing promise expects its next payment; None where nothing is expected."""
    money = tuple(received)
    missing = (unpaid(each, money) for each in standing(promises))
    return max((payments[0].due for payments in missing if payments), default=None)
