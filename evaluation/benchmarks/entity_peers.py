"""Other people's readers of numbers, amounts and days, run on the same cases where they are installed.

They belong to the dependency group `peers`; what is missing is named in the result instead of being left out silently.
"""

from __future__ import annotations

import importlib
import re
import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import PackageNotFoundError, version
from types import MappingProxyType
from typing import Any, Final

import structlog

from evaluation.benchmarks.recognizers_specs import Read, Suite, spec_value
from voicebot.domain.dialogue.phases import Asks, Phase
from voicebot.domain.meaning import Entity, EntityType

_LANGUAGE: Final = "pt"
_CULTURE: Final = "pt-br"
_NUMBER: Final = re.compile(r"-?\d+(?:[.,]\d+)?")
_PERCENT: Final = re.compile(r"(-?\d+(?:[.,]\d+)?) ?(?:%|por cento|por 100)")
_COINS: Final = frozenset({"Centavo", "Cêntimo"})
_log: Final = structlog.get_logger(__name__)

ReadDays = Callable[[str, Asks | Phase | None, datetime], Sequence[Entity]]


@dataclass(frozen=True, slots=True)
class Peer:
    """One installed reader and what it can be asked."""

    name: str
    version: str
    suites: Mapping[Suite, Read]
    days: ReadDays | None = None


def installed() -> tuple[tuple[Peer, ...], tuple[str, ...]]:
    """Give the peers that are here and the names of the distributions that are missing."""
    found: list[Peer] = []
    missing: list[str] = []
    for distribution, make in _MAKERS.items():
        try:
            released = version(distribution)
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                found.append(make(distribution, released))
        except (PackageNotFoundError, ImportError):
            missing.append(distribution)
    return tuple(found), tuple(missing)


def _recognizers(name: str, released: str) -> Peer:
    numbers: Any = importlib.import_module("recognizers_number")
    units: Any = importlib.import_module("recognizers_number_with_unit")

    def values(recognise: Callable[[str, str], Any]) -> Read:
        def read(text: str) -> list[float]:
            given = [result.resolution or {} for result in _quietly(recognise, text, _CULTURE)]
            return [_spec_amount(each) for each in given if each.get("value") is not None]

        return read

    suites = {
        Suite.NUMBER: values(numbers.recognize_number),
        Suite.PERCENT: values(numbers.recognize_percentage),
        Suite.CURRENCY: values(units.recognize_currency),
    }
    return Peer(name, released, MappingProxyType(suites))


def _spec_amount(resolution: Mapping[str, str]) -> float:
    value = spec_value(resolution["value"])
    return value / 100 if resolution.get("unit") in _COINS else value


def _text2num(name: str, released: str) -> Peer:
    alpha2digit: Callable[[str, str], str] = importlib.import_module("text_to_num").alpha2digit

    def reader(pattern: re.Pattern[str]) -> Read:
        def read(text: str) -> list[float]:
            digits = _quietly(alpha2digit, text, _LANGUAGE)
            groups = (match[pattern.groups] for match in pattern.finditer(digits))
            return [float(each.replace(",", ".")) for each in groups]

        return read

    return Peer(name, released, MappingProxyType({Suite.NUMBER: reader(_NUMBER), Suite.PERCENT: reader(_PERCENT)}))


def _dateparser(name: str, released: str) -> Peer:
    parser: Any = importlib.import_module("dateparser")
    search: Any = importlib.import_module("dateparser.search")

    def read(text: str, expecting: Asks | Phase | None, now: datetime) -> list[Entity]:
        settings = {"RELATIVE_BASE": now.replace(tzinfo=None), "PREFER_DATES_FROM": "future"}
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            whole = parser.parse(text, languages=[_LANGUAGE], settings=settings)
            hits = [(text, whole)] if whole else search.search_dates(text, languages=[_LANGUAGE], settings=settings)
        return [Entity(EntityType.DATE, words, day.date().isoformat()) for words, day in hits or []]

    return Peer(name, released, MappingProxyType({}), read)


def _quietly(call: Callable[[str, str], Any], text: str, language: str) -> Any:
    """Ask a peer; one that falls over a line has not read it."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return call(text, language)
    except (ValueError, TypeError, KeyError, IndexError, AttributeError, ArithmeticError) as error:
        _log.warning("peer_failed", error=type(error).__name__)
        return ""


_MAKERS: Final[Mapping[str, Callable[[str, str], Peer]]] = MappingProxyType(
    {
        "recognizers-text-number-with-unit": _recognizers,
        "text2num": _text2num,
        "dateparser": _dateparser,
    }
)
