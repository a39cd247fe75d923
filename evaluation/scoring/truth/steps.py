"""The lines that made-up calls are built of, drawn step by step."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from random import Random
from typing import Final

import yaml

from evaluation.scoring.truth.facts import Facts

HERE: Final = Path(__file__).parent


@dataclass(slots=True)
class Steps:
    """A call being made: what was said so far, and the fault it is to have."""

    rng: Random
    facts: Facts
    fault: str | None
    half: int
    turns: list[tuple[str, str]] = field(default_factory=list)
    slots: dict[str, str] = field(default_factory=dict)

    def agent(self, *keys: str) -> None:
        said = " ".join(line for key in keys if (line := self.line(clean()[key])))
        self.turns.append(("agent", said))

    def caller(self, key: str) -> None:
        self.turns.append(("caller", self.line(clean()[key])))

    def bad(self, key: str) -> None:
        lines = faults()[key]
        self.turns.append(("agent", self.line(lines[self.half :: 2] or lines)))

    def line(self, lines: Sequence[str]) -> str:
        return self.rng.choice(lines).format(**self.slots)


@cache
def clean() -> dict[str, list[str]]:
    found: dict[str, list[str]] = yaml.safe_load((HERE / "clean.yaml").read_text(encoding="utf-8"))
    return found


@cache
def faults() -> dict[str, list[str]]:
    found: dict[str, list[str]] = yaml.safe_load((HERE / "violations.yaml").read_text(encoding="utf-8"))
    return found
