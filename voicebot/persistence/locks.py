"""File locks between processes: one at a time at the controls, and a count of users that a crash cannot falsify."""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

_RETRY_S: Final = 0.02


@contextmanager
def exclusive(path: Path, *, timeout_s: float) -> Iterator[None]:
    """Hold the file's lock alone.

    Raises:
        TimeoutError: another process held it for `timeout_s`.
    """
    deadline = time.monotonic() + timeout_s
    while True:
        handle = _open(path)
        if _try(handle, fcntl.LOCK_EX):
            if _still_there(path, handle):
                break
        elif time.monotonic() > deadline:
            os.close(handle)
            raise TimeoutError(f"another process has held {path} for over {timeout_s:g} s")
        else:
            time.sleep(_RETRY_S)
        os.close(handle)
    try:
        yield
    finally:
        os.close(handle)


def join(path: Path) -> int:
    """Count as one more user of what `path` stands for; give the handle to `leave` with. The kernel ends it with us."""
    handle = _open(path)
    fcntl.flock(handle, fcntl.LOCK_SH)
    return handle


def leave(path: Path, handle: int) -> bool:
    """Stop counting as a user; True when nobody is left. Call it under the `exclusive` lock of the controls."""
    os.close(handle)
    probe = _open(path)
    try:
        return _try(probe, fcntl.LOCK_EX)
    finally:
        os.close(probe)


def _open(path: Path) -> int:
    return os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)


def _try(handle: int, kind: int) -> bool:
    try:
        fcntl.flock(handle, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _still_there(path: Path, handle: int) -> bool:
    """Say whether `path` is still the file we locked; a leaver may have removed the folder while we waited."""
    try:
        found = os.stat(path)
    except FileNotFoundError:
        return False
    ours = os.fstat(handle)
    return (found.st_ino, found.st_dev) == (ours.st_ino, ours.st_dev)
