"""How well a spoken corpus was heard: word error rate, empty and invented transcripts, by noise and by voice."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

from evaluation.corpora.tables import HeardLine
from evaluation.corpora.voices import as_said

_WORD: Final = re.compile(r"\w+")
_IN_FULL: Final = MappingProxyType(
    {
        "ta": "esta",
        "tao": "estao",
        "to": "estou",
        "tava": "estava",
        "tamo": "estamos",
        "ce": "voce",
        "ces": "voces",
        "vc": "voce",
        "pra": "para",
        "pras": "para as",
        "pro": "para o",
        "pros": "para os",
        "num": "nao",
        "ne": "nao e",
        "vo": "vou",
        "perai": "espera ai",
    }
)
"""Spoken forms that a recogniser writes in full: no error, since nothing is lost. Without accents."""


@dataclass(frozen=True, slots=True)
class Score:
    """Sums over some lines."""

    lines: int
    words: int
    """Of what was said."""
    errors: int
    """Substitutions, omissions and insertions."""
    exact: int
    """Lines with no error."""
    empty: int
    invented: int
    """Lines whose transcript has words, none of them said."""

    def shown(self) -> dict[str, float | int]:
        return {
            "lines": self.lines,
            "word_error_rate": round(self.errors / self.words, 4) if self.words else 0.0,
            "exact": round(self.exact / self.lines, 4),
            "empty": round(self.empty / self.lines, 4),
            "invented": round(self.invented / self.lines, 4),
        }


def words(text: str, expecting: str = "") -> list[str]:
    """Give the words as said, lower case without accents, figures and spoken short forms in full."""
    folded = unicodedata.normalize("NFKD", as_said(text, expecting).lower())
    found = _WORD.findall("".join(each for each in folded if not unicodedata.combining(each)))
    in_full = {**_IN_FULL, "meia": "seis"} if expecting.startswith("cpf") else _IN_FULL
    return " ".join(in_full.get(word, word) for word in found).split()


def edits(said: Sequence[str], heard: Sequence[str]) -> int:
    """Count the fewest substitutions, omissions and insertions that turn `said` into `heard`."""
    row = list(range(len(heard) + 1))
    for at, word in enumerate(said, 1):
        corner, row[0] = row[0], at
        for to, other in enumerate(heard, 1):
            corner, row[to] = row[to], min(row[to] + 1, row[to - 1] + 1, corner + (word != other))
    return row[-1]


def score(lines: Iterable[HeardLine]) -> Score:
    """Sum some lines up."""
    count = said_words = errors = exact = empty = invented = 0
    for each in lines:
        said, heard = words(each.line.text, each.line.expecting), words(each.heard, each.line.expecting)
        wrong = edits(said, heard)
        count, said_words, errors = count + 1, said_words + len(said), errors + wrong
        exact += wrong == 0
        empty += not heard
        invented += bool(heard) and not set(said) & set(heard)
    return Score(count, said_words, errors, exact, empty, invented)


def summary(lines: Sequence[HeardLine]) -> dict[str, Any]:
    """Give the figures for all lines, by noise and by voice; nothing of any text is in them."""
    if not lines:
        return {"lines": 0}
    return {
        "all": score(lines).shown(),
        "by_snr": _by(lines, [each.snr for each in lines]),
        "by_voice": _by(lines, [each.voice for each in lines]),
        "by_voice_clean": _by(
            [each for each in lines if each.snr == "clean"], [each.voice for each in lines if each.snr == "clean"]
        ),
    }


def _by(lines: Sequence[HeardLine], keys: Sequence[str]) -> dict[str, Any]:
    groups: dict[str, list[HeardLine]] = defaultdict(list)
    for key, line in zip(keys, lines, strict=True):
        groups[key].append(line)
    return {key: score(members).shown() for key, members in sorted(groups.items())}
