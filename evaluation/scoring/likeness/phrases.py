"""Phrases that a cue's patterns accept, drawn at random: so what is learnt covers what the patterns know."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from random import Random
from typing import Final

_OPENS: Final = "(?:"
_AROUND: Final = ("(?=", "(?!", "(?<=", "(?<!")
_REST: Final = "\x00"
"""Stands for the rest of a word."""
_LETTER: Final = "\x01"
_ENDS: Final = "oaaes"
_SKIPS: Final = {"b": "", "S": _LETTER, "w": _LETTER, "W": " ", "d": "3", "s": " ", "?": "?", "$": "$", ".": "."}


@dataclass(slots=True)
class _Pattern:
    """Reads the part of the syntax that the cues use; anything else is taken as it is spelt."""

    text: str
    rng: Random
    at: int = 0

    def either(self) -> str:
        options, now = [], ""
        while self.at < len(self.text) and self.text[self.at] != ")":
            if self.text[self.at] == "|":
                options.append(now)
                now = ""
                self.at += 1
            else:
                now += self._times()
        return self.rng.choice([*options, now])

    def _times(self) -> str:
        start = self.at
        made = self._atom()
        low, high = self._count()
        if (low, high) == (1, 1):
            return made
        if made in (_LETTER, ""):
            return _REST if made and high > 1 else made * self.rng.randint(low, high)
        end = self.at
        again = []
        for _ in range(self.rng.randint(low, min(high, low + 3))):
            self.at = start
            again.append(self._atom())
        self.at = end
        return "".join(again)

    def _count(self) -> tuple[int, int]:
        mark = self.text[self.at : self.at + 1]
        if mark in ("?", "*", "+"):
            self.at += 1
            return {"?": (0, 1), "*": (0, 2), "+": (1, 3)}[mark]
        if mark == "{":
            end = self.text.index("}", self.at)
            parts = self.text[self.at + 1 : end].split(",")
            self.at = end + 1
            return int(parts[0]), int(parts[-1] or parts[0])
        return 1, 1

    def _atom(self) -> str:
        rest = self.text[self.at :]
        opened = next((each for each in (*_AROUND, _OPENS, "(") if rest.startswith(each)), None)
        if opened is not None:
            self.at += len(opened)
            inside = self.either()
            self.at += 1
            return "" if opened in _AROUND else inside
        if rest[0] == "[":
            end = self.text.index("]", self.at)
            choices = self.text[self.at + 1 : end]
            self.at = end + 1
            return "" if choices.startswith("^") else self.rng.choice(choices.replace("\\d", "3").replace("a-z", "ao"))
        if rest[0] == "\\":
            self.at += 2
            return _SKIPS.get(rest[1], rest[1])
        self.at += 1
        return "" if rest[0] in "^$" else _LETTER if rest[0] == "." else rest[0]


def phrase(pattern: str, rng: Random, words: Sequence[str], ends: Mapping[str, Sequence[str]]) -> str:
    """Draw one phrase; open places are filled from `words`, cut words finished from `ends` (by their first letters)."""
    raw = _Pattern(pattern, rng).either()
    made = []
    for piece in raw.split():
        stem = piece.replace(_LETTER, _REST).split(_REST)[0]
        if not stem and piece != stem:
            made.append(rng.choice(words))
        elif _REST in piece:
            fits = [each for each in ends.get(stem[:4], ()) if each.startswith(stem)]
            made.append(rng.choice(fits) if fits else stem + rng.choice(("ar", "ando", "o", "ado", "ou")))
        else:
            made.append(piece.replace(_LETTER, rng.choice(_ENDS)))
    return " ".join(made)
