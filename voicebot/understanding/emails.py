"""E-mail addresses, written or said aloud: "maria ponto souza arroba gmail ponto com"."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Final

from voicebot.domain.meaning import EntityType
from voicebot.understanding.normalise import Line, Token
from voicebot.understanding.numbers import is_numeral, read_number
from voicebot.understanding.spans import Found, found

_WRITTEN: Final = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_SIGNS: Final = {
    "underline": "_", "underscore": "_", "anderline": "_", "sublinhado": "_", "_": "_", "hifen": "-", "traco": "-",
    "tracinho": "-", "-": "-", "ponto": ".", ".": ".",
}  # fmt: skip
_JOINED: Final = frozenset({"tudo", "junto", "juntinho", "minusculo"})
_STOPS: Final = frozenset(
    "e eh o a os as meu minha email e-mail mail imeio endereco anota anote manda mande mandar pode ser no na pra para "
    "pro sim isso ta bom ok certo entao de do da com que por favor ai esse este nao eu tenho uso usa seria vai la "
    ", : ; ! ?".split()
)
_TOP: Final = frozenset("com br net org gov edu io adv med".split())
_HOSTS: Final = {
    "gmail": "gmail", "jmail": "gmail", "gemail": "gmail", "gimeil": "gmail", "gimail": "gmail", "hotmail": "hotmail",
    "rotmail": "hotmail", "outlook": "outlook", "autlook": "outlook", "yahoo": "yahoo", "iahu": "yahoo",
}  # fmt: skip
_MOST_WORDS: Final = 3
"""Longer rows of words before the sign are a sentence, not a name."""


def emails(line: Line) -> Iterator[Found]:
    for match in _WRITTEN.finditer(line.folded):
        yield found(EntityType.EMAIL, line.raw, match.span(), match.group())
    tokens = line.tokens
    for at in range(len(tokens)):
        width = _sign_width(tokens, at)
        if width:
            host, stop = _host(tokens, at + width)
            user, start, sure = _user(tokens, at)
            if host and user:
                span = (tokens[start].start, tokens[stop - 1].end)
                yield found(EntityType.EMAIL, line.raw, span, f"{user}@{host}", approx=not sure)


def _word(tokens: Sequence[Token], at: int) -> str:
    return tokens[at].word if 0 <= at < len(tokens) else ""


def _sign_width(tokens: Sequence[Token], at: int) -> int:
    """Give how many tokens the "@" takes here, none if there is none."""
    word = tokens[at].word
    if word in {"arroba", "@", "aroba", "arrouba"}:
        return 1
    return 2 if (word, _word(tokens, at + 1)) in {("a", "roba"), ("a", "rroba"), ("ar", "roba")} else 0


def _host(tokens: Sequence[Token], at: int) -> tuple[str, int]:
    """Give the host and the index after it; "gmail com" without its point is heard often enough."""
    name, stop = _word(tokens, at), at + 1
    if name == "g" and _word(tokens, stop).startswith("mail"):
        name, stop = "gmail", stop + 1
    name = _HOSTS.get(name, name)
    if not re.fullmatch(r"[a-z0-9-]+", name):
        return "", at
    labels = [name]
    while True:
        dotted = _word(tokens, stop) in {"ponto", "."}
        label = _word(tokens, stop + dotted)
        known = label in _TOP and label != "e"
        if not (known or (dotted and len(labels) == 1 and re.fullmatch(r"[a-z][a-z0-9-]+", label))):
            break
        labels.append(label)
        stop += dotted + 1
    return (".".join(labels), stop) if len(labels) > 1 else ("", at)


def _user(tokens: Sequence[Token], end: int) -> tuple[str, int, bool]:
    """Give the name before the sign, where it starts, and whether nothing was guessed in putting it together."""
    start, words, glued = end, 0, False
    while start > 0 and (width := _before(tokens, start)):
        previous = tokens[start - width].word
        bare = previous not in _SIGNS and previous not in _JOINED and not is_numeral(previous)
        words += bare
        if words > _MOST_WORDS:
            break
        start -= width
        glued = glued or previous in _JOINED
    while start < end and tokens[start].word in _SIGNS:
        start += 1
    pieces = _pieces(tokens, start, end)
    guessed = any(one.isalpha() and two.isalpha() for one, two in pairwise(pieces))
    return "".join(pieces), start, glued or not guessed


def _before(tokens: Sequence[Token], at: int) -> int:
    """Give 1 where the word before `at` can be part of a name; an "e" only between the halves of a number."""
    word = tokens[at - 1].word
    if word == "e" and at >= 2 and at < len(tokens):
        return int(is_numeral(tokens[at - 2].word) and is_numeral(tokens[at].word))
    return int(
        word in _SIGNS or (word not in _STOPS and re.fullmatch(r"[a-z0-9]+(?:[-'.][a-z0-9]+)*", word) is not None)
    )


def _pieces(tokens: Sequence[Token], start: int, end: int) -> list[str]:
    pieces: list[str] = []
    at = start
    while at < end:
        word = tokens[at].word
        number = read_number(tokens[:end], at) if is_numeral(word) and word.isalpha() else None
        if number:
            pieces.append(number[0].digits)
            at = number[1]
            continue
        if word not in _JOINED:
            pieces.append(_SIGNS.get(word, word))
        at += 1
    return pieces
