"""A call's recording for the console: decrypted in memory, checked to be this call's, never written in clear."""

from __future__ import annotations

import asyncio
import io
import wave
from pathlib import Path
from uuid import UUID

import numpy as np

from voicebot.application.qa.calls import RecordingUnreadable
from voicebot.persistence.errors import RecordingError
from voicebot.persistence.recording_store import PostgresRecordings
from voicebot.persistence.recordings import RATE_HZ, Stereo, read_recording

_FULL_SCALE = 32768.0


class SealedAudio:
    """`Audio` over the recordings' folder.

    Args:
        recordings: Which call has which file.
        key: The 32 bytes they are sealed with.
        folder: Where they lie; an entry that points anywhere else is refused.
    """

    def __init__(self, recordings: PostgresRecordings, key: bytes, folder: Path) -> None:
        self._recordings = recordings
        self._key = key
        self._folder = folder

    async def wav(self, call_id: UUID) -> bytes | None:
        """Give the whole recording as WAV.

        Raises:
            RecordingUnreadable: outside the folder, another call's, tampered with, or sealed with another key.
        """
        path = await self._path(call_id)
        return None if path is None else await asyncio.to_thread(lambda: _wav(self._read(path, call_id)))

    async def peaks(self, call_id: UUID, buckets: int) -> tuple[list[float], list[float], float] | None:
        """Give the picture of the sound; raises as `wav`."""
        path = await self._path(call_id)
        return None if path is None else await asyncio.to_thread(lambda: _peaks(self._read(path, call_id), buckets))

    async def _path(self, call_id: UUID) -> Path | None:
        path = await self._recordings.path_of(str(call_id))
        if path is None or not await asyncio.to_thread(path.exists):
            return None
        if not path.resolve().is_relative_to(self._folder.resolve()):
            raise RecordingUnreadable("this recording's entry points outside the recordings' folder")
        return path

    def _read(self, path: Path, call_id: UUID) -> Stereo:
        try:
            return read_recording(path, self._key, allow_partial=True, call_id=str(call_id))
        except RecordingError as error:
            raise RecordingUnreadable("this recording cannot be opened with the key in use") from error


def _wav(audio: Stereo) -> bytes:
    out = io.BytesIO()
    with wave.open(out, "wb") as target:
        target.setnchannels(2)
        target.setsampwidth(2)
        target.setframerate(RATE_HZ)
        target.writeframes(audio.astype("<i2").tobytes())
    return out.getvalue()


def _peaks(audio: Stereo, buckets: int) -> tuple[list[float], list[float], float]:
    if len(audio) == 0:
        return [], [], 0.0
    edges = np.linspace(0, len(audio), min(buckets, len(audio)), endpoint=False).astype(np.int64)
    # In int32: the loudest negative sample has no counterpart in int16.
    loudest = np.maximum.reduceat(np.abs(audio.astype(np.int32)), edges, axis=0) / _FULL_SCALE
    rounded = np.round(np.minimum(loudest, 1.0), 3)
    return rounded[:, 0].tolist(), rounded[:, 1].tolist(), len(audio) / RATE_HZ
