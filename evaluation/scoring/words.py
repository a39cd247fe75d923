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

from rapidfuzz.distance import OSA

from evaluation.scoring.sounds import sound
from voicebot.domain.compliance.numerals import plain
from voicebot.understanding.first_names import FIRST_NAMES

LISTS: Final = Path(__file__).with_name("cues")
_WORD: Final = re.compile(r"[a-z]{3,}")
_LONGER: Final = re.compile(r"[a-z]{4,}")
_CUT: Final = re.compile(r"\b([a-z]{2,8}) ([a-z]{2,8})\b")
_NOT_WORD: Final = re.compile(r"[^a-z0-9,.?!$%]+")
_BROKEN: Final = re.compile(r"\d[a-gi-wyz]\d|[.,]\d*[a-z]\d*|\d,\d+[a-z]")
"""A letter inside a figure: an ear or its writer slipped."""
_HITCH: Final = re.compile(
    r"\b(e|de|da|a|o|que|em|com) \1\b"
    r"|\b(?:mil|cento|\w{2,}centos|duzentos|quinhentos|vinte|trinta|\w+enta) (?:que|a|ah|ne|eh|o|da) "
    r"(?:um|uma|dois|duas|tres|quatro|cinco|seis|sete|oito|nove)\b|\breais (?:que|ah|ne|a) (?!vista)\w+ centavos"
)
"""A word said twice, or one that breaks a number in two."""
_SHORT: Final = 5
_LONG: Final = 8
_LEAST: Final = 3
_FAR: Final = 3
_HARSH: Final = frozenset(
    "burra burro ladra ladrao lixo trouxa otario otaria vadia vadio merda porra prisao gata fofa".split()
)
"""Words too short and too grave to be heard into an unknown one, which may be a name."""
_NUMERALS: Final = (
    "um uma dois duas tres quatro cinco seis sete oito nove dez onze doze treze quatorze catorze quinze dezesseis "
    "dezessete dezoito dezenove vinte trinta quarenta cinquenta sessenta setenta oitenta noventa cem cento duzentos "
    "trezentos quatrocentos quinhentos seiscentos setecentos oitocentos novecentos mil reais centavos"
)


def fold(text: str) -> str:
    """Give lower case without accents, single spaces, and the marks that end a sentence or a clause."""
    return _NOT_WORD.sub(" ", plain(text)).strip()


@lru_cache(maxsize=16384)
def repair(folded: str) -> str:
    """Give a folded line with its misheard words mended, words cut in two joined again; mended, it stays as it is."""
    while (mended := _WORD.sub(lambda found: mend(found[0]), _CUT.sub(_joined, folded))) != folded:
        folded = mended  # fewer words, or more of them known: it comes to an end
    return folded


def _joined(found: re.Match[str]) -> str:
    """Join two pieces, of which one at least is no word, where together they sound like one that decides something."""
    one, other = found[1], found[2]
    if one in known() and other in known():
        return found[0]
    whole = one + other
    if whole in known():
        return whole
    alike = sorted(each for each in _by_sound().get(sound(whole), ()) if each in keys())
    return alike[0] if alike else found[0]


@lru_cache(maxsize=65536)
def mend(word: str) -> str:
    """Give the known word that is an ear's slip away, one that decides something before others, or the word itself."""
    if word in known():
        return word
    ranked = sorted((_away(word, each), each not in keys(), each) for each in _candidates(word) - _HARSH)
    if not ranked or ranked[0][0] > (2 if len(word) >= _LONG else 1):
        return word
    return ranked[0][2]


@lru_cache(maxsize=65536)
def mend_numeral(word: str) -> str:
    """Give the numeral that is one slip away, or the word itself; a word that is known stays."""
    if word in known() or len(word) < _LEAST:
        return word
    ranked = sorted((_away(word, each), each) for each in numerals())
    near = [each for away, each in ranked if away == ranked[0][0] and away <= (1 if len(word) < _LONG else 2)]
    return near[0] if len(near) == 1 else word


def _away(word: str, other: str) -> int:
    """Count slips: letters, or sounds where they are nearer; what sounds the same is half as far as it looks."""
    letters = distance(word, other, _FAR)
    heard = distance(sound(word), sound(other), _FAR)
    return min(letters, heard + 1) if heard else min(1, letters)


def _candidates(word: str) -> set[str]:
    heard = sound(word)
    found = set(_by_sound().get(heard, ()))
    for at in range(len(heard)):
        found |= _by_sound().get(heard[:at] + heard[at + 1 :], frozenset())
    if len(word) >= _SHORT:
        found |= {each for each in _near(word) if abs(len(each) - len(word)) <= 2}
    else:
        found |= {each for each in _near(word) if abs(len(each) - len(word)) <= 1 and len(each) >= _LEAST}
    return found


@cache
def known() -> frozenset[str]:
    """Words that are read as they stand."""
    return keys() | common() | numerals() | FIRST_NAMES


@cache
def numerals() -> frozenset[str]:
    return frozenset(_NUMERALS.split())


@cache
def _by_sound() -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for word in known() - FIRST_NAMES:
        found.setdefault(sound(word), set()).add(word)
    return {heard: frozenset(words) for heard, words in found.items()}


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
    words = _LONGER.findall(folded)
    odd = sum(1 for word in words if _looks_misheard(word))
    return odd + len(_BROKEN.findall(folded)) + len(_HITCH.findall(folded)), len(words)


@lru_cache(maxsize=65536)
def _looks_misheard(word: str) -> bool:
    """An unknown word one slip away from a known one; an unknown word far from all is only new."""
    if word in known():
        return False
    return any(distance(word, known, 2) < 2 for known in _near(word))


def distance(one: str, other: str, limit: int) -> int:
    """Count the letters to change, add, drop or swap from one word to the other; `limit` where it is that or more."""
    return OSA.distance(one, other, score_cutoff=limit - 1)


def _near(word: str) -> frozenset[str]:
    """Known words that begin or end alike: an ear rarely loses both ends of a word."""
    heads, tails = _index()
    return heads.get(word[:2], frozenset()) | tails.get(word[-3:], frozenset())


@cache
def _index() -> tuple[dict[str, frozenset[str]], dict[str, frozenset[str]]]:
    heads: dict[str, set[str]] = {}
    tails: dict[str, set[str]] = {}
    for key in known() - FIRST_NAMES:
        heads.setdefault(key[:2], set()).add(key)
        tails.setdefault(key[-3:], set()).add(key)
    return {k: frozenset(v) for k, v in heads.items()}, {k: frozenset(v) for k, v in tails.items()}


def _read(name: str) -> Iterable[str]:
    lines = (LISTS / name).read_text(encoding="utf-8").splitlines()
    return (word for line in lines if not line.startswith("#") for word in line.split())
