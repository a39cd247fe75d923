"""What a campaign is: whom it calls, how fast, how often again, and what it may cost. All of it is data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from types import MappingProxyType
from typing import Final

from voicebot.domain.dialogue.phases import Disposition
from voicebot.domain.money import ZERO, Money
from voicebot.domain.segments import Segment

FOLLOW_UPS: Final = "follow-ups"
"""The standing campaign of callbacks and broken promises; a file of this name changes its pace."""


@dataclass(frozen=True, slots=True)
class RetryRule:
    """So many more tries after an outcome, each so long after the last."""

    times: int
    after: timedelta


@dataclass(frozen=True, slots=True)
class Selection:
    """Who belongs to a campaign; everything empty is everybody who owes."""

    creditor_cnpj: str | None = None
    segments: frozenset[Segment] = frozenset()
    days_past_due: tuple[int, int] | None = None
    """From and to, both included, of the oldest open debt."""
    principal: tuple[Money, Money] | None = None
    """From and to, both included, of the open contracts' sum as loaded."""
    states: frozenset[str] = frozenset()
    refs: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class RampUp:
    """Calls at once in the beginning, and how they grow: a new campaign's mistakes stay small."""

    start: int
    step: int
    every: timedelta


@dataclass(frozen=True, slots=True)
class Pace:
    per_second: Decimal = Decimal(1)
    """Calls placed a second; providers queue what comes faster, and a queued call may ring outside hours."""
    per_hour: int = 600
    at_once: int = 4
    total: int | None = None
    ramp_up: RampUp | None = None
    calls_per_agent: int | None = None
    """Calls at once for each human agent on duty; None is a campaign that needs none."""


@dataclass(frozen=True, slots=True)
class Spend:
    per_call: Money = ZERO
    per_minute: Money = ZERO
    per_day: Money | None = None
    """Cap of a day in São Paulo; None is no cap."""
    reserve_minutes: int = 3
    """What a call is taken to cost until its end is known."""

    @property
    def reserve(self) -> Money:
        return self.per_call + self.per_minute * self.reserve_minutes

    def cost_of(self, talked: timedelta | None) -> Money:
        """Give what a call cost; None was never answered. Minutes begun count whole, as providers bill them."""
        if talked is None or talked <= timedelta():
            return self.per_call
        return self.per_call + self.per_minute * -(-talked // timedelta(minutes=1))


_MINUTES: Final = {
    Disposition.BUSY: (3, 20),
    Disposition.NO_ANSWER: (3, 180),
    Disposition.VOICEMAIL: (2, 1440),
    Disposition.HUNG_UP: (1, 1440),
    Disposition.FAILED: (2, 60),
    Disposition.NOT_VERIFIED: (1, 1440),
    Disposition.THIRD_PARTY: (2, 1440),
}
USUAL_RETRIES: Final[Mapping[Disposition, RetryRule]] = MappingProxyType(
    {outcome: RetryRule(times, timedelta(minutes=minutes)) for outcome, (times, minutes) in _MINUTES.items()}
)
"""What is not named is not tried again: the person was reached, or does not want to be."""
MAX_ATTEMPTS: Final = 12
"""For one reason, whatever the budgets add up to."""


@dataclass(frozen=True, slots=True)
class Campaign:
    name: str
    selection: Selection = field(default_factory=Selection)
    pace: Pace = field(default_factory=Pace)
    spend: Spend = field(default_factory=Spend)
    retries: Mapping[Disposition, RetryRule] = field(default_factory=lambda: USUAL_RETRIES)


def at_once(pace: Pace, started_at: datetime | None, now: datetime) -> int:
    """Give how many calls the campaign may have open at `now`."""
    ramp = pace.ramp_up
    if ramp is None or started_at is None:
        return pace.at_once
    steps = max(now - started_at, timedelta()) // ramp.every
    return min(pace.at_once, ramp.start + ramp.step * steps)


def next_try(
    retries: Mapping[Disposition, RetryRule], outcome: Disposition, earlier: Mapping[Disposition, int], at: datetime
) -> datetime | None:
    """Give when to call again after an attempt that ended as `outcome` at `at`; None where the budget is spent.

    Args:
        retries: What the campaign allows.
        outcome: How this attempt ended.
        earlier: Attempts for the same reason so far, by outcome, this one not among them.
        at: When it ended.
    """
    rule = retries.get(outcome)
    if rule is None or earlier.get(outcome, 0) >= rule.times or sum(earlier.values()) + 1 >= MAX_ATTEMPTS:
        return None
    return at + rule.after
