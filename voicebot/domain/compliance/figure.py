"""The figures that a spoken text can hold: amounts, days, hours, percentages, counts and strings of digits."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import Enum, StrEnum
from typing import ClassVar


class Kind(StrEnum):
    MONEY = "money"
    DATE = "date"
    WEEKDAY = "weekday"
    RELATIVE_DAY = "relative_day"
    TIME = "time"
    PERCENT = "percent"
    COUNT = "count"
    NUMBER = "number"
    DIGITS = "digits"


class Unit(Enum):
    """What is counted."""

    INSTALMENT = "instalment"
    MONTH = "month"
    YEAR = "year"
    WEEK = "week"
    DAY = "day"
    HOUR = "hour"
    MINUTE = "minute"
    DEBT = "debt"
    OPTION = "option"
    DIGIT = "digit"


@dataclass(frozen=True, slots=True)
class Figure:
    """Something counted, dated or priced at `text[start:end]`."""

    kind: ClassVar[Kind]
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class MoneyFigure(Figure):
    kind: ClassVar[Kind] = Kind.MONEY
    cents: int


@dataclass(frozen=True, slots=True)
class DateFigure(Figure):
    """A day of the month, with month and year where they are said; `every` in "todo dia dez"."""

    kind: ClassVar[Kind] = Kind.DATE
    day: int
    month: int | None = None
    year: int | None = None
    every: bool = False


@dataclass(frozen=True, slots=True)
class WeekdayFigure(Figure):
    """0 is Monday."""

    kind: ClassVar[Kind] = Kind.WEEKDAY
    weekday: int


@dataclass(frozen=True, slots=True)
class RelativeDayFigure(Figure):
    """Days from today: tomorrow is 1, and "ainda hoje" 0; "hoje" alone is not a figure."""

    kind: ClassVar[Kind] = Kind.RELATIVE_DAY
    days: int


@dataclass(frozen=True, slots=True)
class TimeFigure(Figure):
    """`certain` where the half of the day is known, by "da tarde" or an hour above twelve."""

    kind: ClassVar[Kind] = Kind.TIME
    hour: int
    minute: int
    certain: bool


@dataclass(frozen=True, slots=True)
class PercentFigure(Figure):
    kind: ClassVar[Kind] = Kind.PERCENT
    rate: Decimal


@dataclass(frozen=True, slots=True)
class CountFigure(Figure):
    kind: ClassVar[Kind] = Kind.COUNT
    value: int
    unit: Unit


@dataclass(frozen=True, slots=True)
class NumberFigure(Figure):
    """A number with no unit said: it may be any of the others, shortened."""

    kind: ClassVar[Kind] = Kind.NUMBER
    value: Decimal


@dataclass(frozen=True, slots=True)
class DigitsFigure(Figure):
    """A string of digits: a protocol, a phone, a document."""

    kind: ClassVar[Kind] = Kind.DIGITS
    digits: str
