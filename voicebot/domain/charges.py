"""What a debt comes to on a given day: original value, fine, interest, correction and total, each a figure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from voicebot.domain.limits import Charges
from voicebot.domain.money import Money
from voicebot.domain.portfolio import Case, Debt
from voicebot.domain.prescription import collectible

DAYS_PER_MONTH: Final = 30
"""Interest runs by actual days over months of thirty."""


@dataclass(frozen=True, slots=True)
class Owed:
    """One debt on one day, itemised; `total` = original + fine + interest + correction."""

    contract: str
    product: str
    due_date: date
    days_past_due: int
    """Calendar days since the due date; zero or negative while it is not late."""
    original: Money
    fine: Money
    interest: Money
    correction: Money
    total: Money

    @property
    def is_late(self) -> bool:
        return self.days_past_due > 0


def owed(debt: Debt, charges: Charges, on: date) -> Owed:
    """Itemise `debt` on the debtor's local date `on`; fine and interest are each rounded half-up to the cent.

    Up to and on the due date nothing is added. There is no index series here, so the correction is always zero.
    """
    principal = debt.principal
    nothing = Money(0, principal.currency)
    days = (on - debt.due_date).days
    fine = interest = nothing
    if days > 0:
        fine = principal.percent(charges.late_fee_percent)
        # One division, last: a half cent stays exactly a half until it is rounded.
        accrued = principal.amount * charges.interest_percent_month * days / (100 * DAYS_PER_MONTH)
        interest = Money.round(accrued, principal.currency)
    return Owed(
        contract=debt.contract,
        product=debt.product,
        due_date=debt.due_date,
        days_past_due=days,
        original=principal,
        fine=fine,
        interest=interest,
        correction=nothing,
        total=principal + fine + interest,
    )


def after_payment(debt: Debt, charges: Charges, paid_on: date, amount: Money) -> Debt | None:
    """Give what is left of `debt` once `amount` came in on `paid_on`; None where that closes it.

    A payment of what is owed that day closes the debt. A smaller one pays the same part of the principal and of the
    charges on it, so what remains owed that day is the total less the payment, and no charge is asked for twice.
    Cents are rounded in the debtor's favour.
    """
    rest = owed(debt, charges, paid_on).total - amount
    if rest.cents <= 0:
        return None
    principal = debt.principal.cents * rest.cents // (rest + amount).cents
    left = replace(debt, principal=Money(principal, debt.principal.currency))
    while owed(left, charges, paid_on).total > rest:
        left = replace(left, principal=Money(left.principal.cents - 1, left.principal.currency))
    return left if left.principal.cents > 0 else None


def owed_all(case: Case, on: date) -> tuple[Owed, ...]:
    """Itemise every open debt of the case that may still be collected, in the case's order."""
    return tuple(owed(debt, case.creditor.limits.charges, on) for debt in collectible(case, on))


def late(case: Case, on: date) -> tuple[Owed, ...]:
    """Itemise the debts that are past due: only these are negotiated, the others are at most recalled."""
    return tuple(item for item in owed_all(case, on) if item.is_late)
