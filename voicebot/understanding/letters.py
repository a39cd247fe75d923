"""How near two words are in their letters."""

from __future__ import annotations


def one_apart(one: str, other: str) -> bool:
    """Whether two strings differ in no more than one letter put in, left out or changed."""
    if len(one) > len(other):
        one, other = other, one
    at = next((place for place, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), len(one))
    return one[at + 1 :] == other[at + 1 :] if len(one) == len(other) else one[at:] == other[at + 1 :]
