"""Building the engines from a models folder: the one place that knows which engine is made of what."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from voicebot.speech import catalogue
from voicebot.speech.pronounce import RESPELLINGS
from voicebot.speech.stt import whisper_ct2
from voicebot.speech.stt.closed_set import ClosedSet
from voicebot.speech.stt.openai_whisper import OpenAiWhisper
from voicebot.speech.stt.whisper_ct2 import Listening, WhisperCt2, Window
from voicebot.speech.tts import kokoro
from voicebot.speech.tts.espeak_process import EspeakProcess
from voicebot.speech.tts.kokoro import Kokoro
from voicebot.speech.tts.piper_http import PiperHttp


def whisper(folder: Path, *, cpu_threads: int = 2, window: Window = whisper_ct2.DEFAULT_WINDOW) -> WhisperCt2:
    """Give the default speech to text. Raises `ModelMissing` or `ModelDamaged`."""
    home = catalogue.verify(catalogue.find(whisper_ct2.MODEL), folder)
    return WhisperCt2(home, cpu_threads=cpu_threads, window=window)


def answering_whisper(folder: Path, *, cpu_threads: int = 2) -> ClosedSet[Listening]:
    """Give the default engine, which also weighs its other readings of an answer to a closed question."""
    return ClosedSet(whisper(folder, cpu_threads=cpu_threads))


def openai_whisper(folder: Path) -> OpenAiWhisper:
    """Give the second engine on the same weights. Raises `EngineUnavailable` where the extra is not installed."""
    return OpenAiWhisper(catalogue.verify(catalogue.find(whisper_ct2.MODEL), folder))


def kokoro_voice(
    folder: Path, *, voice: str = "pf_dora", threads: int = 2, respellings: Mapping[str, str] | None = None
) -> Kokoro:
    """Give the embedded voice; `respellings` adds to those known to be needed. `close` ends its espeak process."""
    home = catalogue.verify(catalogue.find(kokoro.MODEL), folder)
    return Kokoro(
        home, EspeakProcess(), voice=voice, threads=threads, respellings={**RESPELLINGS, **(respellings or {})}
    )


def piper_voice(folder: Path, *, voice: str = "pt_BR-faber-medium", base_url: str | None = None) -> PiperHttp:
    """Give a Piper voice of the catalogue, started at its first use."""
    home = catalogue.verify(catalogue.find(f"piper-{voice}"), folder)
    return PiperHttp(voice, home, base_url=base_url)
