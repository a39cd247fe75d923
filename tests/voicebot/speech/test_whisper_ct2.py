from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.voicebot.speech import real
from voicebot.speech.encoder_adapter import Adapter
from voicebot.speech.errors import ModelDamaged, ModelMissing
from voicebot.speech.ports import STT_RATE
from voicebot.speech.stt.whisper_ct2 import DEFAULT_WINDOW, FULL, SHORT, TAIL, WINDOWS, WhisperCt2, Window, chunks


@pytest.mark.parametrize(
    ("window", "audio_s", "seconds"),
    [
        pytest.param(FULL, 2.0, 30.0, id="full whatever is said"),
        pytest.param(Window(10, 1), 2.0, 10.0, id="short utterance"),
        pytest.param(Window(10, 1), 9.5, 10.5, id="longer than the least"),
        pytest.param(Window(0, 1), 1.234, 2.3, id="rounded up to whole positions"),
        pytest.param(Window(0, 2), 29.0, 30.0, id="never over 30 s"),
        pytest.param(SHORT, 2.0, 2.7, id="taught: the utterance and its margin"),
        pytest.param(SHORT, 8.0, 8.7, id="taught: up to its longest"),
        pytest.param(SHORT, 8.1, 10.0, id="longer than was taught: as before"),
        pytest.param(SHORT, 29.5, 30.0, id="much longer than was taught"),
    ],
)
def test_window(window: Window, audio_s: float, seconds: float) -> None:
    assert window.seconds(audio_s) == pytest.approx(seconds)


@settings(max_examples=25, deadline=None)
@given(st.integers(1, 100 * STT_RATE))
def test_long_audio_is_cut_without_loss(length: int) -> None:
    audio = np.arange(length, dtype=np.float32)
    pieces = chunks(audio)
    np.testing.assert_array_equal(np.concatenate(pieces), audio)
    assert all(len(piece) <= 30 * STT_RATE for piece in pieces)


def test_long_audio_is_cut_where_it_is_quiet() -> None:
    audio = np.ones(40 * STT_RATE, np.float32)
    audio[25 * STT_RATE : 26 * STT_RATE] = 0
    assert 25 * STT_RATE <= len(chunks(audio)[0]) <= 26 * STT_RATE


def test_a_missing_model_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(ModelMissing, match="make install"):
        WhisperCt2(tmp_path)


def test_a_damaged_model_says_what_to_do(tmp_path: Path) -> None:
    for file in ("model.bin", "config.json", "vocabulary.json", "tokenizer.json"):
        (tmp_path / file).write_text("{}")
    with pytest.raises(ModelDamaged, match="models fetch"):
        WhisperCt2(tmp_path)


@pytest.mark.models
@pytest.mark.parametrize("window", WINDOWS.values(), ids=WINDOWS)
@pytest.mark.parametrize(
    ("said", "words"),
    [
        ("Quero falar com um atendente.", "quero falar com um atendente"),
        ("Minha mãe ficou doente.", "minha mãe ficou doente"),
        ("Eu já paguei essa conta.", "já paguei essa conta"),
    ],
)
def test_portuguese_is_heard(said: str, words: str, window: Window) -> None:
    heard = real.whisper().with_window(window).transcribe(real.spoken(said))
    assert words in heard.text.lower()
    assert not heard.guarded
    assert heard.avg_logprob > -0.7


@pytest.mark.models
def test_over_thirty_seconds_every_part_is_heard() -> None:
    part = real.spoken("Quero falar com um atendente.")
    silence = np.zeros(12 * STT_RATE, np.float32)
    heard = real.whisper().transcribe(np.concatenate([part, silence, part, silence, part]))
    assert heard.text.lower().count("atendente") >= 2


@pytest.mark.models
def test_threads_share_one_engine() -> None:
    clips = [real.spoken("Minha mãe ficou doente."), real.spoken("Eu já paguei essa conta.")] * 3
    alone = [real.whisper().transcribe(clip).text for clip in clips]
    with ThreadPoolExecutor(3) as pool:
        assert [heard.text for heard in pool.map(real.whisper().transcribe, clips)] == alone


def test_the_default_window_has_a_name() -> None:
    assert DEFAULT_WINDOW in WINDOWS.values()


def test_a_missing_adapter_says_so_before_the_first_call(tmp_path: Path) -> None:
    for file in ("model.bin", "config.json", "vocabulary.json", "tokenizer.json"):
        (tmp_path / file).write_text("{}")
    with pytest.raises(ModelMissing, match="whisper-base-short-window"):
        WhisperCt2(tmp_path, window=SHORT, adapter=Adapter(tmp_path / "none.npz"))


@pytest.mark.models
def test_speech_longer_than_was_taught_is_heard_as_in_the_tail_window() -> None:
    said = real.spoken("Quero falar com um atendente.")
    long = np.concatenate([said, np.zeros(9 * STT_RATE - len(said), np.float32)])
    short = real.whisper().with_window(SHORT).transcribe(long)
    assert short.text == real.whisper().with_window(TAIL).transcribe(long).text


@pytest.mark.models
def test_other_readings_are_given_of_the_short_window_too() -> None:
    engine = real.whisper().with_window(SHORT)
    heard = engine.listen(real.spoken("Minha mãe ficou doente."))
    readings = engine.readings(heard, 4)
    assert len({reading.text for reading in readings}) >= 2
    assert readings[0].text.strip() == heard.transcript.text


@pytest.mark.models
@pytest.mark.parametrize("audio_s", [0.3, 1.0, 3.0, 7.9])
def test_nothing_is_made_of_silence_in_the_short_window(audio_s: float) -> None:
    silence = np.zeros(round(audio_s * STT_RATE), np.float32)
    heard = real.whisper().with_window(SHORT).transcribe(silence)
    assert heard.text == "" or heard.no_speech_prob > 0.4
