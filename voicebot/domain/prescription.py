"""Which debts are too old to be collected: they are never asked for, and spoken of honestly to who asks.

Brazil: five years for a liquid debt in a private instrument (CC art. 206, par. 5, I); after that not even an
extrajudicial demand is allowed (STJ REsp 2.088.100/SP; Tema 1.264 pending). The calling rule BR-PRESC uses the same
figure, and a test keeps the two together.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType
from typing import Final

from voicebot.domain.portfolio import Case, Debt

YEARS: Final[Mapping[str, int]] = MappingProxyType({"BR": 5})
"""By jurisdiction; where none is given, nothing lapses here and the creditor's counsel decides what is loaded."""


def lapsed(debt: Debt, jurisdiction: str, on: date) -> bool:
    """Whether the debt may no longer be asked for on the debtor's local date `on`."""
    years = YEARS.get(jurisdiction.upper())
    return years is not None and _anniversary(debt.due_date, years) <= on


def collectible(case: Case, on: date) -> tuple[Debt, ...]:
    """The case's debts that may be spoken of as owed, in the case's order."""
    return tuple(debt for debt in case.debts if not lapsed(debt, case.creditor.jurisdiction, on))


def all_lapsed(case: Case, on: date) -> bool:
    """Whether there are debts and none of them may be collected any more."""
    return bool(case.debts) and not collectible(case, on)


def _anniversary(day: date, years: int) -> date:
    """The same day so many years later; 29 February becomes 1 March."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return date(day.year + years, 3, 1)
