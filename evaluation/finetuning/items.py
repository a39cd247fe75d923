"""What the encoder hears: a saying over a telephone line, cut as the call's voice detector would cut it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from evaluation.corpora.casting import NOISES, Take
from evaluation.corpora.line import TRAIL_S, over_the_line, seconds_on_line
from evaluation.corpora.noises import Signal
from evaluation.corpora.production import background
from evaluation.finetuning.channels import MORE_NOISES, gsm, handset, lossy, room, throat
from telephony.codecs import RATE_HZ, Int16
from voicebot.speech.loudness import to_samples
from voicebot.speech.ports import STT_RATE, Samples

_QUIET: Final = 0.2
_SNRS_DB: Final = (0.0, 24.0)
_LEVELS_DBFS: Final = (-34.0, -16.0)
_LEAD_S: Final = (0.1, 0.45)
_TRAIL_S: Final = (0.15, 0.6)
_SILENCE_S: Final = 0.2
"""What the recogniser adds after the last frame."""
_WITHOUT_SILENCE: Final = 0.25
_NOISE_S: Final = (0.6, 3.5)
_THROAT: Final = 0.5
_ROOM: Final = 0.3
_HANDSET: Final = 0.4
_GSM: Final = 0.25
_LOSSY: Final = 0.2
_OTHER_NOISE: Final = 0.3


@dataclass(frozen=True, slots=True)
class Line:
    """Makes telephone lines; the same generator gives the same line."""

    murmurs: Sequence[Signal]
    """Sentences of people in the background, 8 kHz."""

    def heard(self, speech: Int16, snr_db: float | None, random: np.random.Generator) -> Samples:
        """Give what a call would give the recogniser, 16 kHz, of speech at 8 kHz."""
        take = self._take(snr_db, float(random.uniform(0.5, 0.9)), random)
        sent = self._sent(speech, take, random)
        start = take.lead_s - float(random.uniform(*_LEAD_S))
        end = take.lead_s + speech.size / RATE_HZ + min(TRAIL_S, float(random.uniform(*_TRAIL_S)))
        return _ended(sent[round(start * STT_RATE) : round(end * STT_RATE)], random)

    def varied(self, speech: Int16, random: np.random.Generator) -> Samples:
        """Give the speech of a caller drawn anew, over a line drawn anew: each part of the way happens or does not."""
        if random.random() < _THROAT:
            speech = throat(speech, random)
        if random.random() < _ROOM:
            speech = room(speech, random)
        if random.random() < _HANDSET:
            speech = handset(speech, random)
        if random.random() < _GSM:
            speech = gsm(speech)
        snr_db = None if random.random() < _QUIET else float(random.uniform(*_SNRS_DB))
        audio = self.heard(speech, snr_db, random)
        return lossy(audio, random) if random.random() < _LOSSY else audio

    def nobody(self, random: np.random.Generator) -> Samples:
        """Give a line on which nobody speaks."""
        lead_s = max(0.0, float(random.uniform(*_NOISE_S)) - TRAIL_S)
        snr_db = None if random.random() < 0.25 else float(random.uniform(-6.0, 6.0))
        return _ended(self._sent(np.zeros(0, np.int16), self._take(snr_db, lead_s, random), random), random)

    def _take(self, snr_db: float | None, lead_s: float, random: np.random.Generator) -> Take:
        noise = NOISES[int(random.integers(len(NOISES)))]
        return Take("", 1.0, snr_db, noise, float(random.uniform(*_LEVELS_DBFS)), lead_s, 0)

    def _sent(self, speech: Int16, take: Take, random: np.random.Generator) -> Samples:
        samples = round(seconds_on_line(speech, take) * RATE_HZ)
        if take.snr_db is not None and random.random() < _OTHER_NOISE:
            behind = MORE_NOISES[int(random.integers(len(MORE_NOISES)))](samples, random)
        else:
            behind = background(take, samples, self.murmurs, random)
        return to_samples(over_the_line(speech, take, behind, random))


def _ended(audio: Samples, random: np.random.Generator) -> Samples:
    if random.random() < _WITHOUT_SILENCE:
        return audio
    return np.concatenate([audio, np.zeros(round(_SILENCE_S * STT_RATE), np.float32)])
