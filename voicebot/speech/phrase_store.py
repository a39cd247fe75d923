"""Fixed lines on disk: one .npy a sentence, named by a hash of what makes it sound as it does."""

from __future__ import annotations

import hashlib
import os
import tempfile
from pathlib import Path

import numpy as np
import structlog

from voicebot.speech.ports import Pcm

_FORMAT = 2
"""Raise it when the same text would now sound different."""

log = structlog.get_logger(__name__)


def phrase_key(engine: str, speed: float, text: str) -> str:
    """Give the name under which a sentence is kept."""
    return hashlib.sha256("\0".join((str(_FORMAT), engine, f"{speed:.3f}", text)).encode()).hexdigest()


class PhraseStore:
    """Readable by its owner alone; a file that is not whole counts as absent and is made again."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def has(self, key: str) -> bool:
        """Say whether there is a file; it may yet turn out to be damaged."""
        return self._path(key).is_file()

    def load(self, key: str) -> Pcm | None:
        """Give the kept audio, None when there is none or it is damaged."""
        path = self._path(key)
        try:
            kept: Pcm = np.load(path, allow_pickle=False)
        except (FileNotFoundError, NotADirectoryError):
            return None
        except (OSError, ValueError, EOFError):
            kept = np.zeros((), np.int16)
        if kept.ndim == 1 and kept.dtype == np.int16:
            return kept
        log.warning("phrase_damaged", key=key)
        path.unlink(missing_ok=True)
        return None

    def save(self, key: str, pcm: Pcm) -> None:
        """Write in one step; a full disk is logged, since the line can be said all the same."""
        try:
            self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            # mkstemp gives mode 0600.
            handle, name = tempfile.mkstemp(dir=self._folder, suffix=".part")
            try:
                with os.fdopen(handle, "wb") as file:
                    np.save(file, pcm)
                os.replace(name, self._path(key))
            except BaseException:
                Path(name).unlink(missing_ok=True)
                raise
        except OSError as failure:
            log.warning("phrase_not_kept", reason=failure.strerror)

    def _path(self, key: str) -> Path:
        return self._folder / f"{key}.npy"
