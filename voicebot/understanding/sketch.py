"""A line with every number replaced by one mark, so that dates, money and times are short patterns over it."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from voicebot.understanding.garbled import hushed, mend, mend_months, unhesitant
from voicebot.understanding.heard_words import heard_words
from voicebot.understanding.normalise import PLACEHOLDER, Line, Token
from voicebot.understanding.numbers import Number, is_numeral, read_number
from voicebot.understanding.quantities import read_quantity
from voicebot.understanding.split_figures import put_back

_SIX: Final = Decimal(6)
_HUNDRED: Final = 100
_MOST_PARTS: Final = 24
_REPEATS: Final = range(2, 5)
_HALF_OF: Final = frozenset({"hora", "horas", "duzia", "noite", "noites", "boca", "volta", "idade"})


@dataclass(frozen=True, slots=True)
class Sketch:
    """Words joined by single spaces, numbers as `§`; `numbers` is keyed by offset in `text`."""

    raw: str
    text: str
    offsets: tuple[int, ...]
    spans: tuple[tuple[int, int], ...]
    numbers: Mapping[int, Number]

    def find(self, pattern: re.Pattern[str]) -> Iterator[re.Match[str]]:
        return pattern.finditer(self.text)

    def span(self, match: re.Match[str], group: int | str = 0) -> tuple[int, int]:
        """Give the span of a match in `raw`."""
        first = bisect_right(self.offsets, match.start(group)) - 1
        last = bisect_right(self.offsets, max(match.start(group), match.end(group) - 1)) - 1
        return self.spans[first][0], self.spans[last][1]

    def number(self, match: re.Match[str], group: int | str) -> Number | None:
        """Give the number that a group's `§` stands for."""
        start = match.start(group)
        return self.numbers.get(start) if start >= 0 else None


def words(pattern: str) -> re.Pattern[str]:
    """Compile a pattern that matches whole words of a sketch only."""
    return re.compile(rf"(?<!\S)(?:{pattern})(?!\S)")


def draw(line: Line, *, dictation: bool, dated: bool = False) -> Sketch:
    """Sketch a line.

    `dictation` says that digits were asked for, so "meia" is six wherever it stands; `dated` that a day was, so that
    "1/3" is no third.
    """
    heard = hushed(line.tokens, dictation=dictation)
    if dictation:
        tokens = mend(heard)
    else:
        plain = heard_words(unhesitant(heard))
        tokens = put_back(mend_months(plain) if dated else plain)
    parts: list[str] = []
    spans: list[tuple[int, int]] = []
    offsets: list[int] = []
    numbers: dict[int, Number] = {}
    index = offset = 0
    while index < len(tokens):
        offsets.append(offset)
        read = _six(tokens, index, dictation=dictation or (dated and _after_of(tokens, index))) or (
            None
            if _percent_sign(tokens, index, parts)
            else _number(line.raw, tokens, index, dictation=dictation, dated=dated)
        )
        if read is None:
            parts.append(tokens[index].word)
            spans.append((tokens[index].start, tokens[index].end))
            index += 1
        else:
            number, index = read
            numbers[offset] = number
            parts.append(PLACEHOLDER)
            spans.append((number.start, number.end))
        offset += len(parts[-1]) + 1
    return Sketch(line.raw, " ".join(parts), tuple(offsets), tuple(spans), numbers)


def _number(raw: str, tokens: tuple[Token, ...], at: int, *, dictation: bool, dated: bool) -> tuple[Number, int] | None:
    if dictation:
        return _repeated(tokens, at) or read_number(tokens, at)
    read = read_quantity(tokens, at, raw, dated=dated)
    stop = _before_parts(tokens, at, read) if read else None
    return read_quantity(tokens[:stop], at, raw, dated=dated) if stop else read


def _before_parts(tokens: tuple[Token, ...], at: int, read: tuple[Number, int]) -> int | None:
    """Give where an amount ends before its instalments: "duzentos e seis de noventa" is no two hundred and six."""
    number, stop = read
    if number.value < _HUNDRED or stop + 1 >= len(tokens) or tokens[stop].word != "de":
        return None
    joint = max((place for place in range(at, stop) if tokens[place].word == "e"), default=None)
    part = read_number(tokens[:stop], joint + 1) if joint else None
    if part is None or part[1] != stop or not is_numeral(tokens[stop + 1].word):
        return None
    return joint if 2 <= part[0].value <= _MOST_PARTS else None


def _repeated(tokens: tuple[Token, ...], at: int) -> tuple[Number, int] | None:
    """Read "três vezes o sete" as the digits 777."""
    count = read_number(tokens, at)
    if count is None or count[0].value not in _REPEATS or count[1] >= len(tokens):
        return None
    stop = count[1]
    if tokens[stop].word not in {"vezes", "veiz", "x"}:
        return None
    stop += 1 + (stop + 1 < len(tokens) and tokens[stop + 1].word == "o")
    digit = read_number(tokens, stop) if stop < len(tokens) else None
    if tokens[min(stop, len(tokens) - 1)].word == "meia":
        digit = Number(_SIX, tokens[stop].start, tokens[stop].end, "6"), stop + 1
    if digit is None or len(digit[0].digits) != 1:
        return None
    digits = digit[0].digits * int(count[0].value)
    return Number(Decimal(digits), tokens[at].start, digit[0].end, digits), digit[1]


def _percent_sign(tokens: tuple[Token, ...], at: int, drawn: list[str]) -> bool:
    """Whether "cento" here belongs to "vinte por cento" rather than to an amount ("faz por cento e vinte")."""
    return (
        tokens[at].word == "cento"
        and drawn[-2:] in ([PLACEHOLDER, "por"], ["meio", "por"])
        and not (at + 2 < len(tokens) and tokens[at + 1].word == "e" and is_numeral(tokens[at + 2].word))
    )


def _after_of(tokens: tuple[Token, ...], at: int) -> bool:
    """Whether a "meia" follows "do", as the month does in a birthday: "seis do meia"."""
    return at > 1 and tokens[at - 1].word in {"do", "de"} and is_numeral(tokens[at - 2].word)


def _six(tokens: tuple[Token, ...], at: int, *, dictation: bool) -> tuple[Number, int] | None:
    """Read "meia" as a dictated six, or "meia dúzia"."""
    token = tokens[at]
    following = tokens[at + 1].word if at + 1 < len(tokens) else ""
    if token.word != "meia":
        return None
    if following == "duzia":
        return Number(_SIX, token.start, tokens[at + 1].end, "6"), at + 2
    previous = tokens[at - 1].word if at else ""
    if following in _HALF_OF or previous == "e":
        return None
    before = tokens[at - 2].word if previous == "," and at > 1 else previous
    after = tokens[at + 2].word if following == "," and at + 2 < len(tokens) else following
    if dictation or is_numeral(before) or is_numeral(after) or "meia" in {before, after}:
        return Number(_SIX, token.start, token.end, "6"), at + 1
    return None
