"""Figures in spoken Portuguese, read back out of the bot's words: amounts, percentages, days, counts."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Final

_WORTH: Final = {
    word: value
    for value, words in {
        **dict(enumerate("zero um,uma dois,duas tres quatro cinco seis,meia sete oito nove".split())),
        **{10 + i: w for i, w in enumerate("dez onze doze treze quatorze,catorze quinze dezesseis dezessete".split())},
        18: "dezoito",
        19: "dezenove",
        **{20 + 10 * i: w for i, w in enumerate("vinte trinta quarenta cinquenta sessenta setenta".split())},
        80: "oitenta",
        90: "noventa",
        100: "cem,cento",
        200: "duzentos,duzentas",
        300: "trezentos,trezentas",
        400: "quatrocentos,quatrocentas",
        500: "quinhentos,quinhentas",
        600: "seiscentos,seiscentas",
        700: "setecentos,setecentas",
        800: "oitocentos,oitocentas",
        900: "novecentos,novecentas",
    }.items()
    for word in words.split(",")
} | {"primeiro": 1}
MONTHS: Final = "janeiro fevereiro marco abril maio junho julho agosto setembro outubro novembro dezembro".split()
WEEKDAYS: Final = "segunda terca quarta quinta sexta sabado domingo".split()
_WORD: Final = re.compile(r"[\w-]+|[.,;:!?…]")


def fold(text: str) -> str:
    """Lower case, without accents."""
    plain = unicodedata.normalize("NFKD", text.lower())
    return "".join(each for each in plain if not unicodedata.combining(each))


@dataclass(frozen=True, slots=True)
class Figure:
    """`kind` is money (value in cents), percent (in hundredths), day, month_day, count, days, time or bare."""

    kind: str
    value: int
    month: int = 0
    """1 to 12 in a `month_day`."""


def read(text: str) -> tuple[Figure, ...]:
    """Give every figure of a line, in order."""
    return _scan(_WORD.findall(fold(text)))[0]


def spoken_length(sentence: str) -> int:
    """Count words, a figure with its unit as one."""
    figures, inside = _scan(_WORD.findall(fold(sentence)))
    return len(figures) + inside


def _scan(words: list[str]) -> tuple[tuple[Figure, ...], int]:
    """Give the figures, and how many words are outside them."""
    found: list[Figure] = []
    outside, at = 0, 0
    previous = ""
    while at < len(words):
        value, end = _number(words, at)
        if value is None or _is_article(words, at, end, previous):
            outside += words[at] not in ".,;:!?…"
            previous, at = words[at], at + 1
            continue
        figure, end, before = _with_unit(words, value, end, previous)
        spelled = figure.kind == "bare" and bool(found) and found[-1].kind == "bare" and previous in (",", "")
        if not spelled or value > 9:
            found.append(figure)
        outside -= min(before, outside)
        previous, at = "", end
    return tuple(found), outside


def _is_article(words: list[str], at: int, end: int, previous: str) -> bool:
    """`um` and `uma` alone count as a number only before a unit, and `meia` only in a dictation."""
    if end - at > 1 or words[at] not in ("um", "uma", "meia", "primeiro"):
        return False
    following = words[end] if end < len(words) else ""
    if words[at] == "primeiro":
        return previous != "dia" and _at(words, end + 1) not in MONTHS
    return not (
        following in ("real", "centavo", "por", "parcela", "virgula") or previous == "dia" or following in _WORTH
    )


def _number(words: list[str], at: int) -> tuple[int | None, int]:
    """Read the longest number that starts at `at`."""
    if words[at].isdigit():
        return int(words[at]), at + 1
    if words[at] not in _WORTH and words[at] != "mil":
        return None, at
    total, group, room, end = 0, 0, 1000, at
    while end < len(words):
        step = end + 1 if words[end] == "e" and end > at else end
        word = words[step] if step < len(words) else ""
        if word == "mil" and total == 0:
            total, group, room = max(group, 1) * 1000, 0, 1000
        elif word in _WORTH and _magnitude(_WORTH[word]) < room and (step > end or end == at or room >= 1000):
            group += _WORTH[word]
            room = _room(_WORTH[word])
        else:
            break
        end = step + 1
    return total + group, end


def _magnitude(value: int) -> int:
    """How much room a word needs: hundreds 100, tens and teens 10, units 1."""
    if value >= 100:
        return 100
    return 10 if value >= 10 else 1


def _room(value: int) -> int:
    """What may still follow: after a teen or a unit nothing."""
    if value >= 100:
        return 100
    return 10 if value >= 20 else 0


def _at(words: list[str], index: int) -> str:
    return words[index] if 0 <= index < len(words) else ""


def _with_unit(words: list[str], value: int, end: int, previous: str) -> tuple[Figure, int, int]:
    """Give the figure, where it ends, and how many words before it belong to it."""
    unit = _at(words, end)
    if unit == "virgula":
        return _percent(words, value, end)
    if unit in ("reais", "real"):
        return _money(words, value, end + 1)
    if unit in ("centavos", "centavo"):
        return Figure("money", value), end + 1, 0
    if unit == "por" and _at(words, end + 1) == "cento":
        return Figure("percent", value * 100), end + 2, 0
    if unit == "de" and _at(words, end + 1) in MONTHS:
        day = Figure("month_day", value, MONTHS.index(words[end + 1]) + 1)
        return day, _past_year(words, end + 2), int(previous == "dia")
    if previous == "dia":
        return Figure("day", value), end, 1
    if unit in ("parcelas", "parcela", "vezes", "prestacoes", "pagamentos"):
        return Figure("count", value), end + 1, 0
    if unit in ("dias", "dia"):
        return Figure("days", value), end + 1, 0
    if previous == "as" or unit in ("horas", "hora"):
        return Figure("time", value), end, 0
    return Figure("bare", value), end, 0


def _percent(words: list[str], whole: int, end: int) -> tuple[Figure, int, int]:
    """Read what follows a decimal comma; a single tenth has no zero before it, "zero cinco" are hundredths."""
    at, leading = end + 1, 0
    while _at(words, at) == "zero":
        at, leading = at + 1, leading + 1
    part, after = _number(words, at) if at < len(words) else (None, at)
    tenths = part is not None and part < 10 and not leading
    hundredths = (part or 0) * (10 if tenths else 1)
    after = after + 2 if _at(words, after) == "por" else after
    return Figure("percent", whole * 100 + hundredths), after, 0


def _past_year(words: list[str], end: int) -> int:
    """A spoken year belongs to its date."""
    if _at(words, end) != "de" or _at(words, end + 1) not in ("mil", "dois"):
        return end
    year, after = _number(words, end + 1)
    return after if year is not None and 1900 <= year <= 2100 else end


def _money(words: list[str], reais: int, end: int) -> tuple[Figure, int, int]:
    step = end + 1 if _at(words, end) == "e" else end
    if step > end and step < len(words):
        cents, after = _number(words, step)
        if cents is not None and _at(words, after) in ("centavos", "centavo"):
            return Figure("money", reais * 100 + cents), after + 1, 0
    return Figure("money", reais * 100), end, 0
