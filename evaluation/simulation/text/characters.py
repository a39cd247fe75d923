"""The people of the simulation, read from `characters.yaml`; one entry there adds a person."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import cache
from pathlib import Path
from typing import Any, Final

import yaml

FILE: Final = Path(__file__).with_name("characters.yaml")
MOMENTS: Final = ("opening", "verification", "debt", "offer", "agreement", "any")


class CharacterError(Exception):
    """A character is unknown, or the file says something that cannot be read."""


@dataclass(frozen=True, slots=True)
class Strike:
    """Something this person says when its moment comes, whatever was asked."""

    at: str
    say: tuple[str, ...]
    times: int = 1


@dataclass(frozen=True, slots=True)
class Character:
    name: str
    about: str
    ends_well: frozenset[str]
    answers: str = "identity_confirm"
    """The grammar's key for the answer to "is it you?"."""
    lump: tuple[float, float] = (0.5, 1.0)
    """Share of the debt that can be paid at once, least and most."""
    monthly: tuple[float, float] = (0.05, 0.2)
    haggle: int = 0
    """Offers turned down before one that fits is taken."""
    situation: tuple[str, ...] = ("affirm/situation",)
    strays: Mapping[str, float] | None = None
    """What else they say, with the chance per turn."""
    strikes: tuple[Strike, ...] = ()
    aftermath: tuple[str, ...] = ()
    knows: str = "both"
    """Which identity factors they have: both, cpf, birth or neither."""
    dtmf: bool = False
    outbound_only: bool = False


@cache
def load(path: Path = FILE) -> Mapping[str, Character]:
    """Read all characters.

    Raises:
        CharacterError: a key is unknown or missing.
    """
    data: dict[str, dict[str, Any]] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return {name: _character(name, entry) for name, entry in data.items()}


def find(name: str) -> Character:
    """Give one character.

    Raises:
        CharacterError: nobody of that name; the message lists who there is.
    """
    known = load()
    if name not in known:
        raise CharacterError(f"no persona {name}: there are {', '.join(known)}")
    return known[name]


def _character(name: str, entry: dict[str, Any]) -> Character:
    unknown = set(entry) - {field.name for field in fields(Character)}
    if unknown or "about" not in entry or "ends_well" not in entry:
        raise CharacterError(f"character {name}: give about and ends_well; unknown are {sorted(unknown) or 'none'}")
    values = {key: tuple(value) if isinstance(value, list) else value for key, value in entry.items()}
    values["ends_well"] = frozenset(entry["ends_well"])
    values["strikes"] = tuple(_strike(name, strike) for strike in entry.get("strikes", ()))
    described: dict[str, Any] = {"name": name, **values}
    return Character(**described)


def _strike(name: str, entry: dict[str, Any]) -> Strike:
    if entry["at"] not in MOMENTS:
        raise CharacterError(f"character {name}: at is {entry['at']}, use one of {', '.join(MOMENTS)}")
    return Strike(entry["at"], tuple(entry["say"]), int(entry.get("times", 1)))
