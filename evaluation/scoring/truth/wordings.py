"""Who worded what: the lines that made-up calls are drawn from, in files by author.

The first author wrote the scorer too; half of their faults were held back at first, and all were looked at since. The
second author has not seen the scorer: their faults lay open or sealed once, and all were opened to tune on. The later
authors have not seen the scorer either, and nobody who tunes it has read any of their lines: the third's were measured
three times and bars moved in the light of its figures, the fourth's once; the fifth's, measured twice to try a teacher
that was not taken, are the sealed ones now. The fifth wrote faults alone; their calls take the fourth's lines without
fault.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

import yaml

HERE: Final = Path(__file__).parent
_CLEAN: Final = ("clean.yaml", "clean_second.yaml")
_CLEAN_UNREAD: Final = MappingProxyType(
    {"spent": "clean_third.yaml", "fourth": "clean_fourth.yaml", "sealed": "clean_fourth.yaml"}
)
_ASKED: Final = ("mãe", "três primeiros", "quatro últimos", "nasc")
"""One of these is in a question for identity that made-up callers have an answer to."""
_HARD: Final = ("hard.yaml", "hard_second.yaml", "hard_third.yaml")


@dataclass(frozen=True, slots=True)
class Half:
    """Some faults of one author."""

    id: str
    author: str
    file: str
    every: tuple[int, int]
    """First line taken of each list, and the step to the next."""
    seen: str
    """What whoever tuned the scorer knew of these lines."""


HALVES: Final = (
    Half("tuned", "first", "violations.yaml", (0, 2), "by the scorer's author, seen while it was tuned"),
    Half(
        "held",
        "first",
        "violations.yaml",
        (1, 2),
        "by the scorer's author, held back at first, seen in the last round of tuning",
    ),
    Half("open", "second", "open.yaml", (0, 1), "by a second author, seen in the last round of tuning, never copied"),
    Half(
        "opened",
        "second",
        "opened.yaml",
        (0, 1),
        "by a second author, sealed at first, opened and tuned on since, never copied",
    ),
    Half(
        "spent",
        "third",
        "sealed_third.yaml",
        (0, 1),
        "by a third author, read by nobody who tuned the scorer; measured three times, with tuning between",
    ),
    Half(
        "fourth",
        "fourth",
        "sealed_fourth.yaml",
        (0, 1),
        "by a fourth author, read by nobody who tuned the scorer; measured once",
    ),
    Half("sealed", "fifth", "sealed_fifth.yaml", (0, 1), "by a fifth author, seen by nobody who tuned the scorer"),
)
UNREAD: Final = frozenset(_CLEAN_UNREAD)
"""Drawn from by name alone, one measurement at a time: whoever reads their lines to tune the scorer unseals them."""


def halves(only: str | None = None) -> tuple[Half, ...]:
    """Give the halves that calls are drawn from: all that are not sealed, or the one that is named.

    Raises:
        KeyError: there is no half of that name.
    """
    if only is None:
        return tuple(half for half in HALVES if half.id not in UNREAD)
    return ({half.id: half for half in HALVES}[only],)


@cache
def faults(half: str) -> Mapping[str, Sequence[str]]:
    """Give the fault lines of one half; of a list too short to be cut, all of it.

    Raises:
        KeyError: there is no such half.
    """
    found = {each.id: each for each in HALVES}[half]
    start, step = found.every
    return MappingProxyType({key: lines[start::step] or lines for key, lines in _read(found.file).items()})


@cache
def clean(half: str | None = None) -> Mapping[str, Sequence[str]]:
    """Give the lines without fault of all authors seen; for an unread half, those of its author too.

    Of questions for identity, those that the made-up caller can answer.
    """
    merged: dict[str, list[str]] = {}
    for file in (*_CLEAN, *(file for of, file in _CLEAN_UNREAD.items() if of == half)):
        for key, lines in _read(file).items():
            kept = [line for line in lines if key != "ask_id" or any(sign in line for sign in _ASKED)]
            merged.setdefault(key, []).extend(kept)
    return MappingProxyType(merged)


@cache
def hard_middles() -> Sequence[Sequence[Mapping[str, str]]]:
    """Give the passages that are harsh and lawful, of all authors together."""
    return [passage for file in _HARD for passage in _read(file)]


def _read(file: str) -> Any:
    return yaml.load((HERE / file).read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
