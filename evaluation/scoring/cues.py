"""What to listen for, as data: named lists of patterns over folded words, one file for each side of the line."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Final

import yaml

from evaluation.scoring.errors import ScorecardInvalid
from evaluation.scoring.words import LISTS

_GAP: Final = r"(?: \S+){0,4} "
_SET: Final = re.compile(r"<(\w+)>")


@dataclass(frozen=True, slots=True)
class Cue:
    """A thing that may be said; `unless` is blanked out of the line before `any` is looked for."""

    any: re.Pattern[str]
    unless: re.Pattern[str] | None
    written: tuple[str, ...] = ()

    def find(self, line: str) -> re.Match[str] | None:
        if self.unless is not None:
            line = self.unless.sub(lambda found: "#" * len(found.group()), line)
        return self.any.search(line)


@cache
def cues(side: str) -> Mapping[str, Cue]:
    """Read the cues of one side, agent or caller.

    Raises:
        ScorecardInvalid: the file is malformed or holds a broken pattern.
    """
    path = LISTS / f"{side}.yaml"
    try:
        data = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
        sets: dict[str, str] = data.get("sets", {})
        return {name: _cue(body, sets) for name, body in data["cues"].items()}
    except (OSError, yaml.YAMLError, re.error, KeyError, TypeError, AttributeError) as error:
        raise ScorecardInvalid(f"{path}: a cue cannot be used; mend the file: {error}") from error


def sources(side: str, name: str) -> tuple[str, ...]:
    """Give the patterns of one cue as written, lists and gaps filled in.

    Raises:
        ScorecardInvalid: as `cues`.
    """
    return tuple(cues(side)[name].written)


def _cue(body: object, sets: Mapping[str, str]) -> Cue:
    if isinstance(body, Mapping):
        unless = body.get("unless")
        return Cue(_compile(body["any"], sets), _compile(unless, sets) if unless else None, _ready(body["any"], sets))
    return Cue(_compile(body, sets), None, _ready(body, sets))


def _compile(patterns: object, sets: Mapping[str, str]) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{'|'.join(_ready(patterns, sets))})\b")


def _ready(patterns: object, sets: Mapping[str, str]) -> tuple[str, ...]:
    if not isinstance(patterns, list):
        raise TypeError("a cue is a list of patterns, or `any` and `unless`")
    return tuple(_SET.sub(lambda name: sets[name.group(1)], str(each)).replace(" ~ ", _GAP) for each in patterns)
