"""A transcript, perhaps a garbled one, weighed against what machines and people say."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from rapidfuzz.distance import Levenshtein

from voicebot.domain.callee import Callee
from voicebot.speech.callee import wording
from voicebot.speech.callee.phrases import ASKING, COLLOQUIAL, GREETINGS, HALF, PEOPLE_SAY, PHRASES, SURE, SURER, WHOLE

_WORD: Final = re.compile(r"[a-z0-9]+")
_BETWEEN: Final = 3
"""Words that may stand between two stems of a phrase."""
_LONG, _LONGER = 6, 8
"""From so many letters a stem forgives one wrong letter, and two."""
_WHOLE: Final = 4
"""Shorter stems are whole words."""
_SHORT_TEXT: Final = 3
_OFFICIAL: Final = frozenset({Callee.INTERCEPT_INVALID, Callee.INTERCEPT_UNAVAILABLE, Callee.IVR})
"""Machines that speak for a company, and never of themselves."""
_MOST: Final = 3
_READS: Final = 3
"""Of fewer words the wording must be certain."""
_MACHINE: Final = ((0.99, 2 * SURE), (0.97, SURER), (0.9, SURE), (0.75, HALF))
"""From such a chance of a machine the wording counts so much."""
_PERSON: Final = ((0.97, SURE), (0.82, HALF))
"""The same for a person."""
_CLASS: Final = 1.5
"""What the wording counts where the table's machines are weighed against each other."""
WORDING: Final = "wording"
"""Stands for a phrase where the learnt wording told."""
_HEAVIEST_FIRST: Final = tuple(sorted(PHRASES, key=lambda phrase: -phrase.weight))


@dataclass(frozen=True, slots=True)
class Weighed:
    """What a text tells."""

    callee: Callee | None
    """The machine it tells of most; None without any sign of one."""
    machine: float
    """Weight for that machine; 1 decides."""
    person: float
    """Weight for a person; each sign of one is a half."""
    phrase: str
    """The phrase of our table that told most; `WORDING` where none did."""
    doubt: float = 0.0
    """Weight for a person by the wording alone."""

    @property
    def balance(self) -> float:
        return self.machine - self.person - self.doubt


def words_of(text: str) -> list[str]:
    """Give lower-case words without accents."""
    plain = unicodedata.normalize("NFKD", text.lower())
    return _WORD.findall("".join(letter for letter in plain if not unicodedata.combining(letter)))


def weigh(text: str) -> Weighed:
    """Weigh all that was said so far."""
    words = words_of(text)
    totals: defaultdict[Callee, float] = defaultdict(float)
    told: dict[Callee, str] = {}
    counted: set[tuple[Callee, int]] = set()
    for phrase in _HEAVIEST_FIRST:
        last = _place(words, phrase.stems)
        # Two phrases that end in the same word tell of the same thing.
        if last is None or (phrase.callee, last) in counted:
            continue
        counted.add((phrase.callee, last))
        totals[phrase.callee] += phrase.weight
        told.setdefault(phrase.callee, " ".join(phrase.stems).replace(WHOLE, ""))
    person = HALF * sum(_place(words, stems) is not None for stems in PEOPLE_SAY)
    person += HALF * (bool(words) and words[0] in GREETINGS - ASKING)
    chances = wording.shipped().read(words)
    likeliest, opinion = _opinion(words, chances)
    if opinion > 0 and person >= SURE and not totals:
        opinion = 0.0
    if opinion > 0:
        totals[likeliest] += opinion
        told.setdefault(likeliest, WORDING)
    doubt = max(-opinion, 0.0)
    if not totals:
        return Weighed(None, 0.0, person, "", doubt)
    callee = max(totals, key=lambda each: totals[each] + _CLASS * chances[each])
    if callee in _OFFICIAL:
        person += HALF * min(_MOST, sum(word in COLLOQUIAL for word in words))
    # Halves for different machines still tell of a machine.
    others = sum(weight for each, weight in totals.items() if each is not callee)
    return Weighed(callee, totals[callee] + min(others, HALF), person, told[callee], doubt)


def _opinion(words: list[str], chances: dict[Callee, float]) -> tuple[Callee, float]:
    """Give the likeliest machine and how much the wording tells of it; below nothing it tells of a person."""
    likeliest = max((each for each in chances if each is not Callee.HUMAN), key=lambda each: chances[each])
    person = chances[Callee.HUMAN]
    of_machine = next((weight for least, weight in _MACHINE if 1 - person >= least), 0.0)
    if len(words) < _READS:
        return likeliest, of_machine if of_machine > SURE and len(words) > 1 else 0.0
    return likeliest, of_machine - next((weight for least, weight in _PERSON if person >= least), 0.0)


def is_greeting(text: str) -> bool:
    """True for the few words with which people pick up."""
    words = words_of(text)
    return 0 < len(words) <= _SHORT_TEXT and words[0] in GREETINGS


def _place(words: list[str], stems: tuple[str, ...]) -> int | None:
    """Give where a phrase that is there ends."""
    return next((last for start in range(len(words)) if (last := _from(words, start, stems)) is not None), None)


def _from(words: list[str], start: int, stems: tuple[str, ...]) -> int | None:
    place = start
    if not _is(words[place], stems[0]):
        return None
    for stem in stems[1:]:
        window = range(place + 1, min(place + 2 + _BETWEEN, len(words)))
        found = next((at for at in window if _is(words[at], stem)), None)
        if found is None:
            return None
        place = found
    return place


@lru_cache(maxsize=65_536)
def _is(word: str, stem: str) -> bool:
    if stem.endswith(WHOLE):
        return word == stem[:-1]
    if len(stem) < _WHOLE:
        return word == stem
    if word.startswith(stem):
        return True
    if len(stem) < _LONG or word[:1] != stem[0]:
        return False
    forgiven = 2 if len(stem) >= _LONGER else 1
    return min(Levenshtein.distance(word[: len(stem) + extra], stem) for extra in (-1, 0, 1)) <= forgiven
