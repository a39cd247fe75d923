"""The models behind the ear for beginnings, loaded once for a bench."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from voicebot.pipeline.onset import Layers, Shared
from voicebot.pipeline.onset_detector import shared_detector
from voicebot.speech import catalogue
from voicebot.speech.first_sounds import FirstSounds
from voicebot.speech.stt import whisper_ct2


def shared(models: Path, thresholds: Sequence[float] | None = None, *, shipped: bool = True) -> Shared:
    """Load detector and encoder, and the shipped weights where wanted. Raises `ModelMissing` or `ModelDamaged`."""
    home = catalogue.verify(catalogue.find(whisper_ct2.MODEL), models)
    return Shared(shared_detector(), FirstSounds(home), Layers.shipped(thresholds) if shipped else None)
