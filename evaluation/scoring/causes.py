"""Why the caller fell behind, as a short chain: what they tell, in order, the main cause, and what lies behind it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise
from types import MappingProxyType
from typing import Any, Final

from evaluation.scoring.line import Line
from evaluation.scoring.topics import REASON_INTENTS, REASONS, clauses, kinds
from evaluation.scoring.words import fold

LONGEST: Final = 5
"""Five whys; more is no chain but a life."""
_BEHIND: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "over_indebted": (
            "lower_income", "job_loss", "illness", "separation", "bereavement", "unexpected_cost", "company_closed",
        ),
        "lower_income": ("job_loss", "company_closed", "illness", "separation", "bereavement"),
        "unexpected_cost": ("illness", "bereavement"),
        "forgot": ("illness", "bereavement", "separation", "job_loss"),
        "job_loss": ("company_closed", "illness", "bereavement"),
        "separation": (),
        "company_closed": ("illness", "bereavement"),
    }
)  # fmt: skip
"""What can have led to what, nearest first; what a caller links with "porque" needs no place here."""
_BECAUSE: Final = re.compile(r"\b(?:porque|pois|ja que|por causa|e que|devido|depois que|desde que|quando)\b")


@dataclass(frozen=True, slots=True)
class Chain:
    """Kinds of `topics.REASONS`."""

    told: tuple[tuple[str, tuple[int, ...]], ...]
    """Each with the turns that tell it, in order of telling."""
    main: str | None
    behind: tuple[str, ...]
    """What led to the main cause, the nearest first."""

    def as_json(self) -> dict[str, Any] | None:
        """Give it for the measures; None where nothing was told."""
        if self.main is None:
            return None
        turns = dict(self.told)
        return {"chain": [{"kind": kind, "turns": list(turns[kind])} for kind in (self.main, *self.behind)]}


def chain(lines: Iterable[Line]) -> Chain:
    """Read the chain from a caller's lines."""
    told: dict[str, list[int]] = {}
    links: set[tuple[str, str]] = set()
    for line in lines:
        found = kinds(line.turn.text, line.turn.intent, REASONS, REASON_INTENTS)
        for kind, _ in found:
            told.setdefault(kind, []).append(line.index)
        links |= _linked(fold(line.turn.text), found)
    order = list(told)
    links |= {(one, other) for one in order for other in order if other in _BEHIND.get(one, ())}
    main = next((kind for kind in order if not any(other == kind for _, other in links)), order[0] if order else None)
    return Chain(
        tuple((kind, tuple(turns)) for kind, turns in told.items()),
        main,
        _followed(main, order, links) if main is not None else (),
    )


def _linked(words: str, found: tuple[tuple[str, int], ...]) -> set[tuple[str, str]]:
    """Read "isto porque aquilo": what comes after the word lies behind what came before it."""
    parts = clauses(words)
    return {
        (one, other)
        for (one, at), (other, then) in pairwise(found)
        if at < then < len(parts) and _BECAUSE.search(parts[then])
    }


def _followed(main: str, order: list[str], links: set[tuple[str, str]]) -> tuple[str, ...]:
    found: list[str] = []
    here: str | None = main
    while here is not None and len(found) < LONGEST - 1:
        nearest = [*_BEHIND.get(here, ()), *order]
        here = next((each for each in nearest if (here, each) in links and each not in (main, *found)), None)
        if here is not None:
            found.append(here)
    return tuple(found)
