"""Business days, given the closed days as a value; whoever builds it knows the state and the year."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

_SATURDAY = 5


@dataclass(frozen=True, slots=True)
class BusinessCalendar:
    """Monday to Friday less `closed` (holidays where the debtor lives)."""

    closed: frozenset[date] = frozenset()

    def is_business_day(self, day: date) -> bool:
        return day.weekday() < _SATURDAY and day not in self.closed

    def after(self, day: date, business_days: int) -> date:
        """Give the date `business_days` business days after `day`, not counting `day`."""
        while business_days > 0:
            day += timedelta(days=1)
            if self.is_business_day(day):
                business_days -= 1
        return day

    def nth_of_month(self, year: int, month: int, nth: int) -> date:
        """Give the `nth` (from 1) business day of a month; payday is often the fifth."""
        return self.after(date(year, month, 1) - timedelta(days=1), nth)
