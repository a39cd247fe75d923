"""Words as the scorer compares them: folded, and brought back to a word that matters where an ear got it wrong.

Only a word that is no common word is ever changed, and only into one of the words that decide something, so that a
call without errors is read as it stands.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache, lru_cache
from pathlib import Path
from typing import Final

from voicebot.domain.compliance.numerals import plain

LISTS: Final = Path(__file__).with_name("cues")
_WORD: Final = re.compile(r"[a-z]{4,}")
_NOT_WORD: Final = re.compile(r"[^a-z0-9,.?!$%]+")
_SHORT: Final = 5
_LONG: Final = 8


def fold(text: str) -> str:
    """Give lower case without accents, single spaces, and the marks that end a sentence or a clause."""
    return _NOT_WORD.sub(" ", plain(text)).strip()


@lru_cache(maxsize=16384)
def repair(folded: str) -> str:
    """Give a folded line with its misheard key words mended."""
    return _WORD.sub(lambda found: mend(found[0]), folded)


@lru_cache(maxsize=65536)
def mend(word: str) -> str:
    """Give the one key word that is an ear's slip away, or the word itself."""
    if len(word) < _SHORT or word in common() or word in keys():
        return word
    reach = 2 if len(word) >= _LONG else 1
    best: list[str] = []
    nearest = reach + 1
    for key in _near(word) & keys():
        away = distance(word, key, nearest + 1)
        if away < nearest:
            best, nearest = [key], away
        elif away == nearest <= reach:
            best.append(key)
    stems = {each[:_SHORT] for each in best}
    return best[0] if len(stems) == 1 else word


@cache
def keys() -> frozenset[str]:
    """The words that decide something."""
    return frozenset(_read("keys.txt"))


@cache
def common() -> frozenset[str]:
    """Words of everyday calls, never changed."""
    return frozenset(_read("common.txt"))


def slips(folded: str) -> tuple[int, int]:
    """Count the words that an ear seems to have got wrong, and all words of four letters or more."""
    words = _WORD.findall(folded)
    return sum(1 for word in words if _looks_misheard(word)), len(words)


@lru_cache(maxsize=65536)
def _looks_misheard(word: str) -> bool:
    """An unknown word one slip away from a known one; an unknown word far from all is only new."""
    if word in common() or word in keys():
        return False
    return any(distance(word, known, 2) < 2 for known in _near(word))


def distance(one: str, other: str, limit: int) -> int:
    """Count the letters to change, add, drop or swap from one word to the other; `limit` where it is that or more."""
    if abs(len(one) - len(other)) >= limit:
        return limit
    before: list[int] = []
    row = list(range(len(other) + 1))
    for at, letter in enumerate(one, 1):
        older, before, row = before, row, [at]
        for to, target in enumerate(other, 1):
            cost = min(before[to] + 1, row[-1] + 1, before[to - 1] + (letter != target))
            swapped = at > 1 and to > 1 and letter == other[to - 2] and one[at - 2] == target
            row.append(min(cost, older[to - 2] + 1) if swapped else cost)
        if min(row) >= limit:
            return limit
    return min(row[-1], limit)


def _near(word: str) -> frozenset[str]:
    """Known words that begin or end alike: an ear rarely loses both ends of a word."""
    heads, tails = _index()
    return heads.get(word[:2], frozenset()) | tails.get(word[-3:], frozenset())


@cache
def _index() -> tuple[dict[str, frozenset[str]], dict[str, frozenset[str]]]:
    heads: dict[str, set[str]] = {}
    tails: dict[str, set[str]] = {}
    for key in keys() | common():
        heads.setdefault(key[:2], set()).add(key)
        tails.setdefault(key[-3:], set()).add(key)
    return {k: frozenset(v) for k, v in heads.items()}, {k: frozenset(v) for k, v in tails.items()}


def _read(name: str) -> Iterable[str]:
    lines = (LISTS / name).read_text(encoding="utf-8").splitlines()
    return (word for line in lines if not line.startswith("#") for word in line.split())
