"""The real engines for tests marked `models`, loaded once a session; a missing model fails, it never skips."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import numpy as np
import pytest

from voicebot.speech import catalogue, engines
from voicebot.speech.errors import ModelError
from voicebot.speech.loudness import to_samples
from voicebot.speech.ports import STT_RATE, Samples
from voicebot.speech.resample import PHONE_RATE, resample
from voicebot.speech.stt.whisper_ct2 import WhisperCt2
from voicebot.speech.tts.kokoro import Kokoro
from voicebot.speech.tts.piper_http import PiperHttp


@lru_cache(maxsize=1)
def models_folder() -> Path:
    folder = catalogue.default_folder()
    for name in ("whisper-base", "kokoro-82m", "piper-en_US-joe-medium"):
        try:
            catalogue.verify(catalogue.find(name), folder)
        except ModelError as failure:
            pytest.fail(f"{failure}; run `make install`")
    return folder


@lru_cache(maxsize=1)
def whisper() -> WhisperCt2:
    engine = engines.whisper(models_folder())
    engine.warm_up()
    return engine


@lru_cache(maxsize=1)
def kokoro() -> Kokoro:
    return engines.kokoro_voice(models_folder())


def piper() -> PiperHttp:
    return engines.piper_voice(models_folder(), voice="en_US-joe-medium")


@lru_cache(maxsize=32)
def spoken(text: str, voice: str = "pm_alex") -> Samples:
    """Give what a caller's phone would send of this text: 8 kHz band, half a second of room around it."""
    pcm = kokoro().with_voice(voice).synthesise(text)
    phone = resample(resample(to_samples(pcm), 24_000, PHONE_RATE), PHONE_RATE, STT_RATE)
    room = np.zeros(STT_RATE // 4, np.float32)
    return np.concatenate([room, phone * np.float32(0.5), room])
