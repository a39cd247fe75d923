"""Brings a line to the one form that intents are read from: folded words, without punctuation, spelling levelled."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import yaml

from voicebot.understanding.errors import LanguageDataInvalid
from voicebot.understanding.normalise import fold

_NOT_WORD: Final = re.compile(r"[^a-z0-9 ]+")
_SPACES: Final = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Phrase and word replacements, from `prompts/<language>/lexicon.yaml`."""

    phrases: tuple[tuple[re.Pattern[str], str], ...]
    words: Mapping[str, str]

    def level(self, text: str) -> str:
        """Level a line; spaces separate words, nothing else is left but letters and digits."""
        flat = _SPACES.sub(" ", _NOT_WORD.sub(" ", fold(text))).strip()
        for pattern, replacement in self.phrases:
            flat = pattern.sub(replacement, flat)
        return " ".join(self.words.get(word, word) for word in flat.split())


def load_lexicon(path: Path) -> Lexicon:
    """Read a lexicon.

    Raises:
        LanguageDataInvalid: the file is not two lists of replacements, or a phrase is no regular expression.
    """
    try:
        data = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
        phrases = tuple((re.compile(rf"(?<!\S)(?:{wrong})(?!\S)"), str(right)) for wrong, right in data["phrases"])
        return Lexicon(phrases, {str(wrong): str(right) for wrong, right in data["words"].items()})
    except (OSError, yaml.YAMLError, re.error, KeyError, TypeError, ValueError, AttributeError) as error:
        raise LanguageDataInvalid(f"{path}: expected `phrases` and `words`; mend the file: {error}") from error
