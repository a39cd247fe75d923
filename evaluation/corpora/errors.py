"""What can go wrong with a spoken corpus.

CorpusError
├── CorpusUnreadable   a table of lines is missing, malformed or of another layout
└── OddVoiceFailed     the process that speaks with espeak-ng died or refused
"""

from __future__ import annotations

from pathlib import Path


class CorpusError(Exception):
    """Base of all errors of spoken corpora."""


class CorpusUnreadable(CorpusError):
    """A table of lines cannot be used; the message names the file and the line number, never its text."""

    def __init__(self, path: Path, what: str) -> None:
        super().__init__(f"{path}: {what}")
        self.path = path


class OddVoiceFailed(CorpusError):
    """espeak-ng said nothing; a line spoken again may work, since a fresh process is started for it."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"espeak-ng could not speak: {reason}; run `make install` (package espeakng-loader)")
