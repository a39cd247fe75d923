"""What the shipped adapter was taught beside words: to write nothing where nobody speaks."""

from __future__ import annotations

import numpy as np
import pytest

from evaluation.finetuning.items import Line
from tests.voicebot.speech import real
from voicebot.speech.ports import STT_RATE
from voicebot.speech.resample import PHONE_RATE, resample
from voicebot.speech.stt.whisper_ct2 import SHORT, WhisperCt2

LINES = 16
SURE_LOGPROB = -0.5
"""From here on calls do not doubt what was heard."""


@pytest.mark.models
def test_where_nobody_speaks_mostly_nothing_is_written_and_never_surely() -> None:
    behind = [real.spoken(text) for text in ("Fecha essa janela.", "O ônibus já passou.", "Tem café na mesa.")]
    line = Line([resample(clip, STT_RATE, PHONE_RATE).astype(np.float64) for clip in behind])
    ears = WhisperCt2(real.models_folder() / "whisper-base", cpu_threads=1, window=SHORT)
    found = [ears.transcribe(line.nobody(np.random.default_rng((1, number)))) for number in range(LINES)]
    written = [each for each in found if each.text]
    assert len(written) <= LINES // 3
    assert not [each for each in written if each.avg_logprob >= SURE_LOGPROB]
