"""What came of the money: recovery, cure, time to collect, kept promises, and satisfaction, by several groups.

Calls tell four things by events of their own: `script` with `version`, `satisfaction` with `score` from 0 to 10,
`offer` with `discount_percent` for each offer that is put to the caller, and `protocol` with `number`, the digits by
which the caller may speak of the call.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final, Protocol

from voicebot.application.qa.proportions import Nps

SCRIPT: Final = "script"
SATISFACTION: Final = "satisfaction"
OFFER: Final = "offer"
PROTOCOL: Final = "protocol"


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
    negotiated: int
    """Calls in which anything was offered."""
    offers: int
    conceded: int
    """Calls in which a later offer went further than the first."""
    priced: int
    """Calls whose offers' discounts are known."""
    first_discount_points: int
    """Of the first offers, in hundredths of a percent, of all priced calls together."""
    best_discount_points: int
    agreed_debt_cents: int
    agreed_cents: int
    distress: int
    complaints: int
    """Calls in which somebody complained."""
    fatal: int
    scored: int
    score_sum: int
    reviewed: int = 0
    """Calls that a person has judged."""
    judged: int = 0
    """Calls with a score of either, person or machine."""
    corrected_fatal: int = 0
    """As `fatal`, with the newest person's word in place of the machine's where there is one."""
    corrected_score_sum: int = 0

    @property
    def corrected_score(self) -> float | None:
        """Give the mean score with people's corrections."""
        return self.corrected_score_sum / self.judged if self.judged else None

    @property
    def first_discount(self) -> float | None:
        """Give the mean opening discount in percent."""
        return self.first_discount_points / 100 / self.priced if self.priced else None

    @property
    def best_discount(self) -> float | None:
        return self.best_discount_points / 100 / self.priced if self.priced else None

    @property
    def offers_each(self) -> float | None:
        """Give how many offers a negotiation took."""
        return self.offers / self.negotiated if self.negotiated else None

    @property
    def score(self) -> float | None:
        return self.score_sum / self.scored if self.scored else None

    @property
    def days_to_collect(self) -> float | None:
        return self.collect_days / self.paid if self.paid else None

    @property
    def nps(self) -> Nps:
        return Nps(self.asked, self.promoters, self.detractors)


class What(StrEnum):
    """What callers name, in words of their own."""

    REASON = "reason"
    """Why they fell behind."""
    COMPLAINT = "complaint"
    OBJECTION = "objection"


@dataclass(frozen=True, slots=True)
class Named:
    """Calls in which one such thing was named, and what came of them; a call may name several."""

    name: str
    calls: int
    right_parties: int
    promises: int
    matured: int
    kept: int


@dataclass(frozen=True, slots=True)
class Report:
    total: Results
    groups: dict[Group, tuple[tuple[str, Results], ...]]
    """Of the groups asked for, each by its name; an empty name where nothing is known."""
    named: dict[What, tuple[Named, ...]]
    """The most frequent first."""
    named_in: dict[Group, dict[tuple[str, What, str], Named]]
    """By the group's name, what, and its name; of the groups asked for, and where it is one alone, reasons alone."""


@dataclass(frozen=True, slots=True)
class Agreement:
    """How the newest person's marks and the machine's agree, over the calls of one week or of all."""

    since: date
    """Monday, or the first day asked for."""
    calls: int
    answers: int
    """Marks compared: one a criterion."""
    same: int
    kappa: float | None
    """Cohen's, of pass, fail and not applicable."""
    both_fatal: int
    machine_fatal: int
    """Fatal by the machine alone."""
    human_fatal: int
    fatal_kappa: float | None


class ReportBook(Protocol):
    async def report(
        self,
        *,
        since: date,
        until: date,
        creditors: tuple[str, ...] | None,
        creditor: str | None,
        by: Group | None = None,
    ) -> Report:
        """Give the report, grouped by `by` alone, or in turn by everything where it is None."""
        ...

    async def agreement(
        self, *, since: date, until: date, creditors: tuple[str, ...] | None, creditor: str | None
    ) -> tuple[Agreement, ...]:
        """Give the whole period first, then its weeks in order; nothing where nobody has reviewed a call."""
        ...
