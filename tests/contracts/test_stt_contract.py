"""What every speech-to-text engine must do; a new engine is one more row of `ENGINES`."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from importlib.util import find_spec

import numpy as np
import pytest

from tests.voicebot.speech import real
from voicebot.speech import engines
from voicebot.speech.errors import BadAudio
from voicebot.speech.ports import STT_RATE, Samples, SpeechToText

# openai-whisper leaves its vocabulary file for the garbage collector to close.
pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning", "ignore::ResourceWarning")
ENGINES: list[object] = [
    pytest.param(real.whisper, id="whisper-ct2", marks=pytest.mark.models),
    pytest.param(
        lambda: engines.openai_whisper(real.models_folder()),
        id="openai-whisper",
        marks=[
            pytest.mark.models,
            pytest.mark.torch,
            pytest.mark.skipif(
                find_spec("torch") is None or find_spec("whisper") is None,
                reason="openai-whisper is not installed: `uv sync --extra openai-whisper`",
            ),
        ],
    ),
]


@pytest.fixture(scope="module", params=ENGINES)
def stt(request: pytest.FixtureRequest) -> SpeechToText:
    build: Callable[[], SpeechToText] = request.param
    engine = build()
    engine.warm_up()
    return engine


def tone(seconds: float) -> Samples:
    return (0.1 * np.sin(2 * np.pi * 425 * np.arange(int(seconds * STT_RATE)) / STT_RATE)).astype(np.float32)


def test_hears_portuguese_over_the_phone(stt: SpeechToText) -> None:
    clip = real.spoken("Quero falar com um atendente.")
    heard = stt.transcribe(clip)
    assert "falar com um atendente" in heard.text.lower()
    assert heard.text == heard.text.strip()
    assert heard.audio_s == pytest.approx(len(clip) / STT_RATE)
    assert heard.elapsed_ms > 0
    assert -0.7 < heard.avg_logprob <= 0
    assert heard.no_speech_prob < 0.6
    assert not heard.guarded


@pytest.mark.parametrize("seconds", [0.0, 0.05, 1.0, 3.0])
def test_silence_is_no_text(stt: SpeechToText, seconds: float) -> None:
    assert stt.transcribe(np.zeros(int(seconds * STT_RATE), np.float32)).text == ""


@pytest.mark.parametrize("level", [0.001, 0.01])
def test_line_noise_is_no_text(stt: SpeechToText, level: float) -> None:
    noise = np.random.default_rng(5).normal(0, level, 2 * STT_RATE).astype(np.float32)
    assert stt.transcribe(noise).text == ""


def test_a_text_never_outgrows_what_can_be_said(stt: SpeechToText) -> None:
    assert len(stt.transcribe(tone(2.0)).text) < 200


@pytest.mark.parametrize(
    "audio",
    [
        pytest.param(np.zeros((2, 100), np.float32), id="stereo"),
        pytest.param(np.zeros(100, np.float64), id="float64"),
        pytest.param(np.zeros(100, np.int16), id="16-bit"),
    ],
)
def test_other_audio_is_refused(stt: SpeechToText, audio: Samples) -> None:
    with pytest.raises(BadAudio, match="mono float32"):
        stt.transcribe(audio)


def test_the_same_audio_gives_the_same_text_from_any_thread(stt: SpeechToText) -> None:
    clip = real.spoken("Minha mãe ficou doente.")
    alone = stt.transcribe(clip).text
    with ThreadPoolExecutor(2) as pool:
        assert {heard.text for heard in pool.map(stt.transcribe, [clip, clip])} == {alone}


def test_the_text_is_not_in_the_repr(stt: SpeechToText) -> None:
    assert "atendente" not in repr(stt.transcribe(real.spoken("Quero falar com um atendente.")))
