"""Scorecards as data: what is judged, how much it weighs, where it applies and what it rests on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

import yaml

from evaluation.scoring.errors import ScorecardInvalid

FOLDER: Final = Path(__file__).with_name("scorecards")
PHASES: Final = frozenset({"always", "subject", "debt"})
AGENTS: Final = frozenset({"bot", "human"})


@dataclass(frozen=True, slots=True)
class Criterion:
    id: str
    title: str
    weight: int
    phases: frozenset[str]
    source: str


@dataclass(frozen=True, slots=True)
class Fatal:
    id: str
    title: str
    agents: frozenset[str]
    source: str


@dataclass(frozen=True, slots=True)
class Scorecard:
    id: str
    jurisdictions: frozenset[str]
    criteria: tuple[Criterion, ...]
    fatals: tuple[Fatal, ...]


@cache
def scorecard(jurisdiction: str = "BR") -> Scorecard:
    """Find the scorecard of a jurisdiction.

    Raises:
        ScorecardInvalid: there is none, or its file is malformed.
    """
    for path in sorted(FOLDER.glob("*.yaml")):
        card = load(path)
        if jurisdiction in card.jurisdictions:
            return card
    raise ScorecardInvalid(f"no scorecard for {jurisdiction}; add a file to {FOLDER.name} that names it")


def load(path: Path) -> Scorecard:
    """Read a scorecard.

    Raises:
        ScorecardInvalid: a key is missing or wrong; the message says which.
    """
    try:
        data: dict[str, Any] = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
        criteria = tuple(_criterion(name, body) for name, body in data["criteria"].items())
        fatals = tuple(_fatal(name, body) for name, body in data["fatals"].items())
        return Scorecard(data["id"], frozenset(data["jurisdictions"]), criteria, fatals)
    except (OSError, yaml.YAMLError, KeyError, TypeError, AttributeError, ValueError) as error:
        raise ScorecardInvalid(f"{path.name}: not a scorecard; mend {error}") from error


def _criterion(name: str, body: Mapping[str, Any]) -> Criterion:
    phases = frozenset(body["phases"])
    if not phases or phases - PHASES:
        raise ValueError(f"criteria.{name}.phases: use {', '.join(sorted(PHASES))}")
    if not isinstance(body["weight"], int) or body["weight"] <= 0:
        raise ValueError(f"criteria.{name}.weight: a whole number above 0")
    return Criterion(name, body["title"], body["weight"], phases, body["source"])


def _fatal(name: str, body: Mapping[str, Any]) -> Fatal:
    agents = frozenset(body.get("agents", AGENTS))
    if not agents or agents - AGENTS:
        raise ValueError(f"fatals.{name}.agents: use {', '.join(sorted(AGENTS))}")
    return Fatal(name, body["title"], agents, body["source"])
