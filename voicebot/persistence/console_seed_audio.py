"""A made-up recording for a made-up call: hums in place of voices, sealed as a real one is."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import numpy as np

from voicebot.persistence.console_seed import Seeded
from voicebot.persistence.recordings import RATE_HZ, RecordingSummary, RecordingWriter

_PITCH_HZ: Final = {"caller": 140.0, "agent": 210.0}
_SYLLABLE_HZ: Final = 4.5


def record(call: Seeded, folder: Path, key: bytes) -> RecordingSummary:
    """Write the file; raises `RecordingError` where the call has one."""
    writer = RecordingWriter(folder, key, call.call_id)
    rng = np.random.default_rng(int(call.call_id[:8], 16))
    audio = rng.normal(0, 60, (int(call.duration_s * RATE_HZ), 2))
    for speaker, start_s, end_s in call.spoken:
        first, last = int(start_s * RATE_HZ), int(end_s * RATE_HZ)
        at = np.arange(last - first) / RATE_HZ
        tone = sum(np.sin(2 * np.pi * _PITCH_HZ[speaker] * n * at) / n for n in range(1, 8))
        swell = np.abs(np.sin(np.pi * _SYLLABLE_HZ * at)) * rng.uniform(0.5, 1.0)
        audio[first:last, 0 if speaker == "caller" else 1] += 6000 * tone * swell
    samples = np.clip(audio, -32768, 32767).astype(np.int16)
    for start in range(0, len(samples), RATE_HZ // 2):
        writer.append(samples[start : start + RATE_HZ // 2])
    return writer.close()
