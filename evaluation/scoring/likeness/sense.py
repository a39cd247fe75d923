"""What kind of turn an agent's turn is, by its words and by what the sentence encoder makes of them.

Two linear models over `kinds.KINDS` are added: one over the slots of `features.py`, one over the encoder's vectors.
Which kinds are weighed against which, and from where a turn is a fault, says the place in the call (`places.py`).
Where the encoder is not installed the words alone are weighed, a little heavier.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache, lru_cache
from pathlib import Path
from typing import Final
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from evaluation.scoring.errors import ScorecardInvalid
from evaluation.scoring.likeness.features import slots
from evaluation.scoring.likeness.kinds import KINDS
from evaluation.scoring.likeness.places import Place
from evaluation.scoring.words import fold
from voicebot.understanding.encoder import Encoder, load_encoder

Floats = NDArray[np.float32]
STORE: Final = Path(__file__).with_name("sense.npz")
WORDS: Final = 0.7
"""Weight of the words beside the encoder."""
_ALONE: Final = 2.0
"""Weight of the words where there is no encoder."""
_DOUBT: Final = 7.0
"""Odds by the words alone within which the encoder is asked."""
_LONG: Final = 30
"""Words: a longer turn is also read in pieces."""
_MARKS: Final = ".?!;"


@dataclass(frozen=True, slots=True)
class Sense:
    words: Floats = field(repr=False)
    """Slots x kinds."""
    words_bias: Floats = field(repr=False)
    meaning: Floats = field(repr=False)
    """Width of the encoder x kinds."""
    meaning_bias: Floats = field(repr=False)

    def by_words(self, text: str) -> Floats:
        found = slots(cut(text))
        if not found:
            return self.words_bias
        told: Floats = self.words[found].sum(axis=0) / np.float32(np.sqrt(len(found))) + self.words_bias
        return told

    def by_meaning(self, vector: Floats) -> Floats:
        told: Floats = vector @ self.meaning + self.meaning_bias
        return told


def cut(text: str) -> tuple[str, ...]:
    """Give the folded words of a text."""
    folded = fold(text)
    for mark in (",", *_MARKS):
        folded = folded.replace(mark, " ")
    return tuple(folded.split())


def ready(text: str) -> str:
    """Give a text as the encoder is asked about it: an ear hears no capitals."""
    return text.lower().strip()


@cache
def sense() -> Sense:
    """Read the weights.

    Raises:
        ScorecardInvalid: the file is missing, malformed or of other kinds.
    """
    mend = "run `python -m evaluation.scoring.likeness.fit_sense`"
    try:
        with np.load(STORE, allow_pickle=False) as data:
            kinds = tuple(data["kinds"].tolist())
            words = data["words"].astype(np.float32) * data["scale"].astype(np.float32)
            rest = (data[name].astype(np.float32) for name in ("words_bias", "meaning", "meaning_bias"))
            made = Sense(words, *rest)
    except (OSError, ValueError, KeyError, EOFError, BadZipFile) as error:
        raise ScorecardInvalid(f"{STORE}: cannot be used; {mend}") from error
    if kinds != KINDS:
        raise ScorecardInvalid(f"{STORE}: tells other kinds apart; {mend}")
    return made


def save(made: Sense) -> None:
    """Write the weights small: the words' a byte each, the encoder's two."""
    scale = np.abs(made.words).max(axis=0, keepdims=True) / 127.0
    np.savez_compressed(
        STORE,
        kinds=np.array(KINDS),
        words=np.rint(made.words / scale).astype(np.int8),
        scale=scale.astype(np.float32),
        words_bias=made.words_bias,
        meaning=made.meaning.astype(np.float16),
        meaning_bias=made.meaning_bias,
    )


@cache
def encoder() -> Encoder | None:
    return load_encoder()


@lru_cache(maxsize=16384)
def words_say(text: str) -> Floats:
    """Give each kind's score by the words alone."""
    told: Floats = sense().by_words(text) * np.float32(_ALONE)
    return told


@lru_cache(maxsize=16384)
def all_says(text: str) -> Floats:
    """Give each kind's score by words and meaning; by the words alone where there is no encoder."""
    asked = encoder()
    if asked is None:
        return words_say(text)
    told: Floats = sense().by_meaning(asked.encode([ready(text)])[0]) + np.float32(WORDS) * sense().by_words(text)
    return told


@cache
def places(kinds: tuple[str, ...]) -> tuple[int, ...]:
    return tuple(KINDS.index(each) for each in kinds)


def weighed(scores: Floats, place: Place) -> float:
    """Weigh what is a fault in a place against what is right there: 0 at the place's bar."""
    one, other = (np.logaddexp.reduce(scores[list(places(each))]) for each in (place.faults, place.rights))
    return float(one - other) - place.bar


@lru_cache(maxsize=65536)
def leans(text: str, place: Place) -> float:
    """Give how far a whole turn is a fault in a place, below 0 where it is none; only in doubt the encoder is asked."""
    by_words = weighed(words_say(text), place)
    return weighed(all_says(text), place) if abs(by_words) < _DOUBT else by_words


@lru_cache(maxsize=65536)
def leans_most(text: str, place: Place) -> float:
    """Give the most that any piece of a turn leans to a fault."""
    return max((leans(piece, place) for piece in pieces(text)), default=-_DOUBT)


def pieces(text: str) -> Iterator[str]:
    """Cut a long turn into runs of whole sentences, and what has no marks into runs of words."""
    now: list[str] = []
    for words in _sentences(text):
        if now and len(now) + len(words) > _LONG:
            yield " ".join(now)
            now = []
        now += words
        while len(now) > _LONG:
            yield " ".join(now[:_LONG])
            now = now[_LONG // 2 :]
    if now:
        yield " ".join(now)


def _sentences(text: str) -> Iterable[list[str]]:
    now: list[str] = []
    for word in text.split():
        now.append(word)
        if word[-1] in _MARKS:
            yield now
            now = []
    if now:
        yield now
