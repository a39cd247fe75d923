"""Feasts by which people reckon ("depois do carnaval"), and the days on which Brazilian banks are closed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from functools import lru_cache
from types import MappingProxyType
from typing import Final

from voicebot.domain.calendar import BusinessCalendar

_YEARS: Final = 3
_SUNDAY: Final = 6
_CARNIVAL_TUESDAY: Final = -47
_GOOD_FRIDAY: Final = -2
_CORPUS_CHRISTI: Final = 60
"""Days from Easter Sunday."""
_NATIONAL: Final = ((1, 1), (4, 21), (5, 1), (9, 7), (10, 12), (11, 2), (11, 15), (11, 20), (12, 25))
"""Lei 662/1949, Lei 6.802/1980 and Lei 14.759/2023: month and day."""


def easter(year: int) -> date:
    """Give Easter Sunday of a Gregorian year, by Butcher's algorithm."""
    golden = year % 19
    century, rest = divmod(year, 100)
    epact = (19 * golden + century - century // 4 - (century - (century + 8) // 25 + 1) // 3 + 15) % 30
    weekday = (32 + 2 * (century % 4) + 2 * (rest // 4) - epact - rest % 4) % 7
    lag = (golden + 11 * epact + 22 * weekday) // 451
    month, day = divmod(epact + weekday - 7 * lag + 114, 31)
    return date(year, month, day + 1)


def _fixed(month: int, day: int) -> Callable[[int], date]:
    return lambda year: date(year, month, day)


def _from_easter(days: int) -> Callable[[int], date]:
    return lambda year: easter(year) + timedelta(days=days)


def _second_sunday(month: int) -> Callable[[int], date]:
    def of(year: int) -> date:
        first = date(year, month, 1)
        return first + timedelta(days=(_SUNDAY - first.weekday()) % 7 + 7)

    return of


def _black_friday(year: int) -> date:
    """Give the day after November's fourth Thursday."""
    first = date(year, 11, 1)
    return first + timedelta(days=(3 - first.weekday()) % 7 + 22)


_NO_TOWN: Final = r"(?<!\bem )(?<!sou de )(?<!aqui de )(?<!vim de )(?<!cidade de )(?<!fui pra )"
"""Natal and São João are also towns: people live in them, and feasts are "no natal" and "no são joão"."""

_SAINTS_DAY: Final = (
    r"(?:(?<=dia d[eo] )|(?<=festa d[eo] )|(?<=feriado d[eo] )|(?<=antes d[eo] )|(?<=depois d[eo] )|"
    r"(?<=vespera d[eo] )|"
    r"(?<=no )|(?<=passar o )|(?<=passar )|(?<=ate o ))"
)
"""Saints give their names to towns and people too: only so is their day meant."""


FEASTS: Final[Mapping[str, Callable[[int], date]]] = MappingProxyType(
    {
        r"vespera d[eo] natal": _fixed(12, 24),
        r"vespera d[eo] ano novo|reveillon|virada do ano|virada de ano": _fixed(12, 31),
        r"festas(?: de fim de ano)?": _fixed(12, 31),
        rf"{_NO_TOWN}natal": _fixed(12, 25),
        r"(?<=antes d[eo] )(?:o )?(?:ano (?:acabar|terminar|virar)|(?:acabar|terminar|virar) o ano)": _fixed(1, 1),
        r"ano (?:acabar|terminar|virar)|(?:acabar|terminar|virar) o ano": _fixed(12, 31),
        r"ano novo": _fixed(1, 1),
        r"sexta(?:[- ]feira)? de carnaval": _from_easter(_CARNIVAL_TUESDAY - 4),
        r"sabado de carnaval": _from_easter(_CARNIVAL_TUESDAY - 3),
        r"domingo de carnaval": _from_easter(_CARNIVAL_TUESDAY - 2),
        r"segunda(?:[- ]feira)? de carnaval": _from_easter(_CARNIVAL_TUESDAY - 1),
        r"(?:terca(?:[- ]feira)? de )?carnaval|folia(?! d)": _from_easter(_CARNIVAL_TUESDAY),
        r"(?:quarta(?:[- ]feira)? de )?cinzas": _from_easter(_CARNIVAL_TUESDAY + 1),
        r"sexta[- ]feira santa|sexta santa|sexta(?:[- ]feira)? da paixao": _from_easter(_GOOD_FRIDAY),
        r"semana santa": _from_easter(0),
        r"sabado de aleluia": _from_easter(-1),
        r"(?:domingo (?:de|da) )?pascoa": _from_easter(0),
        r"corpus christi": _from_easter(_CORPUS_CHRISTI),
        r"tiradentes": _fixed(4, 21),
        r"dia do trabalh(?:o|ador)": _fixed(5, 1),
        r"(?:dia d[eo]s? |festa d[eo]s? |folia d[eo]s? )(?:santos )?reis": _fixed(1, 6),
        rf"{_SAINTS_DAY}sao sebastiao": _fixed(1, 20),
        r"dia de iemanja": _fixed(2, 2),
        r"dia (?:internacional )?da mulher": _fixed(3, 8),
        rf"{_SAINTS_DAY}sao jose": _fixed(3, 19),
        r"domingo de ramos": _from_easter(-7),
        rf"{_SAINTS_DAY}sao jorge": _fixed(4, 23),
        rf"{_SAINTS_DAY}santo antonio": _fixed(6, 13),
        rf"{_SAINTS_DAY}sao pedro": _fixed(6, 29),
        r"dia d[eo]s? avos?": _fixed(7, 26),
        r"(?:dia de )?(?:sao )?cosme e damiao": _fixed(9, 27),
        r"cirio(?: de nazare)?": _second_sunday(10),
        r"dia d[eo]s? professor(?:a|es|as)?": _fixed(10, 15),
        r"dia d[eo]s? servidor(?:es)?(?: publicos?)?": _fixed(10, 28),
        r"(?:dia de )?todos os santos": _fixed(11, 1),
        r"dia d[ao]s? bandeira": _fixed(11, 19),
        r"(?:dia d[ea] |feriado d[ea] |festa d[ea] )(?:nossa senhora d[ea] )?(?:imaculada )?conceicao": _fixed(12, 8),
        r"(?:dia de )?sao silvestre": _fixed(12, 31),
        r"dia das maes": _second_sunday(5),
        r"dia dos pais": _second_sunday(8),
        r"dia dos namorados": _fixed(6, 12),
        rf"{_NO_TOWN}sao joao": _fixed(6, 24),
        r"(?:feriado d[ao] |dia da )independencia": _fixed(9, 7),
        r"dia d[ao]s? criancas?|(?:feriado |dia )?d[ea] (?:nossa senhora )?(?:aparecida|padroeira)": _fixed(10, 12),
        r"(?:dia de |feriado de )?finados": _fixed(11, 2),
        r"(?:feriado da |dia da )?proclamacao da republica": _fixed(11, 15),
        r"(?:feriado da |dia da )?consciencia negra": _fixed(11, 20),
        r"black friday": _black_friday,
    }
)
"""Folded patterns of names, the more specific first, and the day of a year."""


def next_holiday(banks: BusinessCalendar, today: date) -> date:
    """Give the next day after today on which the banks of `with_bank_days` are closed: what "o feriado" means."""
    return min(day for day in banks.closed if day > today)


def feast_of(reckon: Callable[[int], date], today: date, *, past: bool) -> date:
    """Give the next feast (today included), or the last one."""
    days = [reckon(today.year + shift) for shift in (-1, 0, 1)]
    if past:
        return next(day for day in reversed(days) if day <= today)
    return next(day for day in days if day >= today)


@lru_cache(maxsize=64)
def with_bank_days(calendar: BusinessCalendar, year: int) -> BusinessCalendar:
    """Add the days on which banks are closed to a calendar, for `year` and the years around it.

    Carnival's Monday and Tuesday and Corpus Christi are no holidays by law, but no bank pays on them
    (Resolução CMN 4.880/2020).
    """
    closed = set(calendar.closed)
    for each in range(year - 1, year + _YEARS):
        closed |= {date(each, month, day) for month, day in _NATIONAL}
        shifts = (_CARNIVAL_TUESDAY - 1, _CARNIVAL_TUESDAY, _GOOD_FRIDAY, _CORPUS_CHRISTI)
        closed |= {easter(each) + timedelta(days=shift) for shift in shifts}
    return BusinessCalendar(frozenset(closed))
