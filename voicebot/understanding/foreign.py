"""Whether a levelled line is English, so that nothing Portuguese is read into it."""

from __future__ import annotations

from typing import Final

_ENGLISH: Final = frozenset(
    """a i you he she it we they the and to of for is are am was don t m s can cannot not speak speaking english
    portuguese understand sorry hello hi please just visiting tourist only what who why how this that my your me
    excuse wrong number call calling here from know anyone name yes tourists language say help thanks thank any
    very with no""".split()
)
_BOTH: Final = frozenset("a me no for to s m t i call".split())
"""Also Portuguese, as words or as bits of words."""
_SHARE: Final = 0.6
_CERTAIN: Final = 2
_SENTENCE: Final = 3


def is_foreign(line: str) -> bool:
    """Whether a line is English: most of its words, two of them English only; or all of three words and more."""
    words = line.split()
    known = [word for word in words if word in _ENGLISH]
    only = len(set(known) - _BOTH)
    whole = len(known) == len(words) >= _SENTENCE
    return (only >= _CERTAIN and len(known) >= _SHARE * len(words)) or (whole and only > 0)
