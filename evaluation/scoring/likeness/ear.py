"""Mishearing for the lines that likeness is learnt from: letters that sound alike, words lost, added, cut in two."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random
from typing import Final

_ALIKE: Final = tuple(
    "s/z s/ss ss/c z/s c/s x/ch ch/x j/g g/j e/i i/e o/u u/o m/n n/m b/p p/b d/t t/d v/f f/v r/rr rr/r l/r r/l "
    "lh/li nh/ni qu/c c/qu g/c en/in in/en an/en am/an ou/o ei/e ao/am b/v v/b de/di te/ti ar/a er/e os/o es/e".split()
)
_FILLERS: Final = "a o e é que de um eh ah né tá lá aí ali me se no na em com pra então".split()
_LEAST: Final = 3


def misheard(words: Sequence[str], share: float, rng: Random, known: Sequence[str]) -> list[str]:
    """Give the words with about a `share` of them heard wrongly; `known` are words that may be heard instead."""
    heard: list[str] = []
    for word in words:
        if rng.random() >= share:
            heard.append(word)
            continue
        heard += _slip(word, rng, known)
    return heard


def _slip(word: str, rng: Random, known: Sequence[str]) -> list[str]:
    how = rng.random()
    if how < 0.2:
        return []
    if how < 0.3:
        return [word, rng.choice(_FILLERS)]
    if how < 0.4 and len(word) > 2 * _LEAST:
        cut = rng.randrange(_LEAST - 1, len(word) - 1)
        return [word[:cut], word[cut:]]
    if how < 0.55 or len(word) < _LEAST:
        return [rng.choice(_FILLERS)] if len(word) <= _LEAST else [_another(word, rng, known)]
    return [_blurred(word, rng)]


def _another(word: str, rng: Random, known: Sequence[str]) -> str:
    """Give a known word with the same beginning or end, or any other."""
    tried = [rng.choice(known) for _ in range(60)]
    like = [each for each in tried if each[:2] == word[:2] or each[-3:] == word[-3:]]
    return (like or tried)[0]


def _blurred(word: str, rng: Random) -> str:
    for _ in range(rng.choice((1, 1, 2))):
        fits = [pair.split("/") for pair in _ALIKE if pair.split("/")[0] in word]
        if fits and rng.random() < 0.75:
            one, other = rng.choice(fits)
            word = word.replace(one, other, 1)
        else:
            at = rng.randrange(len(word))
            word = word[:at] + rng.choice(("", word[at] * 2, rng.choice("aeiourstlmn"))) + word[at + 1 :]
    return word or "a"
