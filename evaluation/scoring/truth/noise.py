"""An ear that makes mistakes: words dropped, doubled, blurred or taken for others, at a wanted rate."""

from __future__ import annotations

from random import Random
from typing import Final

_ALIKE: Final = {
    "seis": "dezesseis", "sessenta": "setenta", "setenta": "sessenta", "três": "treze", "dois": "doze", "cem": "sem",
    "não": "na", "é": "e", "a": "há", "o": "ou", "um": "uma", "que": "quem", "para": "pra",
    "está": "estar", "com": "como",
    "mais": "mas", "mas": "mais", "você": "vocês", "senhor": "senhora", "vou": "vamos", "da": "de", "de": "da",
    "em": "e",
    "vinte": "trinta", "multa": "muita", "juros": "justo", "conta": "contar", "hoje": "ontem", "isso": "disso",
}  # fmt: skip
_FILLERS: Final = ("é", "a", "e", "que", "né", "ah", "de")
_VOWELS: Final = "aeiou"
_LONG: Final = 4


def misheard(text: str, rate: float, rng: Random) -> str:
    """Give the text with about `rate` of its words wrong; marks and capitals go, as an ear hears none."""
    if rate <= 0:
        return text
    heard: list[str] = []
    for word in text.split():
        if rng.random() >= rate:
            heard.append(word)
            continue
        fate = rng.random()
        if fate < 0.22:
            continue
        if fate < 0.34:
            heard += [word, rng.choice(_FILLERS)]
        else:
            heard.append(_other(word, rng))
    return " ".join(heard)


def _other(word: str, rng: Random) -> str:
    bare = word.strip(".,!?:;").lower()
    if bare in _ALIKE:
        return _ALIKE[bare]
    if len(bare) < _LONG:
        return rng.choice(_FILLERS)
    at = rng.randrange(1, len(bare) - 1)
    match rng.randrange(4):
        case 0:
            return bare[:at] + bare[at + 1 :]
        case 1:
            return bare[:at] + rng.choice(_VOWELS) + bare[at + 1 :]
        case 2:
            return bare[:-1] + rng.choice("aos")
        case _:
            return bare[:at] + bare[at + 1] + bare[at] + bare[at + 2 :]
