"""The house's script and what the challengers of experiments say otherwise.

A challenger lies in `challengers/<experiment>/*.yaml` beside `script/`, in the same form, with those acts alone that it
words differently; an act it writes replaces the house's lines of that act.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final, Self

from voicebot.application.scripts import Edition
from voicebot.script.book import Words, read_words
from voicebot.script.checks import faults_of
from voicebot.script.errors import BadScript
from voicebot.script.memory import index_of
from voicebot.script.render import ScriptBook

CHALLENGERS: Final = "challengers"
_SHORT: Final = 8
"""Hex digits of a version: 32 bits tell apart every script a house will ever have."""


@dataclass(frozen=True, slots=True)
class ScriptEditions:
    """Implements `voicebot.application.scripts.Editions`; read and checked once, so no call can meet a bad line."""

    book: ScriptBook
    folder: Path
    challengers: Mapping[str, Words]
    _made: dict[frozenset[str], Edition] = field(default_factory=dict, init=False, repr=False)

    @classmethod
    def load(cls, book: ScriptBook, folder: Path) -> Self:
        """Read the challengers in a locale's folder, such as `prompts/pt-BR`, and make every one of them.

        Raises:
            ScriptUnreadable: a challenger's folder has no files, or one is no YAML.
            BadScript: a challenger's line breaks a rule of the house; lists them all.
        """
        names = sorted(challengers_in(folder))
        ready = cls(book, folder, {name: read_words(folder / CHALLENGERS / name) for name in names})
        ready.edition(frozenset())
        for name in ready.challengers:
            ready.edition(frozenset({name}))
        return ready

    def edition(self, experiments: frozenset[str]) -> Edition:
        names = experiments & frozenset(self.challengers)
        if names not in self._made:
            self._made[names] = self._make(sorted(names))
        return self._made[names]

    def _make(self, names: list[str]) -> Edition:
        """Lay the challengers over the house's words, in the order of their names."""
        version = version_of((self.folder / "script", *(self.folder / CHALLENGERS / name for name in names)))
        if not names:
            return Edition(self.book, version)
        words = self.book.words
        for name in names:
            other = self.challengers[name]
            words = Words({**words.acts, **other.acts}, {**words.phrases, **other.phrases})
        faults = faults_of(words, self.book.persona)
        if faults:
            raise BadScript(faults)
        return Edition(replace(self.book, words=words, index=index_of(words)), version)


def challengers_in(folder: Path) -> frozenset[str]:
    """Name the challengers that have words in a locale's folder."""
    return frozenset(each.name for each in (folder / CHALLENGERS).glob("*") if each.is_dir())


def version_of(folders: Iterable[Path]) -> str:
    """Give a short hash of the YAML in these folders: the same text gives the same version on every machine."""
    digest = hashlib.sha256()
    for folder in folders:
        for file in sorted(folder.glob("*.yaml")):
            # Line ends differ between checkouts, the words do not.
            content = file.read_bytes().replace(b"\r\n", b"\n")
            digest.update(f"{folder.name}/{file.name}\x00{len(content)}\x00".encode())
            digest.update(content)
    return digest.hexdigest()[:_SHORT]
