"""Tokens and whole numbers of Brazilian Portuguese as it is spoken; nothing here knows what a number is about.

Written from the language and sharing nothing with the parts that read numbers aloud or hear them, so that a fault
there cannot hide here.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum
from typing import Final

UNITS: Final = {
    "um": 1, "uma": 1, "dois": 2, "duas": 2, "tres": 3, "quatro": 4, "cinco": 5, "seis": 6, "sete": 7, "oito": 8,
    "nove": 9,
}  # fmt: skip
TEENS: Final = {
    "dez": 10, "onze": 11, "doze": 12, "treze": 13, "quatorze": 14, "catorze": 14, "quinze": 15, "dezesseis": 16,
    "dezasseis": 16, "dezessete": 17, "dezassete": 17, "dezoito": 18, "dezenove": 19, "dezanove": 19,
}  # fmt: skip
TENS: Final = {
    "vinte": 20, "trinta": 30, "quarenta": 40, "cinquenta": 50, "sessenta": 60, "setenta": 70, "oitenta": 80,
    "noventa": 90,
}  # fmt: skip
HUNDREDS: Final = {
    "cem": 100, "cento": 100, "duzentos": 200, "trezentos": 300, "quatrocentos": 400, "quinhentos": 500,
    "seiscentos": 600, "setecentos": 700, "oitocentos": 800, "novecentos": 900,
}  # fmt: skip
SCALES: Final = {"milhao": 10**6, "milhoes": 10**6, "bilhao": 10**9, "bilhoes": 10**9}
ARTICLES: Final = frozenset({"um", "uma"})
THOUSAND: Final = 1000
BEGINNINGS: Final = frozenset(
    {"zero", "mil", *UNITS, *TEENS, *TENS, *HUNDREDS, *(name[:-2] + "as" for name in HUNDREDS if name.endswith("os"))}
)
"""Words that a whole number can begin with."""


class Mark(Enum):
    """What a token is, by its shape alone."""

    WORD = "word"
    NUMBER = "number"
    ISO_DATE = "iso"
    SLASH_DATE = "slash"
    CLOCK = "clock"
    DIGITS = "digits"
    CURRENCY = "currency"
    PERCENT = "percent"
    PUNCTUATION = "punctuation"


_SHAPES: Final = re.compile(
    r"""(?P<iso>\d{4}-\d{2}-\d{2})
    |(?P<digits>\d{3}\.\d{3}\.\d{3}-\d{2}|\+\d[\d\s().-]{6,}\d|\(\d{2}\)\s?\d{4,5}[-\s]?\d{4}|0800[\s-]?\d{3}[\s-]?\d{4}
        |(?:\d{2}\s)?\d{4,5}-\d{4})
    |(?P<slash>\d{1,2}/\d{1,2}(?:/\d{2,4})?)
    |(?P<clock>\d{1,2}(?::\d{2}|h(?:\d{2})?)(?!\w))
    |(?P<currency>R\$)
    |(?P<number>\d{1,3}(?:\.\d{3})+(?:,\d+)?|\d+(?:[.,]\d+)?)
    |(?P<percent>%)
    |(?P<word>[^\W\d_]+)
    |(?P<punctuation>[^\w\s])""",
    re.VERBOSE | re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Token:
    text: str
    """Lower case, with accents: "às" is not "as"."""
    plain: str
    """Lower case, without accents."""
    mark: Mark
    start: int
    end: int


def plain(text: str) -> str:
    """Give the text in lower case without accents; the length may change."""
    if text.isascii():
        return text.lower()
    return "".join(char for char in unicodedata.normalize("NFD", text.lower()) if not unicodedata.combining(char))


def tokens(text: str) -> tuple[Token, ...]:
    """Cut a text into tokens; spaces are dropped, positions are those of `text`."""
    found = []
    for match in _SHAPES.finditer(text):
        lower = match.group().lower()
        found.append(Token(lower, plain(lower), Mark(match.lastgroup), match.start(), match.end()))
    return tuple(found)


@dataclass(frozen=True, slots=True)
class Whole:
    """A whole number read from `tokens[start:end]`."""

    value: int
    start: int
    end: int
    literal: str | None
    """The digits as written when it was written in digits, for what is a string of digits rather than a quantity."""
    article: bool
    """It is the lone word "um" or "uma", which counts nothing by itself."""


def word(line: tuple[Token, ...], at: int) -> str:
    """Give the plain word at a position, or "" outside the line."""
    return line[at].plain if 0 <= at < len(line) else ""


def value_of(number: str) -> Decimal:
    """Read a number written in digits: "1.331,67", "1331.67", "1.331" and "2,5"."""
    if "," in number:
        return Decimal(number.replace(".", "").replace(",", "."))
    head, _, tail = number.rpartition(".")
    return Decimal(number.replace(".", "")) if head and len(tail) == 3 else Decimal(number)


def _hundred_words(line: tuple[Token, ...], at: int) -> tuple[int, int] | None:
    """Read 1 to 999 in words; "e" joins, and each word must be of a lower order than the one before."""
    total, room, position, end = 0, 3, at, at
    while True:
        name = word(line, position)
        feminine = name[:-2] + "os" if name.endswith("as") else name
        if room == 3 and feminine in HUNDREDS:
            total, room, end = HUNDREDS[feminine], 0 if name == "cem" else 2, position + 1
        elif room >= 2 and name in TENS:
            total, room, end = total + TENS[name], 1, position + 1
        elif room >= 2 and name in TEENS:
            total, room, end = total + TEENS[name], 0, position + 1
        elif room >= 1 and name in UNITS:
            total, room, end = total + UNITS[name], 0, position + 1
        else:
            break
        if not room or word(line, end) != "e":
            break
        position = end + 1
    return (total, end) if end > at else None


def _group(line: tuple[Token, ...], at: int) -> tuple[int, int] | None:
    if at < len(line) and line[at].mark is Mark.NUMBER and line[at].text.isdigit():
        return int(line[at].text), at + 1
    return _hundred_words(line, at)


def _after_thousand(line: tuple[Token, ...], at: int) -> tuple[int, int] | None:
    """What may follow "mil": hundreds at once, anything under a thousand after "e"."""
    if word(line, at) == "e":
        return _hundred_words(line, at + 1)
    name = word(line, at)
    feminine = name[:-2] + "os" if name.endswith("as") else name
    return _hundred_words(line, at) if feminine in HUNDREDS else None


def _thousands(line: tuple[Token, ...], at: int) -> tuple[int, int] | None:
    head = _group(line, at)
    if head is None and word(line, at) == "mil":
        head = (1, at)
    if head is None or word(line, head[1]) != "mil":
        return head
    total, end = head[0] * THOUSAND, head[1] + 1
    rest = _after_thousand(line, end)
    return (total + rest[0], rest[1]) if rest else (total, end)


def whole(line: tuple[Token, ...], at: int) -> Whole | None:
    """Read the longest whole number that starts at a position, in words or digits, or None."""
    if word(line, at) == "zero":
        return Whole(0, at, at + 1, None, article=False)
    head = _thousands(line, at)
    if head is None:
        return None
    total, end = head
    if word(line, end) in SCALES and total < THOUSAND:
        total, end = total * SCALES[word(line, end)], end + 1
        rest = _thousands(line, end + 1 if word(line, end) == "e" else end)
        if rest is not None and rest[0] < 10**6:
            total, end = total + rest[0], rest[1]
    single = end == at + 1
    literal = line[at].text if single and line[at].mark is Mark.NUMBER else None
    return Whole(total, at, end, literal, article=single and line[at].plain in ARTICLES)
