"""Call audio at rest: encrypted from the first frame, stereo 8 kHz, caller left and bot right."""

from __future__ import annotations

import os
import uuid
import wave
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import Final, TypeAlias

import numpy as np
import numpy.typing as npt

from voicebot.persistence.errors import RecordingError, RecordingIncomplete, RecordingTampered
from voicebot.persistence.sealed import SealedWriter, generate_key, key_id, read_key, read_sealed

__all__ = [
    "RATE_HZ",
    "RecordingSummary",
    "RecordingWriter",
    "erase_recording",
    "export_wav",
    "generate_key",
    "key_id",
    "read_key",
    "read_recording",
    "recording_call_id",
]

RATE_HZ: Final = 8000
CHANNELS: Final = 2
Stereo: TypeAlias = npt.NDArray[np.int16]
"""Shape (samples, 2)."""
_SUFFIX: Final = ".vbrec"


@dataclass(frozen=True, slots=True)
class RecordingSummary:
    path: Path
    key_id: str
    sha256: str
    frames: int
    samples: int
    """Per channel."""


class RecordingWriter:
    """Writes one call's audio as it happens; a crash keeps every chunk that `append` took.

    Args:
        folder: made with mode 0700 where it is missing.
        key: 32 bytes, see `read_key`.
        call_id: a UUID; authenticated with every frame, so one call's audio cannot pass for another's.

    Raises:
        RecordingError: the call has a recording here already, or the id is no UUID.
    """

    def __init__(self, folder: Path, key: bytes, call_id: str) -> None:
        try:
            name = str(uuid.UUID(call_id))
        except ValueError:
            raise RecordingError("a recording is named by its call, and a call id is a UUID") from None
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        folder.chmod(0o700)
        self._key, self._name = key, name
        self._key_id = key_id(key)
        self._samples = 0
        self._silent: list[tuple[int, int]] = []
        self._writing = Lock()
        try:
            self._writer = SealedWriter(folder / f"{name}{_SUFFIX}", key, name)
        except FileExistsError:
            raise RecordingError(f"call {name} has a recording in {folder} already") from None

    @property
    def path(self) -> Path:
        return self._writer.path

    @property
    def key_id(self) -> str:
        return self._key_id

    def append(self, chunk: Stereo) -> None:
        """Write a chunk, half a second or so; each becomes one frame.

        Raises:
            RecordingError: not int16 of shape (samples, 2).
        """
        if chunk.dtype != np.int16 or chunk.ndim != CHANNELS or chunk.shape[1] != CHANNELS:
            raise RecordingError(f"expected int16 of shape (samples, 2), got {chunk.dtype} {chunk.shape}")
        with self._writing:
            if len(chunk):
                self._writer.append(self._hushed(chunk, self._samples).astype("<i2").tobytes())
                self._samples += len(chunk)

    def silence_caller(self, start_s: float, end_s: float) -> None:
        """Put silence in place of what the caller says in a stretch, in seconds since the start, for good; blocking.

        What is on disk already is written anew under another key, and the old file's key is destroyed. What of the
        stretch is still to come is kept out as it comes.

        Raises:
            RecordingError: the recording is closed.
            OSError: it could not be written anew; the old one stands as it was.
        """
        with self._writing:
            self._silent.append((max(0, int(start_s * RATE_HZ)), int(end_s * RATE_HZ)))
            if start_s * RATE_HZ < self._samples:
                self._write_anew()

    def _write_anew(self) -> None:
        path = self._writer.path
        fresh_path = path.with_name(f"{path.name}.anew")
        old = os.open(path, os.O_RDWR | os.O_NOFOLLOW)
        try:
            fresh = SealedWriter(fresh_path, self._key, self._name)
            try:
                at = 0
                for frame in read_sealed(path, self._key).frames:
                    chunk = np.frombuffer(frame, dtype="<i2").reshape(-1, CHANNELS)
                    fresh.append(self._hushed(chunk, at).astype("<i2").tobytes())
                    at += len(chunk)
                fresh.sync()
                fresh.rename(path)
            except BaseException:
                fresh.close()
                fresh_path.unlink(missing_ok=True)
                raise
            self._writer.close()
            self._writer = fresh
            _destroy_key(old)
        finally:
            os.close(old)

    def _hushed(self, chunk: Stereo, at: int) -> Stereo:
        """Give the chunk that begins at sample `at`, the caller silent where they are to be."""
        spans = [(start - at, end - at) for start, end in self._silent if start < at + len(chunk) and end > at]
        if not spans:
            return chunk
        quiet = chunk.copy()
        for start, end in spans:
            quiet[max(0, start) : end, 0] = 0
        return quiet

    def close(self) -> RecordingSummary:
        """Mark the end and close the file; blocks until it is on disk."""
        digest = self._writer.finish()
        return RecordingSummary(self.path, self._key_id, digest, self._writer.frames, self._samples)

    def abandon(self) -> None:
        """Close the file as a crash would leave it."""
        self._writer.close()


def read_recording(path: Path, key: bytes, *, allow_partial: bool = False, call_id: str | None = None) -> Stereo:
    """Give the audio, int16 of shape (samples, 2).

    Args:
        path: the file.
        key: the 32 bytes it was written with.
        allow_partial: accept a file without its final frame, after a crash; what was cut off cannot be known then.
        call_id: where given, the call that the audio must be of.

    Raises:
        RecordingKeyInvalid: another key.
        RecordingTampered: changed, or another call's.
        RecordingIncomplete: no final frame.
    """
    sealed = read_sealed(path, key)
    if call_id is not None and sealed.label != call_id:
        raise RecordingTampered(f"{path} is another call's recording")
    if not sealed.complete and not allow_partial:
        raise RecordingIncomplete(f"{path} has no final frame: the call crashed, or the file was cut")
    return np.frombuffer(b"".join(sealed.frames), dtype="<i2").astype(np.int16).reshape(-1, CHANNELS)


def recording_call_id(path: Path, key: bytes) -> str:
    """Name the call of a recording."""
    return read_sealed(path, key).label


def export_wav(path: Path, key: bytes, out: Path, *, allow_partial: bool = False) -> None:
    """Write the audio in clear as WAV, mode 0600, for the copy that a caller may ask for; raises as `read_recording`.

    Raises:
        FileExistsError: `out` exists.
    """
    audio = read_recording(path, key, allow_partial=allow_partial)
    handle = os.open(out, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file, wave.open(file, "wb") as target:
        target.setnchannels(CHANNELS)
        target.setsampwidth(2)
        target.setframerate(RATE_HZ)
        target.writeframes(audio.astype("<i2").tobytes())


def erase_recording(path: Path) -> bool:
    """Remove a file for good; False where there is none.

    The salt goes first: without it the file's key cannot be derived again, even where the disk keeps old blocks.
    """
    try:
        handle = os.open(path, os.O_WRONLY | os.O_NOFOLLOW)
    except FileNotFoundError:
        return False
    try:
        _destroy_key(handle)
    finally:
        os.close(handle)
    path.unlink(missing_ok=True)
    return True


def _destroy_key(handle: int) -> None:
    """Overwrite the salt, without which the file's key cannot be derived again."""
    os.pwrite(handle, bytes(64), 0)
    os.fsync(handle)
