"""The ear for the end of a turn tells a finished sentence from one that stops in the middle."""

from __future__ import annotations

import numpy as np
import onnxruntime
import pytest
from pipecat.audio.turn.smart_turn.local_smart_turn_v3 import LocalSmartTurnAnalyzerV3

from telephony.codecs import RATE_HZ, Int16, mulaw_decode, mulaw_encode
from telephony.resampling import from_telephone
from tests.voicebot.pipeline.caller import wait, yes
from voicebot.pipeline.detector import PAUSE_S
from voicebot.pipeline.end_of_turn import SharedSmartTurn
from voicebot.speech.loudness import to_samples
from voicebot.speech.ports import STT_RATE


@pytest.fixture(scope="module")
def ear() -> SharedSmartTurn:
    return SharedSmartTurn()


def probability(ear: SharedSmartTurn, said: Int16) -> float:
    """Give the judgement at the first pause after these sounds, over a quiet line."""
    loud = np.flatnonzero(np.abs(said) > np.abs(said).max() // 40)
    quiet = np.zeros(round(PAUSE_S * RATE_HZ), np.int16)
    line = np.concatenate([np.zeros(RATE_HZ // 2, np.int16), said[: loud[-1]], quiet])
    heard = from_telephone(STT_RATE).feed(mulaw_decode(mulaw_encode(line)))
    return ear.predict(to_samples(heard))


def test_a_finished_answer_is_over(ear: SharedSmartTurn) -> None:
    assert probability(ear, yes()) > 0.5


@pytest.mark.parametrize("share", [0.35, 0.5, 0.65])
def test_a_sentence_that_stops_in_the_middle_is_not(ear: SharedSmartTurn, share: float) -> None:
    said = wait()
    assert probability(ear, said[: round(said.size * share)]) < probability(ear, said) - 0.1


def test_somewhere_in_a_sentence_the_voice_plainly_goes_on(ear: SharedSmartTurn) -> None:
    said = wait()
    least = min(probability(ear, said[: round(said.size * share)]) for share in (0.3, 0.4, 0.5, 0.6, 0.7))
    assert least < 0.15


def test_the_same_session_still_gives_the_models_own_answer(ear: SharedSmartTurn) -> None:
    said = to_samples(from_telephone(STT_RATE).feed(yes()))
    own, states = ear.hear(said)
    theirs = LocalSmartTurnAnalyzerV3(cpu_count=1, sample_rate=STT_RATE)
    exact = onnxruntime.SessionOptions()
    exact.add_session_config_entry("session.x64quantprecision", "1")
    theirs._session = onnxruntime.InferenceSession(theirs._session._model_path, exact)
    assert own == pytest.approx(theirs._predict_endpoint(said)["probability"], abs=1e-3)
    assert states.shape == (768,)
