"""Respellings for the voice: applied to text on its way to synthesis, never to what is recorded as said."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from voicebot.script.errors import ScriptUnreadable
from voicebot.script.persona import read_mapping
from voicebot.script.readings import read_aloud


@dataclass(frozen=True, slots=True)
class Pronunciation:
    """Call it with any text: what is written becomes what is said, and the table's words their respelling."""

    respellings: Mapping[str, str]
    """By the word in lower case."""
    pattern: re.Pattern[str]

    @classmethod
    def load(cls, path: Path) -> Self:
        """Read a table of words and their respellings.

        Raises:
            ScriptUnreadable: missing, not YAML, empty, or a respelling that is not text.
        """
        table = read_mapping(path)
        wrong = [word for word, spelling in table.items() if not isinstance(spelling, str) or not spelling.strip()]
        if wrong or not table:
            raise ScriptUnreadable(f"{path.name}: expected a text for every word; look at {', '.join(wrong) or 'it'}")
        return cls.of(table)

    @classmethod
    def of(cls, table: Mapping[str, str]) -> Self:
        longest_first = sorted(table, key=len, reverse=True)
        words = "|".join(re.escape(word) for word in longest_first)
        pattern = re.compile(rf"(?<![\w-])(?:{words})(?![\w-])", re.IGNORECASE)
        return cls({word.lower(): spelling for word, spelling in table.items()}, pattern)

    def __call__(self, text: str) -> str:
        """Give the text for the voice; the table goes first, so that it may also overrule spelled acronyms."""
        return read_aloud(self.pattern.sub(lambda found: self.respellings[found[0].lower()], text))
