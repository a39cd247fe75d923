"""The lines that likeness is learnt from: templates with choices, drawn out into lines with their labels."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Final

from evaluation.scoring.errors import ScorecardInvalid

FOLDER: Final = Path(__file__).with_name("corpus")
TEACHERS: Final = ("first", "second", "third")
"""Authors of `taught_*.txt`."""
_CHOICE: Final = re.compile(r"\{([^{}]*)\}")
_SLOT: Final = re.compile(r"<(\w+)>")


@dataclass(frozen=True, slots=True)
class Template:
    labels: frozenset[str]
    text: str
    place: str
    """File and line: templates are never split between learning and checking."""


def templates(name: str) -> list[Template]:
    """Read one file of templates.

    Raises:
        ScorecardInvalid: a line stands before any `[labels]`.
    """
    found: list[Template] = []
    labels: frozenset[str] | None = None
    for number, raw in enumerate((FOLDER / name).read_text(encoding="utf-8").splitlines(), 1):
        line = raw.strip()
        if line.startswith("[") and line.endswith("]"):
            labels = frozenset(line[1:-1].split())
        elif line and not line.startswith("#"):
            if labels is None:
                raise ScorecardInvalid(f"{name}:{number}: no labels yet; put `[...]` above it")
            found.append(Template(labels, line, f"{name}:{number}"))
    return found


def drawn(template: Template, count: int, rng: Random) -> Iterator[str]:
    """Give up to `count` different lines of a template."""
    lists = _lists()
    yield from dict.fromkeys(_draw(template.text, rng, lists) for _ in range(count))


def _draw(text: str, rng: Random, lists: Mapping[str, list[str]]) -> str:
    text = _CHOICE.sub(lambda found: rng.choice(found[1].split("|")), text)
    text = _SLOT.sub(lambda found: rng.choice(lists[found[1]]), text)
    return " ".join(text.split())


def _lists() -> dict[str, list[str]]:
    lines = (FOLDER / "slots.txt").read_text(encoding="utf-8").splitlines()
    pairs = (line.split(":", 1) for line in lines if line and not line.startswith("#"))
    return {name: [each.strip() for each in values.split("|")] for name, values in pairs}
