"""Cutting a text where a speaker would breathe: sentences to synthesise one at a time, clauses for phonemes."""

from __future__ import annotations

import re

_SENTENCE_END = re.compile(r"(?<=[.!?…])[\"”)]*\s+(?=\S)")
_MARKS = re.compile(r"([.,;:!?…—()\"“”]+)")
_ABBREVIATION = re.compile(r"(?:^|\s)(?:srs?|sras?|dra?|av|nº|n|etc|[A-ZÁÉÍÓÚ])\.$", re.IGNORECASE)
_PAUSES = re.compile(r"(?<=[,;:—])\s+")
_SHORT = 45
"""Characters: two and a half seconds of speech, made about as fast whole."""
_TINY = 12
"""A piece this short sounds clipped alone."""


def sentences(text: str) -> list[str]:
    """Split at full stops, question and exclamation marks and line ends, not after "Sr." or an initial."""
    found: list[str] = []
    for line in text.splitlines():
        for piece in _SENTENCE_END.split(line):
            words = " ".join(piece.split())
            if not words:
                continue
            if found and _ABBREVIATION.search(found[-1]):
                found[-1] = f"{found[-1]} {words}"
            else:
                found.append(words)
    return found


def opening(sentence: str) -> list[str]:
    """Cut a long sentence after its first clause of some words, however long; without clauses it stays whole."""
    if len(sentence) <= _SHORT:
        return [sentence]
    for cut in _PAUSES.finditer(sentence):
        head, rest = sentence[: cut.start()], sentence[cut.end() :]
        if len(head) >= _TINY and len(rest) >= _TINY:
            return [head, rest]
    return [sentence]


def clauses(sentence: str) -> list[tuple[str, str]]:
    """Split into (words, the punctuation after them); either may be empty."""
    pieces = _MARKS.split(sentence)
    pairs = zip(pieces[::2], [*pieces[1::2], ""], strict=True)
    return [(words.strip(), marks) for words, marks in pairs if words.strip() or marks]


def has_words(text: str) -> bool:
    """Say whether there is anything to speak."""
    return any(character.isalnum() for character in text)
