"""A portfolio from its load files: what loads, what was left out and why, and the case of each debtor."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

from voicebot.application.creditor_file import CreditorFileInvalid, read_creditor
from voicebot.application.places import calendar_of, timezone_of
from voicebot.application.portfolio_rows import (
    PortfolioError,
    PortfolioFileMissing,
    ReceivedPayment,
    RowProblem,
    read_debtors,
    read_debts,
    read_holds,
    read_payments,
)
from voicebot.domain.charges import after_payment
from voicebot.domain.portfolio import Case, Creditor, Debt, Debtor, Hold

__all__ = [
    "CreditorFileInvalid",
    "Portfolio",
    "PortfolioError",
    "PortfolioFileMissing",
    "ReceivedPayment",
    "RowProblem",
    "UnknownDebtor",
    "read_files",
    "read_portfolio",
]

_YEARS_BACK: Final = 1
_YEARS_AHEAD: Final = 3


class UnknownDebtor(PortfolioError):
    """A case was asked for a reference that is not in the portfolio."""


@dataclass(frozen=True, slots=True)
class Portfolio:
    """One creditor's debtors, debts, payments and holds as loaded; `problems` are the rows left out."""

    creditor: Creditor
    debtors: Mapping[str, Debtor]
    """By reference."""
    debts: Mapping[str, tuple[Debt, ...]]
    """By debtor reference, as owed before any payment."""
    payments: tuple[ReceivedPayment, ...]
    holds: Mapping[str, tuple[Hold, ...]]
    """By debtor reference."""
    problems: tuple[RowProblem, ...]
    notes: tuple[str, ...] = ()
    """Keys of the creditor's file that are not known and were ignored."""
    payments_until: date | None = None
    """Last day of which all payments are in the file, where whoever loads it says so."""

    def case(self, ref: str, *, on: date) -> Case:
        """Give what a call on `on` (the debtor's local date) may know; payments up to that day are counted.

        Raises:
            UnknownDebtor: no such reference.
        """
        debtor = self.debtors.get(ref)
        if debtor is None:
            raise UnknownDebtor(f"no debtor {ref} in the portfolio: check the reference in the debtors file")
        return Case(
            creditor=self.creditor,
            debtor=debtor,
            debts=self.open_debts(ref, on=on),
            calendar=calendar_of(debtor.state, on.year - _YEARS_BACK, on.year + _YEARS_AHEAD),
            timezone=timezone_of(debtor.state, debtor.city),
            holds=self.holds.get(ref, ()),
        )

    def open_debts(self, ref: str, *, on: date) -> tuple[Debt, ...]:
        """Give what a debtor still owes once the payments up to `on` are counted (see `after_payment`)."""
        left = (self._after_payments(debt, on) for debt in self.debts.get(ref, ()))
        return tuple(debt for debt in left if debt is not None)

    def _after_payments(self, debt: Debt, on: date) -> Debt | None:
        received = [payment for payment in self.payments if payment.contract == debt.contract and payment.paid_on <= on]
        left: Debt | None = debt
        for payment in sorted(received, key=lambda each: (each.paid_on, each.txid)):
            if left is None:
                break
            left = after_payment(left, self.creditor.limits.charges, payment.paid_on, payment.amount)
        return left


def read_portfolio(folder: Path) -> Portfolio:
    """Read `creditor.yaml`, `debtors.csv`, `debts.csv` and, where present, `payments.csv` and `holds.csv`.

    Raises:
        PortfolioFileMissing, CreditorFileInvalid: as `read_files`.
    """
    payments, holds = folder / "payments.csv", folder / "holds.csv"
    return read_files(
        creditor=folder / "creditor.yaml",
        debtors=folder / "debtors.csv",
        debts=folder / "debts.csv",
        payments=payments if payments.exists() else None,
        holds=holds if holds.exists() else None,
    )


def read_files(
    *,
    creditor: Path,
    debtors: Path,
    debts: Path,
    payments: Path | None = None,
    holds: Path | None = None,
    payments_until: date | None = None,
) -> Portfolio:
    """Read the load files; good rows are kept, bad ones are in `problems`.

    Raises:
        PortfolioFileMissing: a file is not there or is not UTF-8.
        CreditorFileInvalid: the creditor's file has faults; without limits nothing loads.
    """
    problems: list[RowProblem] = []
    who, notes = read_creditor(creditor)
    people = read_debtors(debtors, problems)
    owing = read_debts(debts, people, problems)
    contracts = {debt.contract for own in owing.values() for debt in own}
    return Portfolio(
        creditor=who,
        debtors=people,
        debts=owing,
        payments=read_payments(payments, contracts, problems) if payments else (),
        holds=read_holds(holds, people, problems) if holds else {},
        problems=tuple(problems),
        notes=notes,
        payments_until=payments_until,
    )
