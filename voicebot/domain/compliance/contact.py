"""What the rules of contact look at, and the kinds of rule there are; each rule says when it would allow contact.

Instants are aware and in the debtor's zone: the shell has turned them, the rules only compare.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final

from voicebot.domain.portfolio import Case, Channel, Creditor, Hold, OpenHours

_DAY: Final = timedelta(days=1)
_YEAR: Final = 366
_STOP: Final = "stop_"
_REGISTER: Final = "register_"


@dataclass(frozen=True, slots=True)
class Attempt:
    """One past contact, all numbers and creditors summed."""

    at: datetime
    conversation: bool
    """The right person was spoken to."""
    channel: Channel = Channel.VOICE
    inbound: bool = False
    """The person called us: a conversation like any other, but no attempt of ours."""


@dataclass(frozen=True, slots=True)
class ContactHistory:
    """What happened with one person before this contact."""

    attempts: tuple[Attempt, ...] = ()
    stopped: frozenset[Channel] = frozenset()
    """Channels on which the person asked not to be contacted."""
    registers: frozenset[str] = frozenset()
    """Do-not-call registers the number is on, by the UF that keeps them ("SP", "PA")."""
    open_promise: date | None = None
    """The date of a promise not yet due or not yet judged."""
    paid_on: date | None = None
    """The latest payment that the debts of the case may not reflect yet."""
    invited_on: date | None = None
    """The day on which the person asked to be called; the caps on frequency do not bind it."""


@dataclass(frozen=True, slots=True)
class Inquiry:
    """The question: may this person be contacted on this channel."""

    case: Case
    channel: Channel
    history: ContactHistory


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactRule(ABC):
    """A rule with its source. `clears` is what makes it one."""

    id: str
    reason: str
    """In Portuguese, for the operator; never personal data."""
    cites: str
    verified_on: date

    @abstractmethod
    def clears(self, inquiry: Inquiry, at: datetime) -> datetime | None:
        """Give the first instant from `at` on at which this rule alone allows contact; None is never."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CallingHours(ContactRule):
    """Hours by weekday, for debtors in `states`, or for all others where `elsewhere`. E-mail disturbs nobody."""

    hours: OpenHours
    states: frozenset[str]
    elsewhere: bool = False

    def clears(self, inquiry: Inquiry, at: datetime) -> datetime | None:
        listed = inquiry.case.debtor.state.upper() in self.states
        if listed is self.elsewhere or inquiry.channel is Channel.EMAIL:
            return at
        for step in range(8):
            day = at.date() + step * _DAY
            for weekday, start, end in sorted(self.hours.by_weekday):
                opening = max(at, _instant(day, start, at))
                if weekday == day.weekday() and opening < _instant(day, end, at):
                    return opening
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class ClosedDays(ContactRule):
    """No contact on the holidays of the case's calendar, nor on these weekdays (6 is Sunday)."""

    weekdays: frozenset[int]

    def clears(self, inquiry: Inquiry, at: datetime) -> datetime | None:
        if inquiry.channel is Channel.EMAIL:
            return at
        return _first_day(
            at, lambda day: day.weekday() not in self.weekdays and day not in inquiry.case.calendar.closed
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class AttemptCap(ContactRule):
    """At most `limit` attempts within `days` consecutive local days, this one included; by law or by the creditor."""

    days: int
    limit: Callable[[Creditor], int]
    conversations_only: bool = False

    def clears(self, inquiry: Inquiry, at: datetime) -> datetime | None:
        history = inquiry.history
        past = [
            attempt.at.astimezone(at.tzinfo).date()
            for attempt in history.attempts
            if (attempt.conversation if self.conversations_only else _counts(attempt, inquiry.channel))
        ]
        limit = self.limit(inquiry.case.creditor)

        def allows(day: date) -> bool:
            window = [when for when in past if timedelta() <= day - when < self.days * _DAY]
            return len(window) < limit or day == history.invited_on

        return _first_day(at, allows) if limit > 0 else None


@dataclass(frozen=True, slots=True, kw_only=True)
class OnHold(ContactRule):
    """Contact rests through the last day of a hold of these kinds; `kinds` empty stands for every other kind."""

    kinds: frozenset[str]
    others: bool = False

    def clears(self, inquiry: Inquiry, at: datetime) -> datetime | None:
        holds = [hold for hold in inquiry.case.holds if suspends_all(hold.kind)]
        return _after_holds(at, [hold for hold in holds if (hold.kind in self.kinds) is not self.others])


@dataclass(frozen=True, slots=True, kw_only=True)
class StopRequested(ContactRule):
    """Who asked for no more contact on a channel is not contacted on it."""

    def clears(self, inquiry: Inquiry, at: datetime) -> datetime | None:
        if inquiry.channel in inquiry.history.stopped:
            return None
        return _after_holds(at, [hold for hold in inquiry.case.holds if inquiry.channel is stopped_channel(hold.kind)])


@dataclass(frozen=True, slots=True, kw_only=True)
class OnRegister(ContactRule):
    """The number is on a state's do-not-call register that covers collection, on `channels`."""

    register: str
    channels: frozenset[Channel]

    def clears(self, inquiry: Inquiry, at: datetime) -> datetime | None:
        if inquiry.channel not in self.channels:
            return at
        if self.register in inquiry.history.registers:
            return None
        return _after_holds(at, [hold for hold in inquiry.case.holds if register_of(hold.kind) == self.register])


@dataclass(frozen=True, slots=True, kw_only=True)
class PromiseOpen(ContactRule):
    """A promise is left alone until its date and the grace after it have passed."""

    grace_business_days: int

    def clears(self, inquiry: Inquiry, at: datetime) -> datetime | None:
        promised = inquiry.history.open_promise
        if promised is None:
            return at
        return _after_day(at, inquiry.case.calendar.after(promised, self.grace_business_days))


@dataclass(frozen=True, slots=True, kw_only=True)
class JustPaid(ContactRule):
    """After a payment, contact waits until it is sure to be in the debts."""

    business_days: int

    def clears(self, inquiry: Inquiry, at: datetime) -> datetime | None:
        paid = inquiry.history.paid_on
        return at if paid is None else _after_day(at, inquiry.case.calendar.after(paid, self.business_days))


@dataclass(frozen=True, slots=True, kw_only=True)
class NothingOwed(ContactRule):
    def clears(self, inquiry: Inquiry, at: datetime) -> datetime | None:
        return at if inquiry.case.debts else None


@dataclass(frozen=True, slots=True, kw_only=True)
class AllPrescribed(ContactRule):
    """Debts older than `years` may not be collected; refuses only where no younger one is left."""

    years: int

    def clears(self, inquiry: Inquiry, at: datetime) -> datetime | None:
        debts = inquiry.case.debts
        lapsed = all(anniversary(debt.due_date, self.years) <= at.date() for debt in debts)
        return None if debts and lapsed else at


@dataclass(frozen=True, slots=True, kw_only=True)
class UnderAge(ContactRule):
    """Nobody under `years` is contacted about a debt."""

    years: int

    def clears(self, inquiry: Inquiry, at: datetime) -> datetime | None:
        return _after_day(at, anniversary(inquiry.case.debtor.birth_date, self.years) - _DAY)


def stopped_channel(kind: str) -> Channel | None:
    """Give the one channel that a hold such as `stop_sms` closes; None for every other kind."""
    name = kind.removeprefix(_STOP)
    return Channel(name) if kind.startswith(_STOP) and name in set(Channel) else None


def register_of(kind: str) -> str | None:
    """Give the UF whose do-not-call register a hold such as `register_sp` stands for; None for every other kind."""
    return kind.removeprefix(_REGISTER).upper() if kind.startswith(_REGISTER) else None


def suspends_all(kind: str) -> bool:
    """Tell whether a hold of this kind closes every channel; `stop_sms` and `register_sp` have rules of their own."""
    return stopped_channel(kind) is None and register_of(kind) is None


def anniversary(day: date, years: int) -> date:
    """Give the same day so many years later; 29 February becomes 1 March."""
    year = day.year + years
    try:
        return day.replace(year=year)
    except ValueError:
        return date(year, 3, 1)


def _counts(attempt: Attempt, channel: Channel) -> bool:
    return attempt.channel is channel and not attempt.inbound


def _after_holds(at: datetime, holds: list[Hold]) -> datetime | None:
    ends = [hold.until for hold in holds if hold.until is not None]
    return None if len(ends) < len(holds) else _after_day(at, max(ends, default=None))


def _instant(day: date, at: time, like: datetime) -> datetime:
    return datetime.combine(day, at, tzinfo=like.tzinfo)


def _first_day(at: datetime, allows: Callable[[date], bool]) -> datetime | None:
    for step in range(_YEAR):
        day = at.date() + step * _DAY
        if allows(day):
            return at if step == 0 else _instant(day, time(), at)
    return None


def _after_day(at: datetime, last: date | None) -> datetime:
    """The first instant after `last`, which is itself closed."""
    return at if last is None or last < at.date() else _instant(last + _DAY, time(), at)
