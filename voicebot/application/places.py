"""Where a debtor lives, as far as a call needs to know: the time zone and the days on which nothing is due."""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from types import MappingProxyType
from typing import Final

import holidays

from voicebot.domain.calendar import BusinessCalendar

TIMEZONES: Final = MappingProxyType(
    {
        "AC": "America/Rio_Branco",
        "AL": "America/Maceio",
        "AM": "America/Manaus",
        "AP": "America/Belem",
        "BA": "America/Bahia",
        "CE": "America/Fortaleza",
        "DF": "America/Sao_Paulo",
        "ES": "America/Sao_Paulo",
        "GO": "America/Sao_Paulo",
        "MA": "America/Fortaleza",
        "MG": "America/Sao_Paulo",
        "MS": "America/Campo_Grande",
        "MT": "America/Cuiaba",
        "PA": "America/Belem",
        "PB": "America/Fortaleza",
        "PE": "America/Recife",
        "PI": "America/Fortaleza",
        "PR": "America/Sao_Paulo",
        "RJ": "America/Sao_Paulo",
        "RN": "America/Fortaleza",
        "RO": "America/Porto_Velho",
        "RR": "America/Boa_Vista",
        "RS": "America/Sao_Paulo",
        "SC": "America/Sao_Paulo",
        "SE": "America/Maceio",
        "SP": "America/Sao_Paulo",
        "TO": "America/Araguaina",
    }
)
"""IANA zone by UF."""

_WEST_OF_AMAZONAS: Final = (
    "atalaia do norte",
    "benjamin constant",
    "boca do acre",
    "eirunepe",
    "envira",
    "guajara",
    "ipixuna",
    "itamarati",
    "jutai",
    "labrea",
    "pauini",
    "sao paulo de olivenca",
    "tabatinga",
)
"""Municipalities that keep Acre's time, five hours behind UTC (Lei 12.876/2013)."""

_OWN_ZONE: Final = MappingProxyType(
    {("AM", city): "America/Eirunepe" for city in _WEST_OF_AMAZONAS}
    | {("PE", "fernando de noronha"): "America/Noronha"}
)


def timezone_of(state: str, city: str) -> str:
    """Give the IANA zone of a city; `state` is a known UF."""
    return _OWN_ZONE.get((state, _plain(city)), TIMEZONES[state])


@lru_cache(maxsize=128)
def calendar_of(state: str, first_year: int, last_year: int) -> BusinessCalendar:
    """Give the business days of a UF, national and state holidays closed, for whole years, inclusive.

    Municipal holidays are not known here; Carnival and Corpus Christi are no holidays by federal law.
    """
    years = range(first_year, last_year + 1)
    return BusinessCalendar(frozenset(holidays.country_holidays("BR", subdiv=state, years=years)))


def _plain(text: str) -> str:
    decomposed = unicodedata.normalize("NFD", text.strip().lower())
    return "".join(character for character in decomposed if not unicodedata.combining(character))
