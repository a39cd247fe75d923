"""What a line is compared by: its words and neighbours as they sound in Portuguese, and the letters inside them."""

from __future__ import annotations

import zlib
from functools import lru_cache
from itertools import pairwise
from typing import Final

from evaluation.scoring.sounds import sound

SLOTS: Final = 1 << 14
_MOST: Final = 60
"""Words of a line that are looked at."""


@lru_cache(maxsize=65536)
def _of_word(word: str) -> tuple[int, ...]:
    """Give the slots of one word: as spelt, as it sounds, and its runs of three and four sounds."""
    heard = sound(word)
    padded = f"_{heard}_"
    runs = {padded[at : at + size] for size in (3, 4) for at in range(len(padded) - size + 1)}
    return tuple(_slot(each) for each in (f"w:{word}", f"p:{heard}", *sorted(runs)))


@lru_cache(maxsize=262144)
def _of_pair(kind: str, one: str, other: str) -> int:
    return _slot(f"{kind}:{sound(one)} {sound(other)}")


def _slot(feature: str) -> int:
    return zlib.crc32(feature.encode()) % SLOTS


def slots(words: tuple[str, ...]) -> list[int]:
    """Give the slots of a line's folded words, each once, in order; empty where there is no word."""
    kept = ["#" if word.isdigit() else word for word in words[:_MOST]]
    found = {slot for word in kept for slot in _of_word(word)}
    found.update(_of_pair("b", one, other) for one, other in pairwise(kept))
    found.update(_of_pair("s", one, other) for one, other in zip(kept, kept[2:], strict=False))
    return sorted(found)
