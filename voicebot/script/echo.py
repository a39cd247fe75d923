"""Whether a line sounds like the one before it in the same turn: "Claro, sem problema. Sem problema nenhum."."""

from __future__ import annotations

import re
from typing import Final

_WORD: Final = re.compile(r"[^\W\d_]+")
_SENTENCE_END: Final = re.compile(r"[.?!…]+")
_COURTESY: Final = tuple(
    re.compile(rf"\b(?:{stem})", re.IGNORECASE)
    for stem in ("desculp", "obrigad|agradeç", "sinto", "incômodo|incomod", "sem pressa|calma", "abraço", "segurança")
)
"""What is said once in a turn: twice, it sounds read from a page."""


def echoes(line: str, previous: str) -> bool:
    """Say whether `line` begins like a sentence of `previous`, repeats its first words, or its courtesy."""
    words, before = _words(line), _words(previous)
    if not words or not before:
        return False
    openings = {_words(sentence)[:1] for sentence in _SENTENCE_END.split(previous)}
    if words[:1] in openings:
        return True
    pairs = {before[index : index + 2] for index in range(len(before) - 1)}
    return words[:2] in pairs or any(stem.search(line) and stem.search(previous) for stem in _COURTESY)


def _words(text: str) -> tuple[str, ...]:
    return tuple(_WORD.findall(text.lower()))
