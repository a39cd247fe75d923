"""One caller line made ready for reading: folded letters with the spans of the original, and the tokens."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Final

MAX_CHARS: Final = 2000
"""Longer lines are no speech turn; what follows is not read."""

PLACEHOLDER: Final = "§"
_SWAPS: Final = {"’": "'", "‘": "'", "–": "-", "—": "-", PLACEHOLDER: " ", "\u00a0": " "}
_ADDRESS: Final = r"(?:https?://|www\.)\S+"
_POWER: Final = r"\d+(?:[.,]\d+)*(?:\^[+-]?\d{1,3}|e[+-]?\d{1,2})(?![\w.,^])"
_TOKEN: Final = re.compile(rf"{_ADDRESS}|[a-z]{{1,3}}\$|{_POWER}|\d+(?:[.,]\d+)*|[a-z]+(?:[-'][a-z]+)*|[^\sa-z\d]")
_SHAPED_NUMBER: Final = re.compile(r"\d{1,3}(?:\.\d{3})+(?:,\d+)?|\d{1,3}(?:,\d{3})+\.\d{2}|\d+(?:[.,]\d+)?")


@dataclass(frozen=True, slots=True)
class Token:
    """A word, a written number or a punctuation mark, folded, with its span in `Line.raw`."""

    word: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Line:
    """A caller's turn: `raw` is composed (NFC) and cut to `MAX_CHARS`; `folded` has the same length as `raw`."""

    raw: str
    folded: str
    tokens: tuple[Token, ...]


def fold(text: str) -> str:
    """Lower the case and take accents off, one character for one, so that spans stay true."""
    return "".join(_fold_char(char) for char in text)


def read_line(text: str) -> Line:
    """Fold and split a transcript; any text is accepted."""
    raw = unicodedata.normalize("NFC", text)[:MAX_CHARS]
    folded = fold(raw)
    return Line(raw, folded, tuple(_tokens(folded)))


def _fold_char(char: str) -> str:
    if char in _SWAPS:
        return _SWAPS[char]
    if char.isdigit() and not char.isascii():
        return " "
    return unicodedata.normalize("NFD", char)[0].lower()[0]


def _tokens(folded: str) -> list[Token]:
    found: list[Token] = []
    for match in _TOKEN.finditer(folded):
        word = match.group()
        if word[0].isdigit() and not word.isdecimal() and ("^" in word or "e" in word):
            found.append(Token(word, match.start(), match.end()))
        elif word[0].isdigit() and not _SHAPED_NUMBER.fullmatch(word):
            # "5,2,9" or "12.03.1984" is a row of numbers, not one.
            found.extend(
                Token(part.group(), match.start() + part.start(), match.start() + part.end())
                for part in re.finditer(r"\d+|[.,]", word)
            )
        else:
            found.append(Token(word, match.start(), match.end()))
    return found
