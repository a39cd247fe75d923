"""Surface forms out of a seeded grammar: templates with choices `(a|b|)` and slots `{name}`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from random import Random
from typing import Any, Final

import yaml

OPENING: Final = "("
FOLDER: Final = Path(__file__).with_name("grammar")
_TOKEN: Final = re.compile(r"[()|]|\{\w+\}|[^()|{}]+")
_SPACES: Final = re.compile(r"\s+")
_BEFORE_MARK: Final = re.compile(r"\s+([,.?!])")
_LOOSE_COMMA: Final = re.compile(r"(^|,)\s*,")


class GrammarError(Exception):
    """A template cannot be read, or a meaning has none; the message names it."""


@dataclass(frozen=True, slots=True)
class Text:
    words: str


@dataclass(frozen=True, slots=True)
class Slot:
    name: str


@dataclass(frozen=True, slots=True)
class Choice:
    options: tuple[Row, ...]


Row = tuple[Text | Slot | Choice, ...]
Words = Mapping[str, Mapping[str, tuple[str, ...]]]
"""Slot to region to words; every slot has the region `any`."""


def parse(template: str) -> Row:
    """Read one template.

    Raises:
        GrammarError: brackets do not match.
    """
    tokens = _TOKEN.findall(template)
    row, rest = _row(tokens, 0, template)
    if rest != len(tokens):
        raise GrammarError(f"unmatched bracket in {template!r}: write choices as (a|b)")
    return row


def _row(tokens: list[str], at: int, template: str) -> tuple[Row, int]:
    parts: list[Text | Slot | Choice] = []
    while at < len(tokens) and tokens[at] not in ")|":
        token = tokens[at]
        if token == OPENING:
            choice, at = _choice(tokens, at + 1, template)
            parts.append(choice)
            continue
        parts.append(Slot(token[1:-1]) if token.startswith("{") else Text(token))
        at += 1
    return tuple(parts), at


def _choice(tokens: list[str], at: int, template: str) -> tuple[Choice, int]:
    options: list[Row] = []
    while True:
        row, at = _row(tokens, at, template)
        options.append(row)
        if at >= len(tokens):
            raise GrammarError(f"a bracket is never closed in {template!r}")
        if tokens[at] == ")":
            return Choice(tuple(options)), at + 1
        at += 1


@dataclass(frozen=True, slots=True)
class Grammar:
    forms: Mapping[str, tuple[Row, ...]]
    """By key, `meaning` or `meaning/variant`."""
    words: Words

    def say(self, key: str, rng: Random, values: Mapping[str, str], region: str = "any") -> str:
        """Draw one surface form; `values` fills the slots that depend on the caller.

        Raises:
            GrammarError: no such key, or a slot that nobody fills.
        """
        if key not in self.forms:
            raise GrammarError(f"the grammar has no forms for {key}")
        row = rng.choice(self.forms[key])
        return _tidy(self._draw(row, rng, values, region))

    def _draw(self, row: Row, rng: Random, values: Mapping[str, str], region: str) -> str:
        return "".join(self._part(part, rng, values, region) for part in row)

    def _part(self, part: Text | Slot | Choice, rng: Random, values: Mapping[str, str], region: str) -> str:
        if isinstance(part, Text):
            return part.words
        if isinstance(part, Choice):
            return self._draw(rng.choice(part.options), rng, values, region)
        if part.name in values:
            return values[part.name]
        if part.name not in self.words:
            raise GrammarError(f"nobody fills the slot {part.name}")
        by_region = self.words[part.name]
        return rng.choice(by_region.get(region, by_region["any"]))

    def count(self, *, coloured: bool = False) -> int:
        """Count distinct forms, a caller's values as one each; the small words only where `coloured`."""
        return sum(self._count(row, coloured) for rows in self.forms.values() for row in rows)

    def _count(self, row: Row, coloured: bool) -> int:
        product = 1
        for part in row:
            if isinstance(part, Choice):
                product *= sum(self._count(option, coloured) for option in part.options)
            elif isinstance(part, Slot) and coloured and part.name in self.words:
                product *= len({word for words in self.words[part.name].values() for word in words})
        return product


def _tidy(text: str) -> str:
    text = _BEFORE_MARK.sub(r"\1", _SPACES.sub(" ", text)).strip()
    return _LOOSE_COMMA.sub(r"\1", text).strip(" ,")


@cache
def load(folder: Path = FOLDER) -> Grammar:
    """Read every file of the grammar.

    Raises:
        GrammarError: a template is wrong.
    """
    words: dict[str, dict[str, tuple[str, ...]]] = {}
    forms: dict[str, tuple[Row, ...]] = {}
    for path in sorted(folder.glob("*.yaml")):
        data: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
        if path.stem == "slots":
            words = {slot: {region: tuple(said) for region, said in by.items()} for slot, by in data.items()}
            continue
        forms |= {key: tuple(parse(template) for template in templates) for key, templates in data.items()}
    return Grammar(forms, words)
