"""Writes that could not reach the database yet, on the local disk, encrypted and in order."""

from __future__ import annotations

import asyncio
import fcntl
import os
import uuid
from collections import deque
from pathlib import Path
from typing import Final

import structlog

from voicebot.persistence.errors import RecordingError
from voicebot.persistence.operations import Operation
from voicebot.persistence.sealed import SealedWriter, read_sealed

_SUFFIX: Final = ".spool"
_LABEL: Final = "spool"
_REJECTED: Final = ".rejected"
_log = structlog.get_logger(__name__)


class Spool:
    """A queue of operations; what is in it survives the process. One process writes a file, its lock says so."""

    def __init__(self, folder: Path, key: bytes) -> None:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        folder.chmod(0o700)
        self._folder = folder
        self._key = key
        self._waiting: deque[Operation] = deque()
        self._writer: SealedWriter | None = None

    def __len__(self) -> int:
        return len(self._waiting)

    @property
    def first(self) -> Operation:
        return self._waiting[0]

    def lines_of(self, call_id: uuid.UUID) -> int | None:
        """Give the index after the last line waiting for a call; None where none waits."""
        indexes = [op.data["index"] for op in self._waiting if op.call_id == call_id and "speaker" in op.data]
        return max(indexes) + 1 if indexes else None

    def take_over(self) -> int:
        """Queue what processes that are gone left behind, oldest file first; give how many operations."""
        found = 0
        for path in sorted(self._folder.glob(f"*{_SUFFIX}"), key=lambda each: each.stat().st_mtime):
            if self._writer is not None and path == self._writer.path:
                continue
            found += self._take(path)
        return found

    def _take(self, path: Path) -> int:
        with path.open("rb") as held:
            try:
                fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return 0
            try:
                operations = [Operation.from_bytes(frame) for frame in read_sealed(path, self._key).frames]
            except (RecordingError, ValueError) as error:
                _log.error("a spool left behind cannot be read and stays", path=str(path), reason=type(error).__name__)
                return 0
            for operation in operations:
                self._put(operation)
            path.unlink()
        return len(operations)

    async def put(self, operation: Operation) -> None:
        """Queue a write; when this returns it survives the process and a power cut."""
        self._put(operation)
        if self._writer is not None:
            await asyncio.to_thread(_sync_and_close, os.dup(self._writer.fileno()))

    def _put(self, operation: Operation) -> None:
        if self._writer is None:
            name = self._folder / str(uuid.uuid4())
            self._writer = SealedWriter(name.with_suffix(".new"), self._key, _LABEL)
            # Locked before it has the name that others look for.
            fcntl.flock(self._writer.fileno(), fcntl.LOCK_EX)
            self._writer.rename(name.with_suffix(_SUFFIX))
        self._waiting.append(operation)
        self._writer.append(operation.to_bytes())

    def done(self) -> None:
        """Take the first one off; the file goes when the queue is empty (until then a replay repeats it harmlessly)."""
        self._waiting.popleft()
        if not self._waiting and self._writer is not None:
            self._writer.path.unlink(missing_ok=True)
            self._writer.close()
            self._writer = None

    def reject(self, why: str) -> None:
        """Put the first one aside in a file of its own, for a person to look at: it can never be written."""
        operation = self.first
        writer = SealedWriter(self._folder / f"{operation.op_id}{_REJECTED}", self._key, why)
        writer.append(operation.to_bytes())
        writer.finish()
        self.done()

    def close(self) -> None:
        """Let go of the file; what waits in it is the next process's."""
        if self._writer is not None:
            self._writer.close()
            self._writer = None


def _sync_and_close(handle: int) -> None:
    """Wait for the disk on a handle of our own: the queue may empty, and its file be closed, meanwhile."""
    try:
        os.fdatasync(handle)
    finally:
        os.close(handle)


def waiting_files(folder: Path) -> tuple[list[Path], list[Path]]:
    """List spools not replayed and operations put aside, for `doctor`."""
    return sorted(folder.glob(f"*{_SUFFIX}")), sorted(folder.glob(f"*{_REJECTED}"))
