"""The lines that made-up calls are built of, drawn step by step."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from random import Random

from evaluation.scoring.truth.facts import Facts
from evaluation.scoring.truth.wordings import clean, faults


@dataclass(slots=True)
class Steps:
    """A call being made: what was said so far, and the fault it is to have."""

    rng: Random
    facts: Facts
    fault: str | None
    half: str
    """Whose fault lines are said; see `wordings.HALVES`."""
    turns: list[tuple[str, str]] = field(default_factory=list)
    slots: dict[str, str] = field(default_factory=dict)

    def agent(self, *keys: str) -> None:
        said = " ".join(line for key in keys if (line := self.line(clean(self.half)[key])))
        self.turns.append(("agent", said))

    def caller(self, key: str) -> None:
        self.turns.append(("caller", self.line(clean(self.half)[key])))

    def bad(self, key: str) -> None:
        self.turns.append(("agent", self.line(faults(self.half)[key])))

    def line(self, lines: Sequence[str]) -> str:
        return self.rng.choice(lines).format(**self.slots)
