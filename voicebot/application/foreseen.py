"""The order in which lines that will probably be needed are made ready."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

FORESEEN: Final = 60
"""Lines made ready ahead at most; more would be made for nothing."""


def in_rounds(answers: Iterable[tuple[str, ...]]) -> list[str]:
    """Order lines as they will be needed: the first line of each answer, then the second ones; each once."""
    rounds: list[list[str]] = []
    for answer in answers:
        for place, line in enumerate(answer):
            if place == len(rounds):
                rounds.append([])
            rounds[place].append(line)
    return list(dict.fromkeys(line for round_ in rounds for line in round_))[:FORESEEN]
