"""Days counted in a month: "quinto dia útil", "primeiro dia útil de janeiro", "último dia do mês"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Final

from voicebot.domain.calendar import BusinessCalendar
from voicebot.domain.meaning import EntityType
from voicebot.understanding.calendar_words import MONTH, month_end, month_of, shift_month
from voicebot.understanding.feasts import with_bank_days
from voicebot.understanding.sketch import Sketch, words
from voicebot.understanding.spans import Found, found

_NTH: Final = r"(?:primeir|segund|terceir|quart|quint|sext|setim|oitav|decim)o|(?:pen)?ultimo|proximo|§ º|§ o|§"
_BUSINESS: Final = words(
    rf"(?:n?o )?(?P<n>{_NTH}) (?:dia )?util(?P<of> (?:do |de )?(?:mes que vem|proximo mes|mes seguinte|mes que entra))?"
    rf"(?: (?:do|de|do mes de|em) (?P<mo>{MONTH}|ano(?: que vem)?))?(?: (?:do|deste|desse) mes)?"
)
_EDGE: Final = words(
    r"(?:n?o )?(?P<n>primeiro|ultimo) dia (?:do|de|do mes de|desse|deste) (?P<mo>mes|mes que vem|proximo mes|"
    rf"{MONTH})"
)
ORDINALS: Final = {
    "primeiro": 1, "segundo": 2, "terceiro": 3, "quarto": 4, "quinto": 5, "sexto": 6, "setimo": 7, "oitavo": 8,
    "decimo": 10,
}  # fmt: skip
_MOST: Final = 20
"""No month is sure to have more business days."""


def business_days(sketch: Sketch, today: date, calendar: BusinessCalendar) -> Iterator[Found]:
    """Give the business days, and first and last days of a month, that a line counts."""
    banks = with_bank_days(calendar, today.year)
    for match in sketch.find(_BUSINESS):
        day = _business(sketch, match, today, banks)
        if day:
            yield found(EntityType.DATE, sketch.raw, sketch.span(match), day.isoformat())
    for match in sketch.find(_EDGE):
        yield found(EntityType.DATE, sketch.raw, sketch.span(match), _edge(match, today).isoformat())


def _business(sketch: Sketch, match: re.Match[str], today: date, banks: BusinessCalendar) -> date | None:
    if match["n"] == "proximo":
        return banks.after(today, 1)
    nth = None if match["n"].endswith("ultimo") else ORDINALS.get(match["n"]) or _leading(sketch, match)
    if nth is not None and not 1 <= nth <= _MOST:
        return None
    for month in _months(match, today):
        day = (
            _last(banks, month, but_one=match["n"].startswith("pen"))
            if nth is None
            else banks.nth_of_month(month.year, month.month, nth)
        )
        if day >= today:
            return day
    return None


def _months(match: re.Match[str], today: date) -> tuple[date, ...]:
    """Give the first days of the months that may be meant, the likeliest first."""
    first = today.replace(day=1)
    if match["of"]:
        return (shift_month(first, 1),)
    if match["mo"] and match["mo"].startswith("ano"):
        return (date(today.year, 1, 1), date(today.year + 1, 1, 1))
    if match["mo"]:
        month = month_of(match["mo"])
        return (date(today.year, month, 1), date(today.year + 1, month, 1))
    return (first, shift_month(first, 1))


def _last(banks: BusinessCalendar, month: date, *, but_one: bool) -> date:
    day = month_end(month.year, month.month)
    while not banks.is_business_day(day) or but_one:
        but_one = but_one and not banks.is_business_day(day)
        day -= timedelta(days=1)
    return day


def _edge(match: re.Match[str], today: date) -> date:
    first = today.replace(day=1)
    name = match["mo"]
    if name not in {"mes", "mes que vem", "proximo mes"}:
        month = month_of(name)
        first = date(today.year + (month < today.month), month, 1)
    elif name != "mes" or (match["n"] == "primeiro" and today.day > 1):
        first = shift_month(first, 1)
    return first if match["n"] == "primeiro" else month_end(first.year, first.month)


def _leading(sketch: Sketch, match: re.Match[str]) -> int:
    number = sketch.numbers.get(match.start("n"))
    return int(number.value) if number and number.value == number.value.to_integral_value() else 0
