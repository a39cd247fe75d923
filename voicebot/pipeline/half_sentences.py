"""Whether words stop where a sentence can end: "eu queria saber se" goes on, "quero parcelar" does not.

Links, trailing punctuation and fillers are known by rule. For all else one weight each of the last words, learnt from
whole and cut lines of the intent corpus, tells how likely the speaker is to have finished.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Sequence
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

SLOTS: Final = 1 << 13
"""Weights; what the words show is hashed to one of them."""
_WEIGHTS: Final = Path(__file__).with_suffix(".npz")
_NO_WORDS: Final = 0.3
_WORD: Final = re.compile(r"\w+")
_TRAILS_OFF: Final = re.compile(r"(\.\.\.|…|,|-|:)\s*$")
_LINKS: Final = frozenset(
    "e mas ou que se porque pra para por pelo pela de do da dos das no na nos nas em num numa ao aos à às com sem até "
    "desde sobre entre um uma uns umas meu minha meus minhas seu sua esse essa este esta aquele aquela o a os as mais "
    "muito tão nem quando enquanto onde cujo então daí aí é são foi era tá tô estou está eu ele ela vocês nós tipo "
    "assim hum hã ahn ééé vou vai quero queria posso consigo tenho tinha preciso prefiro".split()
)
"""After these a sentence goes on; some of them are whole answers when they stand alone."""
_ALONE: Final = frozenset("mas e porque então se pra para de que quando eu é bom bem olha hum hã ahn ééé".split())
"""With nothing before them these are a beginning; "é" and "eu" are answers unless the voice trails off."""
_ANSWERS: Final = frozenset(
    "é eu bom bem tá foi tô aí então assim posso quero consigo tenho vou vai acho está são".split()
)
"""Verbs that answer a question by themselves, however short the turn ("posso", "acho que consigo", "tá")."""
_LATE_VERB: Final = frozenset(
    "posso quero consigo tenho vou vai está são tá foi aí assim então mais muito tinha".split()
)
"""After other words these may well be the end: "não posso", "agora não tenho", "é isso aí"."""
_IT_IS: Final = frozenset(("sou", "é", "fui", "era"))


class Ending(StrEnum):
    OPEN = "open"
    """The sentence goes on."""
    POSSIBLE = "possible"


def ending_of(text: str) -> Ending:
    """Tell whether a sentence can end after these words; no words tell nothing."""
    words = _WORD.findall(text.lower())
    if not words or text.rstrip().endswith(("?", "!")):
        return Ending.POSSIBLE
    last = words[-1]
    trails = bool(_TRAILS_OFF.search(text))
    if len(words) == 1:
        goes_on = last in _ALONE and (trails or last not in _ANSWERS)
        return Ending.OPEN if goes_on else Ending.POSSIBLE
    if last == "eu" and words[-2] in _IT_IS:
        return Ending.POSSIBLE
    if trails or (last in _LINKS and last not in _LATE_VERB):
        return Ending.OPEN
    return Ending.POSSIBLE


def slots(words: Sequence[str]) -> list[int]:
    """Give the weights that the end of a turn's lower-case words calls on; at least one word."""
    third, second, last = ["<s>", "<s>", *words][-3:]
    count = len(words)
    shown = (
        f"1 {last}",
        f"2 {second} {last}",
        f"3 {third} {second} {last}",
        f"n {min(count, 8)}",
        f"f {words[0]} {min(count, 6)}",
        f"ln {last} {min(count, 4)}",
        f"s {last[-3:]}",
        f"s2 {last[-2:]}",
    )
    return [zlib.crc32(each.encode()) % SLOTS for each in shown]


def finished(text: str) -> float:
    """Tell how likely a turn is to end after these words, 0 to 1."""
    words = _WORD.findall(text.lower())
    if not words:
        return _NO_WORDS
    weights, bias = _learnt()
    return float(1 / (1 + np.exp(-(weights[slots(words)].sum() + bias))))


@cache
def _learnt() -> tuple[NDArray[np.float64], float]:
    with np.load(_WEIGHTS) as stored:
        return stored["weights"].astype(np.float64), float(stored["bias"])
