"""What every voice must do; a new one is one more row of `VOICES`."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from tests.voicebot.speech import real
from voicebot.speech.loudness import frame_rms, to_samples
from voicebot.speech.ports import TextToSpeech

VOICES: list[object] = [
    pytest.param(lambda: real.kokoro().with_voice("pf_dora"), id="kokoro-pf_dora", marks=pytest.mark.models),
    pytest.param(lambda: real.kokoro().with_voice("pm_alex"), id="kokoro-pm_alex", marks=pytest.mark.models),
    pytest.param(real.piper, id="piper-joe", marks=pytest.mark.models),
]
LINE = "Bom dia, como posso ajudar?"


@pytest.fixture(scope="module", params=VOICES)
def tts(request: pytest.FixtureRequest) -> Iterator[TextToSpeech]:
    build: Callable[[], TextToSpeech] = request.param
    voice = build()
    yield voice
    # The Kokoro of the whole session is shared and stays open.
    if not voice.name.startswith("kokoro/"):
        voice.close()


def test_a_line_is_audible_and_of_a_likely_length(tts: TextToSpeech) -> None:
    pcm = tts.synthesise(LINE)
    assert pcm.dtype == np.int16
    assert pcm.ndim == 1
    assert 0.8 < len(pcm) / tts.sample_rate < 4


def test_loudness_is_even_and_peaks_are_held(tts: TextToSpeech) -> None:
    samples = to_samples(tts.synthesise(LINE))
    frames = frame_rms(samples, tts.sample_rate // 100)
    voiced = frames[frames > frames.max() / 20]
    assert 20 * np.log10(np.sqrt(np.mean(voiced**2))) == pytest.approx(-20, abs=1.5)
    assert np.abs(samples).max() <= 10 ** (-3 / 20) + 1e-3


def test_edges_are_short(tts: TextToSpeech) -> None:
    samples = to_samples(tts.synthesise(LINE))
    frames = frame_rms(samples, tts.sample_rate // 100)
    loud = np.flatnonzero(frames > frames.max() * 0.01)
    assert loud[0] <= 10
    assert len(frames) - loud[-1] <= 14


def test_faster_is_shorter(tts: TextToSpeech) -> None:
    assert len(tts.synthesise(LINE, speed=1.4)) < 0.9 * len(tts.synthesise(LINE))


@pytest.mark.parametrize("text", ["", "   ", "…", "?!"])
def test_nothing_to_say_is_empty(tts: TextToSpeech, text: str) -> None:
    assert tts.synthesise(text).size == 0


def test_two_sentences_are_longer_than_one(tts: TextToSpeech) -> None:
    assert len(tts.synthesise(f"{LINE} {LINE}")) > 1.7 * len(tts.synthesise(LINE))


@pytest.mark.parametrize("text", ["R$ 1.250,00", 'ação — "aspas" (e) #1', "😀 oi", "ok\nok"])
def test_odd_characters_do_not_break_it(tts: TextToSpeech, text: str) -> None:
    assert tts.synthesise(text).size > 0


def test_threads_get_their_own_lines(tts: TextToSpeech) -> None:
    with ThreadPoolExecutor(2) as pool:
        short, long = pool.map(tts.synthesise, ["Oi.", f"{LINE} {LINE}"])
    assert len(short) * 2 < len(long)


def test_the_name_tells_engine_and_voice(tts: TextToSpeech) -> None:
    engine, _, voice = tts.name.partition("/")
    assert engine
    assert voice
