import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from voicebot.speech.resample import PcmStream, resample, resample_pcm

TONE = (8000 * np.sin(2 * np.pi * 440 * np.arange(8000) / 8000)).astype(np.int16)


@settings(max_examples=30)
@given(st.lists(st.integers(1, 700), min_size=1, max_size=30))
def test_a_stream_sounds_like_the_whole_clip_however_it_is_cut(sizes: list[int]) -> None:
    stream, given_pcm = PcmStream(8000, 16_000), TONE[: sum(sizes)]
    cuts = np.split(given_pcm, np.cumsum(sizes)[:-1].clip(max=len(given_pcm)))
    streamed = np.concatenate([*(stream.feed(chunk) for chunk in cuts), stream.finish()])
    whole = resample_pcm(given_pcm, 8000, 16_000)
    assert len(streamed) == pytest.approx(len(whole), abs=2)
    shorter = min(len(streamed), len(whole))
    # Dither makes the last bit differ.
    np.testing.assert_allclose(streamed[:shorter], whole[:shorter], atol=4)


def test_a_tone_keeps_its_pitch_and_level() -> None:
    down = resample_pcm((8000 * np.sin(2 * np.pi * 440 * np.arange(24_000) / 24_000)).astype(np.int16), 24_000, 8000)
    assert len(down) == 8000
    assert np.abs(np.fft.rfft(down)).argmax() == 440
    assert np.abs(down[1000:7000]).max() == pytest.approx(8000, rel=0.02)


@pytest.mark.parametrize("hertz", [8000, 16_000])
def test_nothing_to_do_changes_nothing(hertz: int) -> None:
    empty = np.zeros(0, np.float32)
    assert resample(empty, hertz, 44_100).size == 0
    np.testing.assert_array_equal(resample_pcm(TONE, hertz, hertz), TONE)
