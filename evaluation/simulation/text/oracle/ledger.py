"""What is owed and what may be granted, worked out anew from the files: the design's words on money, nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from evaluation.simulation.text.cases import Drawn


def half_up(value: Decimal) -> int:
    """Round cents half-up."""
    return int(value.quantize(Decimal(1), rounding=ROUND_HALF_UP))


@dataclass(frozen=True, slots=True)
class Owed:
    """One debt on the day of the call, in cents."""

    contract: str
    product: str
    due: date
    days: int
    """Calendar days past due; negative before the due date."""
    principal: int
    fine: int
    interest: int

    @property
    def total(self) -> int:
        return self.principal + self.fine + self.interest


@dataclass(frozen=True, slots=True)
class Ledger:
    debts: tuple[Owed, ...]
    rules: Mapping[str, Any]
    """The creditor's file."""
    today: date

    def band(self, table: str, days: int) -> Mapping[str, Any] | None:
        for row in self.rules[table]:
            first, last = row["days_past_due"]
            if first <= days <= last:
                return dict(row)
        return None

    def percent(self, debt: Owed, level: int) -> Decimal:
        row = self.band("settlement", debt.days)
        return Decimal(str(row[f"level_{level}"])) if row and debt.days > 0 else Decimal(0)

    def share(self) -> Decimal:
        """The part of a settlement's discount that a plan may have."""
        return Decimal(str(self.rules["plan_discount_of_settlement"]))

    def least(self, debt: Owed, level: int, *, plan: bool) -> int:
        """The smallest sum in cents for which this debt may be settled at a level."""
        rate = self.percent(debt, level) * (self.share() if plan else 1)
        return half_up(Decimal(debt.total) * (100 - rate) / 100)


def ledger(drawn: Drawn) -> Ledger:
    today = drawn.at.date()
    rules = drawn.creditor
    fine_rate = Decimal(str(rules["charges"]["late_fee_percent"]))
    month_rate = Decimal(str(rules["charges"]["interest_percent_month"]))
    owed = []
    for contract, product, due, written in drawn.debts:
        principal = int(Decimal(written) * 100)
        days = (today - due).days
        late = max(days, 0)
        fine = half_up(principal * fine_rate / 100) if late else 0
        interest = half_up(principal * month_rate * late / 30 / 100)
        owed.append(Owed(contract, product, due, days, principal, fine, interest))
    return Ledger(tuple(owed), rules, today)
