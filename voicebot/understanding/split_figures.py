"""Figures that a recogniser writes in two: "1560 e 4 reais" is 1564, "20 sete do dez" the twenty-seventh of October.

People say "mil quinhentos e sessenta e quatro" in one breath; what is transcribed is sometimes the round figure, the
"e", and what is left. Only a tail that fits into the round figure's noughts is put back: "100 e 50" and "150 e 5",
never "10 e 5" (nobody says fifteen so) nor "120 e 30".
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from voicebot.understanding.normalise import Token
from voicebot.understanding.numbers import read_number, written_value

_CLOCK: Final = frozenset({"as", "a", "h", "hora", "horas"})
_OPENED: Final = frozenset({"entre", "dias", "parcela", "parcelas"})
_OF: Final = frozenset({"do", "de", "no"})
_CENTS: Final = frozenset({"centavo", "centavos", "%", "vezes", "x", "parcelas", "parcela", "prestacoes"})
"""What follows a tail that counts something of its own."""
_LONGEST: Final = 9
"""Characters: longer figures are no amounts that somebody says."""
_TEN: Final = 10
_HUNDRED: Final = 100
_THOUSAND: Final = 1000


def put_back(tokens: Sequence[Token]) -> tuple[Token, ...]:
    """Give the tokens with each split figure as one."""
    mended: list[Token] = []
    at = 0
    while at < len(tokens):
        joined = _joined(tokens, at)
        if joined is None:
            mended.append(tokens[at])
            at += 1
        else:
            token, at = joined
            mended.append(token)
    return tuple(mended)


def _joined(tokens: Sequence[Token], at: int) -> tuple[Token, int] | None:
    head = _round(tokens[at].word)
    before = tokens[at - 1].word if at else ""
    if head is None or before in _CLOCK | _OPENED or before.isdigit() or at + 1 >= len(tokens):
        return None
    linked = tokens[at + 1].word == "e"
    start = at + 1 + linked
    if start >= len(tokens) or tokens[start].word == "e":
        return None
    tail = read_number(tokens, start)
    if tail is None or (tail[0].article and not linked):
        return None
    number, stop = tail
    following = tokens[stop].word if stop < len(tokens) else ""
    value = int(number.value) if number.value == number.value.to_integral_value() else 0
    share = following == "por" and tokens[stop + 1 : stop + 2] and tokens[stop + 1].word == "cento"
    if not 0 < value < _room(head) or following in _CENTS or share or number.digits != str(value):
        return None
    if not linked and (following not in _OF or tokens[start].word.isdigit()):
        return None  # "20 7" and "20 sete" may be two numbers; before "do dez" they are a day
    return Token(str(head + value), tokens[at].start, number.end), stop


def _round(word: str) -> int | None:
    """Give a written figure that ends in a nought, "1560" or "1.500"; others leave no room."""
    if not word[:1].isdigit() or not word.replace(".", "").isdigit() or len(word) > _LONGEST:
        return None
    value = written_value(word)
    return int(value) if value == value.to_integral_value() and value >= 2 * _TEN and value % _TEN == 0 else None


def _room(head: int) -> int:
    """Give what fits into the noughts: below ten for 20 to 90, below a hundred for 100, below a thousand for 1000."""
    if head % _THOUSAND == 0:
        return _THOUSAND
    if head % _HUNDRED == 0:
        return _HUNDRED
    return _TEN if head % _HUNDRED > _TEN else 0
