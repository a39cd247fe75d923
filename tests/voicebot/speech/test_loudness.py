import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from voicebot.speech.loudness import level, limit, to_pcm, to_samples, trim

RATE = 24_000


def tone(seconds: float, gain: float) -> np.ndarray:
    return (gain * np.sin(2 * np.pi * 220 * np.arange(int(seconds * RATE)) / RATE)).astype(np.float32)


@given(st.floats(0.01, 1.0))
def test_every_loudness_becomes_minus_20_dbfs(gain: float) -> None:
    levelled = to_samples(level(tone(0.5, gain), RATE))
    assert 20 * np.log10(np.sqrt(np.mean(levelled**2))) == pytest.approx(-20, abs=0.2)


@given(st.lists(st.floats(-8, 8, width=32), min_size=1, max_size=50))
def test_no_peak_above_minus_3_db(values: list[float]) -> None:
    limited = limit(np.array(values, np.float32))
    assert np.abs(limited).max() <= 10 ** (-3 / 20) + 1e-6


def test_what_is_quiet_is_not_bent() -> None:
    quiet = tone(0.1, 0.3)
    assert np.array_equal(limit(quiet), quiet)


def test_edges_are_trimmed_to_sixty_milliseconds() -> None:
    silence = np.zeros(RATE, np.float32)
    trimmed = trim(np.concatenate([silence, tone(0.5, 0.5), silence]), RATE)
    assert len(trimmed) / RATE == pytest.approx(0.5 + 2 * 0.06, abs=0.02)
    assert np.flatnonzero(trimmed)[0] / RATE == pytest.approx(0.06, abs=0.01)


@pytest.mark.parametrize("length", [0, 1, RATE])
def test_silence_is_trimmed_away(length: int) -> None:
    assert trim(np.zeros(length, np.float32), RATE).size == 0


def test_silence_is_levelled_to_silence() -> None:
    assert not level(np.zeros(100, np.float32), RATE).any()


def test_conversion_clips() -> None:
    assert to_pcm(np.array([2.0, -2.0, 0.0], np.float32)).tolist() == [32767, -32768, 0]
