"""How a folded Portuguese word sounds, so that what an ear takes for the same is the same."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

_SOUNDS: Final = tuple(
    (re.compile(pattern), put)
    for pattern, put in (
        (r"[^a-z0-9]", ""),
        (r"ph", "f"),
        (r"(?:sc|xc)(?=[ei])", "s"),
        (r"[sxc]h", "x"),
        (r"lh", "li"),
        (r"nh", "ni"),
        (r"h", ""),
        (r"qu(?=[eia])|q|k|c(?=[^ei]|$)", "k"),
        (r"gu(?=[ei])", "g"),
        (r"g(?=[ei])", "j"),
        (r"c(?=[ei])|ss|z|x", "s"),
        (r"w", "v"),
        (r"y", "i"),
        (r"n(?=[pb])|n(?=$)|m(?=[^aeiou]|$)", "n"),
        (r"l(?=[^aeiou]|$)", "u"),
        (r"(.)\1+", r"\1"),
        (r"(?:o|u)(?=s?$)", "u"),
        (r"(?:e|i)(?=s?$)", "i"),
        (r"(?<=[aeiou])(?:s|r)$", ""),
    )
)


@lru_cache(maxsize=65536)
def sound(word: str) -> str:
    """Give a folded word as it sounds: one letter for each sound, weak ends levelled."""
    for pattern, put in _SOUNDS:
        word = pattern.sub(put, word)
    return word
