"""Numbers that are more than a count: fractions, halves, dozens, powers, signs ("dois terços", "3/4", "-2,5")."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from decimal import Context, Decimal
from typing import Final

from voicebot.understanding.normalise import Token
from voicebot.understanding.numbers import Number, is_numeral, read_number

_PARTS: Final = {
    "meio": 2, "terco": 3, "quarto": 4, "quinto": 5, "sexto": 6, "setimo": 7, "oitavo": 8, "nono": 9, "decimo": 10,
    "vigesimo": 20, "centesimo": 100, "milesimo": 10**3, "milionesimo": 10**6, "bilionesimo": 10**9,
}  # fmt: skip
_SMALL_PARTS: Final = frozenset({"centesimo", "milesimo", "milionesimo", "bilionesimo"})
_ORDINAL_OF: Final = frozenset({"dia", "andar", "mes", "lugar", "parcela", "filho", "piso"})
"""Before one of these, "quinto" counts in order."""
_DOZEN: Final = frozenset({"duzia", "duzias"})
_COMMON_DENOMINATORS: Final = range(2, 6)
_PRECISE: Final = Context(prec=15)
_MILLION: Final = 10**6
_BIGGEST_HALVED: Final = 1000

Reading = tuple[Number, int]


def read_quantity(tokens: Sequence[Token], at: int, raw: str, *, dated: bool) -> Reading | None:
    """Read the longest quantity at token `at`, with the index after it. `dated`: "1/3" is the first of March here."""
    sign = _sign(tokens, at, raw)
    start = at + sign
    if start >= len(tokens):
        return None
    read = _glyph(tokens[start], start) or _magnitude(tokens, start, raw, dated=dated, signed=bool(sign))
    if read is None or not sign:
        return read
    number, stop = read
    return _made(-number.value, tokens, at, stop), stop


def _magnitude(tokens: Sequence[Token], at: int, raw: str, *, dated: bool, signed: bool) -> Reading | None:
    read = _leading_comma(tokens, at, raw) or _grouped(tokens, at, raw) or read_number(tokens, at)
    if read is None:
        return None
    written = _slashed(tokens, at, raw, dated=dated, signed=signed)
    if written:
        return written
    return _parted(tokens, at, read) or _over(tokens, at, read) or _extended(tokens, at, read)


def _made(value: Decimal, tokens: Sequence[Token], at: int, stop: int) -> Number:
    whole = value == value.to_integral_value()
    digits = format(value.to_integral_value(), "f") if whole and value >= 0 else ""
    return Number(value if whole else _PRECISE.plus(value), tokens[at].start, tokens[stop - 1].end, digits)


def _word(tokens: Sequence[Token], at: int) -> str:
    return tokens[at].word if 0 <= at < len(tokens) else ""


def _sign(tokens: Sequence[Token], at: int, raw: str) -> int:
    """Give 1 where a minus stands before digits, not between two numbers or in a row of digits."""
    if tokens[at].word != "-" or not _word(tokens, at + 1)[:1].isdigit():
        return 0
    gap = tokens[at + 1].start - tokens[at].end
    before = raw[: tokens[at].start]
    if gap == 0:
        return int(not before or (before[-1].isspace() and not before.rstrip()[-1:].isdigit()))
    return int(gap == 1 and not before.strip())


def _leading_comma(tokens: Sequence[Token], at: int, raw: str) -> Reading | None:
    """Read ",08", which has lost its nought."""
    token, digits = tokens[at], _word(tokens, at + 1)
    if token.word != "," or not digits.isdigit() or tokens[at + 1].start != token.end:
        return None
    before = raw[: token.start]
    if before and (not before[-1].isspace() or before.rstrip()[-1:].isdigit()):
        return None
    return _made(Decimal(f"0.{digits}"), tokens, at, at + 2), at + 2


def _grouped(tokens: Sequence[Token], at: int, raw: str) -> Reading | None:
    """Read "40 000"; other groups of three are digits of a document."""
    stop = at + 1
    digits = tokens[at].word
    if not digits.isdigit() or len(digits) > 3 or digits.startswith("0"):
        return None
    while _word(tokens, stop) == "000" and len(raw[tokens[stop - 1].end : tokens[stop].start]) == 1:
        digits += "000"
        stop += 1
    return (_made(Decimal(digits), tokens, at, stop), stop) if stop > at + 1 else None


def _glyph(token: Token, at: int) -> Reading | None:
    if len(token.word) != 1 or token.word.isdigit() or unicodedata.category(token.word) != "No":
        return None
    value = Decimal(repr(unicodedata.numeric(token.word, 0.0)))
    return (Number(value, token.start, token.end, ""), at + 1) if 0 < value < 1 else None


def _slashed(tokens: Sequence[Token], at: int, raw: str, *, dated: bool, signed: bool) -> Reading | None:
    """Read "3/4", "2 1/4" and "1/3" as fractions where they can be no day and month."""
    if dated:
        return None
    whole = 0
    if _fraction(tokens, at + 1, raw) and _word(tokens, at).isdigit():
        whole = 1
    parts = _fraction(tokens, at + whole, raw)
    if parts is None:
        return None
    above, below = parts
    stop = at + whole + 3
    follows_day = _word(tokens, at - 1) in {"dia", "em", "no", "ate", "do", "de", "ser", "para", "pra", "pro", "desde"}
    common = above < below and below in _COMMON_DENOMINATORS and not follows_day
    percent = _word(tokens, stop) == "%" or (_word(tokens, stop), _word(tokens, stop + 1)) == ("por", "cento")
    if not (signed or whole or percent or common) or _word(tokens, stop) == "/":
        return None
    value = Decimal(above) / Decimal(below)
    if whole:
        value += Decimal(_word(tokens, at))
    return _made(value, tokens, at, stop), stop


def _fraction(tokens: Sequence[Token], at: int, raw: str) -> tuple[int, int] | None:
    above, mark, below = (_word(tokens, at + step) for step in range(3))
    if mark != "/" or not (above.isdigit() and below.isdigit()) or int(below) == 0:
        return None
    tight = raw[tokens[at].start : tokens[at + 2].end] == f"{above}/{below}"
    return (int(above), int(below)) if tight else None


def _parted(tokens: Sequence[Token], at: int, read: Reading) -> Reading | None:
    """Read "três quintos", "um milésimo", "três vinte avos", "três vinte milésimos"."""
    number, stop = read
    denominator = Decimal(1)
    inner = read_number(tokens, stop) if stop < len(tokens) and is_numeral(_word(tokens, stop)) else None
    if inner:
        denominator, after = inner[0].value, inner[1]
        if _word(tokens, after) == "avos" and denominator > 0:
            return _made(number.value / denominator, tokens, at, after + 1), after + 1
        part = _part(tokens, after)
        if part and part[1] in _SMALL_PARTS and denominator > 0:
            return _made(number.value / (denominator * part[0]), tokens, at, after + 1), after + 1
        return None
    part = _part(tokens, stop)
    if part is None or (number.value == 1) == _word(tokens, stop).endswith("s"):
        return None
    return _made(number.value / part[0], tokens, at, stop + 1), stop + 1


def _part(tokens: Sequence[Token], at: int) -> tuple[int, str] | None:
    name = _word(tokens, at).removesuffix("s")
    if name not in _PARTS or _word(tokens, at + 1) in _ORDINAL_OF:
        return None
    return _PARTS[name], name


def _over(tokens: Sequence[Token], at: int, read: Reading) -> Reading | None:
    number, stop = read
    if _word(tokens, stop) != "sobre" or stop + 1 >= len(tokens):
        return None
    below = read_number(tokens, stop + 1)
    if below is None or below[0].value <= 0:
        return None
    return _made(number.value / below[0].value, tokens, at, below[1]), below[1]


def _extended(tokens: Sequence[Token], at: int, read: Reading) -> Reading:
    """Add a half ("dois e meio"), a fraction of the millions, or count dozens."""
    number, stop = read
    following, after = _word(tokens, stop), _word(tokens, stop + 1)
    if following in _DOZEN:
        return _made(number.value * 12, tokens, at, stop + 1), stop + 1
    if following == "e" and after == "meio" and number.value < _BIGGEST_HALVED and _word(tokens, stop + 2) != "dia":
        return _made(number.value + Decimal("0.5"), tokens, at, stop + 2), stop + 2
    if following in {"e", "com"} and number.value >= _MILLION and is_numeral(after):
        share = _parted(tokens, stop + 1, read_number(tokens, stop + 1) or read)
        scale = _scale_said(tokens, stop - 1)
        if share and scale and share[0].value < 1:
            return _made(number.value + share[0].value * scale, tokens, at, share[1]), share[1]
    return read


def _scale_said(tokens: Sequence[Token], at: int) -> int:
    scales = {"milh": 10**6, "bilh": 10**9, "tril": 10**12}
    return next((scale for stem, scale in scales.items() if _word(tokens, at).startswith(stem)), 0)
