"""An utterance cut for synthesis: a short first piece that is heard soon, then whole sentences."""

from __future__ import annotations

import re
from typing import Final

_SENTENCE_END: Final = re.compile(r"(?<=[.?!…])\s+")
_PAUSE: Final = re.compile(r"(?<=[,;:—])\s+")
SHORT: Final = 45
"""Characters: about two and a half seconds of speech, enough to hide the synthesis of what follows."""
_TINY: Final = 12
"""A piece this short sounds clipped alone and is joined to the next."""


def split_clauses(text: str) -> list[str]:
    """Cut `text` into pieces; joined by a space they give it back with its spaces normalised.

    The first piece ends at the first pause that leaves it short; the others are sentences, tiny ones joined.
    """
    plain = " ".join(text.split())
    if not plain:
        return []
    sentences = _SENTENCE_END.split(plain)
    first, *after = _open(sentences[0])
    return [first, *_joined([*after, *sentences[1:]])]


def _open(sentence: str) -> list[str]:
    if len(sentence) <= SHORT:
        return [sentence]
    pieces = _PAUSE.split(sentence)
    head = pieces[0]
    for index, piece in enumerate(pieces[1:], start=1):
        if len(head) >= _TINY:
            return [head, " ".join(pieces[index:])]
        head = f"{head} {piece}"
    return [sentence]


def _joined(sentences: list[str]) -> list[str]:
    pieces: list[str] = []
    for sentence in sentences:
        if pieces and len(pieces[-1]) < _TINY:
            pieces[-1] = f"{pieces[-1]} {sentence}"
        else:
            pieces.append(sentence)
    return pieces
