"""Load the models once, warm, with thread counts that leave room for voice detection."""

from __future__ import annotations

import structlog

from voicebot.pipeline.end_of_turn import SharedSmartTurn
from voicebot.pipeline.floor import Patience
from voicebot.pipeline.run_call import Engines
from voicebot.script.pronunciation import Pronunciation
from voicebot.settings import Settings, SettingsError
from voicebot.speech import engines
from voicebot.speech.phrases import PhraseCache
from voicebot.speech.ports import SpeechToText, TextToSpeech
from voicebot.speech.resample import PHONE_RATE

log = structlog.get_logger(__name__)

HEARING_THREADS = 2
SPEAKING_THREADS = 1
"""Lines are mostly made ahead, one at a time; a second thread would take the core that hears the caller."""


def pronunciation(settings: Settings) -> Pronunciation:
    """Written text to what the voice is given."""
    return Pronunciation.load(settings.prompts_dir / "pronunciation.yaml")


def hearing(settings: Settings) -> SpeechToText:
    if settings.stt_engine == "openai-whisper":
        return engines.openai_whisper(settings.models_dir)
    if settings.closed_answers:
        return engines.answering_whisper(settings.models_dir, cpu_threads=HEARING_THREADS)
    return engines.whisper(settings.models_dir, cpu_threads=HEARING_THREADS)


def voice(settings: Settings, *, name: str = "pf_dora", threads: int = SPEAKING_THREADS) -> TextToSpeech:
    respellings = pronunciation(settings).respellings
    if settings.tts_engine == "kokoro":
        return engines.kokoro_voice(settings.models_dir, voice=name, threads=threads, respellings=respellings)
    if settings.piper_voice is None:
        raise SettingsError("setting VOICEBOT_PIPER_VOICE is missing: name a voice, as in pt_BR-faber-medium")
    return engines.piper_voice(settings.models_dir, voice=settings.piper_voice, base_url=settings.piper_url)


def phrases(settings: Settings, tts: TextToSpeech) -> PhraseCache:
    return PhraseCache(tts, settings.data_dir / "phrases", rate=PHONE_RATE)


def load(settings: Settings) -> tuple[Engines, TextToSpeech]:
    """Load and warm everything a call needs; blocks for some seconds."""
    stt = hearing(settings)
    stt.warm_up()
    tts = voice(settings)
    lines = phrases(settings, tts)
    lines.synthesise("Oi, bom dia!", keep=True)
    log.info("models_ready", stt=settings.stt_engine, tts=tts.name)
    patience = Patience(silence_s=settings.silence_prompt_s)
    return Engines(stt=stt, phrases=lines, smart_turn=SharedSmartTurn(), patience=patience), tts
