"""What came of the money: recovery, cure, time to collect, kept promises, and satisfaction, by several groups.

Calls tell two things by events of their own: `script` with `version`, and `satisfaction` with `score` from 0 to 10.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final, Protocol

from voicebot.application.qa.proportions import Nps

SCRIPT: Final = "script"
SATISFACTION: Final = "satisfaction"


class Group(StrEnum):
    CREDITOR = "creditor"
    SEGMENT = "segment"
    SCRIPT = "script_version"
    HOUR = "hour"


@dataclass(frozen=True, slots=True)
class Results:
    """Counts and cents of one group of calls.

    An account counts for one call: the debtor's last contact up to the day of the first payment, or the last of all
    while nothing is paid. Payments count from the day of the debtor's first contact on.
    """

    calls: int
    contacts: int
    right_parties: int
    promises: int
    matured: int
    kept: int
    accounts: int
    placed_cents: int
    received_cents: int
    cured: int
    paid: int
    """Accounts with a payment."""
    collect_days: int
    """Days from the first contact to the first payment, of all paid accounts together."""
    promoters: int
    asked: int
    detractors: int

    @property
    def days_to_collect(self) -> float | None:
        return self.collect_days / self.paid if self.paid else None

    @property
    def nps(self) -> Nps:
        return Nps(self.asked, self.promoters, self.detractors)


@dataclass(frozen=True, slots=True)
class Report:
    total: Results
    groups: dict[Group, tuple[tuple[str, Results], ...]]
    """Each by its name; an empty name where nothing is known."""


class ReportBook(Protocol):
    async def report(
        self, *, since: date, until: date, creditors: tuple[str, ...] | None, creditor: str | None
    ) -> Report: ...
