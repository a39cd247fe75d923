"""What the commands `models`, `speak` and `transcribe` do, free of any command-line library."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TypedDict

from rich.console import Console

from voicebot.speech import catalogue, engines, fetch
from voicebot.speech.catalogue import State
from voicebot.speech.errors import SpeechError
from voicebot.speech.ports import SpeechToText
from voicebot.speech.wav import read_speech, write_wav


@dataclass(frozen=True, slots=True)
class Listed:
    """One line of `models list`."""

    name: str
    about: str
    licence: str
    bytes: int | None
    fetched: str
    state: State
    folder: Path


class Transcribed(TypedDict):
    """One line of `transcribe`, as it is printed."""

    file: str
    text: str
    audio_s: float
    stt_ms: float


def list_models(folder: Path) -> list[Listed]:
    """Give every model of the catalogue and how it stands in the folder, all checksums verified."""
    return [
        Listed(
            name=model.name,
            about=model.about,
            licence=model.licence,
            bytes=model.bytes,
            fetched=model.fetched,
            state=catalogue.state(model, folder),
            folder=folder / model.name,
        )
        for model in catalogue.catalogue().values()
    ]


def fetch_models(
    folder: Path, names: Iterable[str] = (), *, tests: bool = False, console: Console | None = None
) -> None:
    """Fetch these models, or the usual ones and with `tests` what tests need. Raises `ModelError`."""
    fetch.ensure(fetch.wanted(names, tests=tests), folder, console or Console(stderr=True))


def speak(text: str, out: Path, *, folder: Path, voice: str = "pf_dora", speed: float = 1.0, threads: int = 2) -> float:
    """Write the text, spoken, as a 16-bit wav file and give its seconds. Raises `SpeechError`."""
    tts = engines.kokoro_voice(folder, voice=voice, threads=threads)
    try:
        pcm = tts.synthesise(text, speed=speed)
    finally:
        tts.close()
    if not pcm.size:
        raise SpeechError("there is nothing to speak in this text: give it at least one word")
    write_wav(out, pcm, tts.sample_rate)
    return len(pcm) / tts.sample_rate


def transcribe(files: Iterable[Path], *, folder: Path, threads: int = 2) -> Iterator[Transcribed]:
    """Transcribe audio files one after another with the default engine. Raises `SpeechError`."""
    stt: SpeechToText = engines.whisper(folder, cpu_threads=threads)
    stt.warm_up()
    for file in files:
        heard = stt.transcribe(read_speech(file))
        yield Transcribed(
            file=str(file), text=heard.text, audio_s=round(heard.audio_s, 3), stt_ms=round(heard.elapsed_ms, 1)
        )
