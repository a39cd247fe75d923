"""People's and machines' recorded speech as pick-ups: a telephone system's prompts, and readers who are no machine."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Final

import numpy as np

from evaluation.benchmarks.answering_scenes import Scene, sent
from evaluation.corpora.casting import Take
from telephony.codecs import RATE_HZ, Int16
from voicebot.domain.callee import Callee
from voicebot.speech.ports import STT_RATE, Samples
from voicebot.speech.resample import PHONE_RATE, resample
from voicebot.speech.wav import read_speech

_MENU: Final = ("digit", "pression", "tente", "atente", "ninguém", "correio")
"""A prompt with none of these is a piece of a sentence that nobody hears at pick-up."""
_SHORTEST_S: Final = 2.2
_PERSON_S: Final = 4.0
"""Of each reader so much: people do not read chapters at pick-up."""


def recorded(folder: Path) -> Iterator[Scene]:
    """Give the clips that fit; `folder` holds `manifest.tsv`."""
    with (folder / "manifest.tsv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    for number, row in enumerate(rows):
        truth = _truth(row)
        if truth is None:
            continue
        audio = _read(folder / row["file"])
        if truth is Callee.HUMAN:
            audio = audio[: round(_PERSON_S * STT_RATE)]
        speech: Int16 = (resample(audio, STT_RATE, PHONE_RATE) * 32_767).clip(-32_768, 32_767).astype(np.int16)
        take = Take("", 1.0, None, "hiss", -22.0, 0.5, number)
        yield sent(row["file"], truth, speech, speech.size / RATE_HZ, take)


def _truth(row: dict[str, str]) -> Callee | None:
    if row["file"].endswith(".wav"):
        return Callee.HUMAN
    is_prompt = float(row["seconds"]) >= _SHORTEST_S and any(word in row["transcript"].lower() for word in _MENU)
    return Callee.IVR if is_prompt else None


def _read(path: Path) -> Samples:
    if path.suffix != ".gsm":
        return read_speech(path)
    samples, rate = import_module("soundfile").read(
        str(path), dtype="float32", samplerate=PHONE_RATE, channels=1, format="RAW", subtype="GSM610"
    )
    return resample(np.asarray(samples, np.float32), rate, STT_RATE)
