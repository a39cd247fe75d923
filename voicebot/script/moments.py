"""Days and hours as said aloud, seen from the listener's own day."""

from __future__ import annotations

from datetime import date, time, timedelta
from typing import Final

from voicebot.script.numerals import cardinal

WEEKDAYS: Final = ("segunda", "terça", "quarta", "quinta", "sexta", "sábado", "domingo")
MONTHS: Final = (
    "janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro".split()  # 0 = January
)
_SATURDAY: Final = 5
_WEEKDAY_WITHIN: Final = timedelta(days=31)
"""Further away, a weekday helps nobody."""
_YEAR_CLEAR_WITHIN: Final = timedelta(days=62)
"""In December, "dez de janeiro" needs no year."""


def day_spoken(day: int) -> str:
    """Say a day of the month: the first is "primeiro"."""
    return "primeiro" if day == 1 else cardinal(day)


def month_day(day: int, month: int) -> str:
    """Say a day without its year: "doze de março", "primeiro de maio"."""
    return f"{day_spoken(day)} de {MONTHS[month - 1]}"


def date_full(day: date) -> str:
    """Say a date with its year: "quinze de outubro de dois mil e vinte e cinco"."""
    return f"{month_day(day.day, day.month)} de {cardinal(day.year)}"


def date_spoken(day: date, *, today: date, weekday: bool = True) -> str:
    """Say a date as a person would on `today`: "hoje", "quinta, dia vinte e seis", "quinta, dez de dezembro".

    The month is left out within the current one, the year where it is plain. Past days have no weekday.
    """
    if day == today:
        return "hoje"
    if day == today + timedelta(days=1):
        return f"amanhã, {_dated(day, today)}"
    named = weekday and timedelta() < day - today <= _WEEKDAY_WITHIN
    return f"{WEEKDAYS[day.weekday()]}, {_dated(day, today)}" if named else _dated(day, today)


def by_date(day: date, *, today: date) -> str:
    """Say a deadline: "ainda hoje", "até quinta, dia vinte e seis"."""
    return "ainda hoje" if day == today else f"até {date_spoken(day, today=today)}"


def on_date(day: date, *, today: date, weekday: bool = True) -> str:
    """Say a date with its preposition: "na quinta, dia vinte e seis", "no dia trinta", "em dez de dezembro"."""
    said = date_spoken(day, today=today, weekday=weekday)
    if said.startswith(("hoje", "amanhã")):
        return said
    if said.startswith(WEEKDAYS):
        return f"{'no' if day.weekday() >= _SATURDAY else 'na'} {said}"
    return f"no {said}" if said.startswith("dia ") else f"em {said}"


def time_spoken(at: time) -> str:
    """Say an hour as people do: "dez da manhã", "duas e meia da tarde", "meio-dia"."""
    if at.hour in (0, 12):
        hour = "meio-dia" if at.hour else "meia-noite"
        return f"{hour} e {_minutes(at.minute)}" if at.minute else hour
    hour = cardinal(at.hour % 12, feminine=True)
    said = f"{hour} e {_minutes(at.minute)}" if at.minute else hour
    return f"{said} {_part_of_day(at.hour)}"


def at_time(at: time) -> str:
    """Say an hour with its preposition: "às dez da manhã", "à uma da tarde", "ao meio-dia"."""
    said = time_spoken(at)
    if said.startswith("meio-dia"):
        return f"ao {said}"
    return f"{'à' if said.startswith(('uma', 'meia-noite')) else 'às'} {said}"


def clock_spoken(hour: int, minute: int) -> str:
    """Say a time as written on a 24-hour clock: "dezoito e trinta", "dezoito horas"."""
    said = cardinal(hour, feminine=True)
    if minute:
        return f"{said} e {cardinal(minute)}"
    return f"{said} {'hora' if hour == 1 else 'horas'}"


def greeting(at: time) -> str:
    """Say the greeting of the hour: "bom dia" until noon, "boa tarde" until six, then "boa noite"."""
    if at.hour < 12:
        return "bom dia"
    return "boa tarde" if at.hour < 18 else "boa noite"


def _dated(day: date, today: date) -> str:
    if (day.year, day.month) == (today.year, today.month) and day > today:
        return f"dia {day_spoken(day.day)}"
    soon = timedelta() < day - today <= _YEAR_CLEAR_WITHIN
    return month_day(day.day, day.month) if day.year == today.year or soon else date_full(day)


def _minutes(minute: int) -> str:
    return "meia" if minute == 30 else cardinal(minute)


def _part_of_day(hour: int) -> str:
    if hour < 6:
        return "da madrugada"
    if hour < 12:
        return "da manhã"
    return "da tarde" if hour < 19 else "da noite"
