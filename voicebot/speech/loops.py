"""A guard against a decoder that repeats itself, which Whisper does on short or noisy windows."""

from __future__ import annotations

import re

# A person says "não, não, não, não" and dictates "zero zero zero"; a phrase three times over is a machine.
_MOST_SAME_WORD = 4
_MOST_SAME_PHRASE = 2
_LONGEST_PHRASE = 12
_SAME_LETTERS = re.compile(r"(\D{1,4}?)\1{7,}")


def collapse(text: str) -> tuple[str, bool]:
    """Cut runs of one letter group, word or phrase down to one; the flag says whether anything was cut."""
    shorter = _SAME_LETTERS.sub(r"\1", text)
    words = shorter.split()
    kept: list[str] = []
    at = 0
    while at < len(words):
        length, times = _run(words, at)
        kept += words[at : at + length]
        at += length * times
    collapsed = " ".join(kept)
    return collapsed, collapsed != " ".join(text.split())


def _run(words: list[str], at: int) -> tuple[int, int]:
    """Give the length of the repeated phrase that starts here and how often it stands in a row, or (1, 1)."""
    for length in range(1, min(_LONGEST_PHRASE, (len(words) - at) // 2) + 1):
        phrase = _bare(words[at : at + length])
        times = 1
        while _bare(words[at + times * length : at + (times + 1) * length]) == phrase:
            times += 1
        if times > (_MOST_SAME_WORD if length == 1 else _MOST_SAME_PHRASE):
            return length, times
    return 1, 1


def _bare(words: list[str]) -> list[str]:
    return [word.strip(".,;:!?…").lower() for word in words]
