"""What the scorer counted beside the score, as the page of a call shows it; what a scorer did not count is left out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from voicebot.console.pages import line, number

WIDTH: Final = 240.0
HEIGHT: Final = 36.0
_PARTS: Final = {
    "amount": "valor",
    "date": "data",
    "method": "forma de pagar",
    "read_back": "leitura de volta",
    "own_words": "nas palavras da pessoa",
}
"""What makes a promise binding."""
_NOTICED: Final = 0.15
"""A smaller change is no change."""


@dataclass(frozen=True, slots=True)
class Feelings:
    """The caller's feeling turn by turn, -1 to 1."""

    points: str
    """Of a polyline in a box of `WIDTH` by `HEIGHT`."""
    first: float
    last: float

    @property
    def words(self) -> str:
        change = self.last - self.first
        way = "melhorou" if change > _NOTICED else "piorou" if change < -_NOTICED else "ficou igual"
        return f"{way} da primeira à última terça parte"


@dataclass(frozen=True, slots=True)
class Measured:
    numbers: tuple[tuple[str, str], ...]
    """Name and value."""
    reasons: tuple[tuple[str, tuple[int, ...]], ...]
    """Kind, and the lines that say it."""
    objections: tuple[tuple[str, tuple[int, ...]], ...]
    causes: tuple[tuple[str, tuple[int, ...]], ...]
    """The main cause and then what lies behind it, each with the lines that say it; empty for a cause alone."""
    feelings: Feelings | None
    promise: tuple[int, tuple[str, ...]] | None
    """Percent of what binds, and what of it is missing."""


def measured(measures: Mapping[str, Any]) -> Measured:
    """Read the scorer's measures, of whatever version it is."""
    return Measured(
        numbers=tuple((name, value) for name, value in _numbers(measures) if value is not None),
        reasons=_kinds(measures.get("reasons_for_default")),
        objections=_kinds(measures.get("objections")),
        causes=_causes(_inside(measures, "root_cause")),
        feelings=_feelings(_inside(measures, "sentiment")),
        promise=_promise(_inside(measures, "promise")),
    )


def _causes(found: Mapping[str, Any]) -> tuple[tuple[str, tuple[int, ...]], ...]:
    told = _kinds(found.get("chain"))
    return told if len(told) > 1 else ()


def _numbers(measures: Mapping[str, Any]) -> tuple[tuple[str, str | None], ...]:
    cut_in, silences = _inside(measures, "interruptions"), _inside(measures, "silences")
    pace, reading = _inside(measures, "words_per_minute"), _inside(measures, "readability")
    return (
        ("Agente interrompeu", _whole(cut_in.get("by_agent"))),
        ("Cliente interrompeu", _whole(cut_in.get("by_caller"))),
        ("Silêncios de 3 s ou mais", _whole(silences.get("over_3_s"))),
        ("Maior silêncio", _with_unit(silences.get("longest_s"), "s", 1)),
        ("Ritmo do agente", _with_unit(pace.get("agent"), "palavras/min", 0)),
        ("Ritmo do cliente", _with_unit(pace.get("caller"), "palavras/min", 0)),
        ("Falas repetidas", _whole(measures.get("repeated_lines"))),
        ("Facilidade de leitura", _with_unit(reading.get("ease"), "de 100", 0)),
        ("Frases longas", _whole(reading.get("long_sentences"))),
    )


def _feelings(found: Mapping[str, Any]) -> Feelings | None:
    turns = found.get("by_turn")
    values = [each.get("value") for each in turns if isinstance(each, Mapping)] if isinstance(turns, list) else []
    told = [_real(value) for value in values]
    first, last = _real(found.get("first")), _real(found.get("last"))
    if first is None or last is None or len([value for value in told if value is not None]) < 2:
        return None
    return Feelings(line(told, width=WIDTH, height=HEIGHT, low=-1.0, high=1.0), first, last)


def _promise(found: Mapping[str, Any]) -> tuple[int, tuple[str, ...]] | None:
    quality = _real(found.get("quality"))
    if quality is None:
        return None
    return round(100 * quality), tuple(words for name, words in _PARTS.items() if found.get(name) is False)


def _kinds(found: Any) -> tuple[tuple[str, tuple[int, ...]], ...]:
    each_one = [each for each in found if isinstance(each, Mapping)] if isinstance(found, list) else []
    return tuple(
        (str(each.get("kind", "")), tuple(turn for turn in each.get("turns", ()) if isinstance(turn, int)))
        for each in each_one
    )


def _inside(measures: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = measures.get(name)
    return found if isinstance(found, Mapping) else {}


def _real(value: Any) -> float | None:
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


def _whole(value: Any) -> str | None:
    found = _real(value)
    return None if found is None else number(found)


def _with_unit(value: Any, unit: str, decimals: int) -> str | None:
    found = _real(value)
    return None if found is None else f"{number(found, decimals)} {unit}"
