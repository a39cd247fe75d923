"""The calendar's own words and small steps over it, shared by the readers of days and of stretches of time."""

from __future__ import annotations

import calendar
from datetime import date, timedelta
from typing import Final

MONTHS: Final = {
    "janeiro": 1, "fevereiro": 2, "marco": 3, "abril": 4, "maio": 5, "junho": 6, "julho": 7, "agosto": 8,
    "setembro": 9, "outubro": 10, "novembro": 11, "dezembro": 12, "jan": 1, "fev": 2, "mar": 3, "abr": 4, "jun": 6,
    "jul": 7, "ago": 8, "set": 9, "out": 10, "mai": 5, "nov": 11, "dez": 12,
}  # fmt: skip
MONTH: Final = "|".join(name for name in MONTHS if len(name) > 3)
WEEKDAYS: Final = {
    "segunda": 0, "terca": 1, "tersa": 1, "quarta": 2, "quinta": 3, "sexta": 4, "sesta": 4, "cesta": 4, "sabado": 5,
    "domingo": 6,
}  # fmt: skip
WEEKDAY: Final = r"(?:segunda|terca|tersa|quarta|quinta|sexta|sesta)(?:[- ]?fe(?:i)?ra)?|cesta[- ]?feira|sabado|domingo"


def month_of(word: str) -> int:
    return MONTHS[word]


def weekday_of(word: str) -> int:
    """Read "sexta-feira", "sexta feira" or "sextas" as Monday-based weekday."""
    return next(number for name, number in WEEKDAYS.items() if word.startswith(name))


def next_weekday(day: date, weekday: int) -> date:
    """Give the first such weekday after `day`."""
    return day + timedelta(days=(weekday - day.weekday() - 1) % 7 + 1)


def last_weekday(day: date, weekday: int) -> date:
    """Give the last such weekday before `day`."""
    return day - timedelta(days=(day.weekday() - weekday - 1) % 7 + 1)


def month_end(year: int, month: int) -> date:
    return date(year, month, calendar.monthrange(year, month)[1])


def shift_month(day: date, months: int) -> date:
    """Move by calendar months, keeping the day where the month has it."""
    index = day.year * 12 + day.month - 1 + months
    year, month = index // 12, index % 12 + 1
    return date(year, month, min(day.day, month_end(year, month).day))


def valid(year: int, month: int, day: int) -> date | None:
    if not (1 <= month <= 12 and 1 <= year <= 9999 and 1 <= day <= month_end(year, month).day):
        return None
    return date(year, month, day)


def day_of_month(today: date, day: int, *, past: bool) -> date | None:
    """Give the next (today included) or the last day with that number."""
    step = -1 if past else 1
    for months in range(13):
        first = shift_month(today.replace(day=1), step * months)
        candidate = valid(first.year, first.month, day)
        if candidate and (candidate <= today if past else candidate >= today):
            return candidate
    return None


def day_of_year(today: date, month: int, day: int, *, past: bool) -> date | None:
    """Give the next (today included) or the last date with that day and month; 29 February may be years away."""
    for years in range(9):
        candidate = valid(today.year + (-years if past else years), month, day)
        if candidate and (candidate <= today if past else candidate >= today):
            return candidate
    return None


def full_year(year: int, today: date, *, birth: bool) -> int:
    """Complete a year said in two digits; a birth lies behind us, anything else near us."""
    if year >= 100:
        return year
    century = today.year // 100 * 100
    limit = today.year - 10 if birth else today.year + 20
    return century + year if century + year <= limit else century - 100 + year
