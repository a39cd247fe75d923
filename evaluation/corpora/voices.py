"""The people who say the lines: mixtures of Kokoro's voices, and one robot."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import numpy as np

from evaluation.corpora import odd_voice
from evaluation.corpora.casting import ESPEAK, Cast, Recipe
from telephony.codecs import Int16
from voicebot.script.readings import read_aloud
from voicebot.speech import catalogue
from voicebot.speech.ports import Samples
from voicebot.speech.pronounce import RESPELLINGS
from voicebot.speech.resample import PHONE_RATE, resample_pcm
from voicebot.speech.tts import kokoro
from voicebot.speech.tts.espeak_process import EspeakProcess
from voicebot.speech.tts.kokoro import Kokoro

_LONE_DIGITS: Final = re.compile(r"(?<![\w.,/-])\d{2,6}(?![\w/-]|[.,]\d)")


class People:
    """Says lines with the voices of one cast; satisfies `Mouth`."""

    def __init__(self, speakers: Mapping[str, Kokoro]) -> None:
        self._speakers = speakers

    def say(self, text: str, *, voice: str, speed: float) -> Int16:
        """Give the text at 8 kHz. Raises `OddVoiceFailed`."""
        if voice == ESPEAK:
            return resample_pcm(odd_voice.say(text, speed), odd_voice.RATE_HZ, PHONE_RATE)
        speaker = self._speakers[voice]
        return resample_pcm(speaker.synthesise(text, speed=speed), speaker.sample_rate, PHONE_RATE)


@contextmanager
def people(cast: Cast, models: Path, respellings: Mapping[str, str]) -> Iterator[People]:
    """Load the voices of a cast, on one thread. Raises `ModelMissing` or `ModelDamaged`."""
    home = catalogue.verify(catalogue.find(kokoro.MODEL), models)
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        for part in ("kokoro-v1.0.int8.onnx", "vocab.json"):
            (folder / part).symlink_to((home / part).resolve())
        (folder / "voices").mkdir()
        for name, recipe in cast.voices.items():
            _mixed(home, recipe).tofile(folder / "voices" / f"{name}.bin")
        first, *others = cast.voices
        lead = Kokoro(folder, EspeakProcess(), voice=first, threads=1, respellings={**RESPELLINGS, **respellings})
        try:
            yield People({first: lead, **{name: lead.with_voice(name) for name in others}})
        finally:
            lead.close()


def as_said(text: str, expecting: str) -> str:
    """Write out what is not said as written; groups of figures of a CPF are said figure by figure."""
    if expecting.startswith("cpf"):
        text = _LONE_DIGITS.sub(lambda found: " ".join(found[0]), text)
    return read_aloud(text)


def _mixed(home: Path, recipe: Recipe) -> Samples:
    parts = [np.fromfile(home / "voices" / f"{name}.bin", np.float32) * weight for name, weight in recipe.items()]
    return np.asarray(np.sum(parts, axis=0), np.float32)
