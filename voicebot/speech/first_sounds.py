"""Whisper's encoder for the first instants of a voice: half a second in 6 ms on one core, with a copy of the model
of its own, because a transcription under way would hold it up for longer than a caller waits.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

import ctranslate2
import numpy as np

from voicebot.speech.errors import ModelDamaged
from voicebot.speech.features import log_mel
from voicebot.speech.ports import STT_RATE, Samples

WINDOW_S: Final = 0.5
_POSITIONS_PER_S: Final = 50


class FirstSounds:
    """Gives the encoder's states of up to half a second; 75 MB a process, shared by its calls."""

    def __init__(self, folder: Path) -> None:
        """Load the weights in `folder`. Raises `ModelDamaged`."""
        try:
            self._model = ctranslate2.models.Whisper(
                str(folder), device="cpu", compute_type="int8", intra_threads=1, inter_threads=1
            )
        except (RuntimeError, ValueError) as failure:
            raise ModelDamaged(folder.name, folder, str(failure)) from failure

    def __call__(self, audio: Samples) -> Samples:
        """Give (positions, 512), a position each 20 ms of mono 16 kHz samples in -1..1."""
        features = np.ascontiguousarray(log_mel(audio, seconds=WINDOW_S)[None])
        states = np.asarray(self._model.encode(ctranslate2.StorageView.from_array(features)))[0]
        return np.asarray(states[: round(len(audio) / STT_RATE * _POSITIONS_PER_S)], np.float32)
