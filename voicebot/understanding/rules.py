"""Written patterns for intents: those that may never be missed, and the plain phrases everybody uses."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import yaml

from voicebot.domain.meaning import Intent
from voicebot.understanding.errors import LanguageDataInvalid

_GAP: Final = r"(?: \S+){0,3} "
_SET: Final = re.compile(r"<(\w+)>")


@dataclass(frozen=True, slots=True)
class Rule:
    """One intent's patterns; `unless` is cut out of the line first."""

    intent: Intent
    any: re.Pattern[str]
    unless: re.Pattern[str] | None


@dataclass(frozen=True, slots=True)
class Hit:
    """An intent whose pattern matched, where it begins and how much of the line it took."""

    intent: Intent
    start: int
    length: int


@dataclass(frozen=True, slots=True)
class Rules:
    """Rules in the order in which they take the turn."""

    rules: tuple[Rule, ...]

    def match(self, line: str) -> tuple[Hit, ...]:
        """Give every intent that a levelled line shows, in the rules' order."""
        hits: list[Hit] = []
        for rule in self.rules:
            rest = rule.unless.sub(lambda found: "#" * len(found.group()), line) if rule.unless else line
            found = rule.any.search(rest)
            if found:
                hits.append(Hit(rule.intent, found.start(), found.end() - found.start()))
        return tuple(hits)

    def ruled_out(self, line: str) -> frozenset[Intent]:
        """Give the intents that a line only sounds like ("me matar de trabalhar"): cut by `unless`, and not shown."""
        alike = {rule.intent for rule in self.rules if rule.unless and rule.unless.search(line)}
        return frozenset(alike - {hit.intent for hit in self.match(line)})


def load_rules(path: Path) -> Rules:
    """Read a rules file; ` ~ ` is a gap of up to three words and `<name>` one of its `sets`.

    Raises:
        LanguageDataInvalid: the file is malformed, names an unknown intent or set, or holds a broken pattern.
    """
    try:
        data = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
        sets: dict[str, str] = data.get("sets", {})
        return Rules(
            tuple(
                Rule(Intent(name), _compile(body["any"], sets), _compile(body.get("unless", []), sets) or None)
                for name, body in data["intents"].items()
            )
        )
    except (OSError, yaml.YAMLError, re.error, KeyError, TypeError, ValueError, AttributeError) as error:
        raise LanguageDataInvalid(f"{path}: a rule cannot be used; mend the file: {error}") from error


def _compile(patterns: list[str], sets: dict[str, str]) -> re.Pattern[str]:
    if not patterns:
        return re.compile(r"(?!)")
    joined = "|".join(_SET.sub(lambda name: sets[name.group(1)], each).replace(" ~ ", _GAP) for each in patterns)
    return re.compile(rf"(?<!\S)(?:{joined})(?!\S)")
