from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from telephony.codecs import Int16
from telephony.errors import UnsupportedRate
from telephony.resampling import DELAY_TAPS, Resampler, from_telephone, to_telephone

FRAME = 160  # 20 ms at 8 kHz


def tone(hz: float, rate_hz: int, seconds: float = 1.0) -> Int16:
    at = np.arange(int(rate_hz * seconds)) / rate_hz
    return (10_000 * np.sin(2 * np.pi * hz * at)).astype(np.int16)


def in_chunks(resampler: Resampler, pcm: Int16, size: int) -> list[Int16]:
    return [resampler.feed(pcm[at : at + size]) for at in range(0, pcm.size, size)]


def level_at(pcm: Int16, rate_hz: int, hz: float) -> float:
    """Amplitude of one frequency in the second half, where the filter has settled."""
    part = pcm[pcm.size // 2 :].astype(np.float64)
    at = np.arange(part.size) / rate_hz
    return float(2 * abs(np.mean(part * np.exp(-2j * np.pi * hz * at))))


@pytest.mark.parametrize("rate_hz", [16_000, 24_000, 48_000])
def test_each_20_ms_in_gives_20_ms_out_at_once(rate_hz: int) -> None:
    out = in_chunks(from_telephone(rate_hz), tone(440, 8_000), FRAME)
    assert {chunk.size for chunk in out} == {rate_hz // 50}


@pytest.mark.parametrize("rate_hz", [16_000, 24_000])
def test_the_delay_is_two_milliseconds(rate_hz: int) -> None:
    click = np.zeros(FRAME, dtype=np.int16)
    click[0] = 20_000
    out = from_telephone(rate_hz).feed(click)
    assert int(np.argmax(np.abs(out))) == DELAY_TAPS * rate_hz // 8_000


@pytest.mark.parametrize(
    ("hz", "keeps"),
    [
        pytest.param(300, 0.99, id="low voice"),
        pytest.param(1_000, 0.99, id="middle"),
        pytest.param(3_400, 0.9, id="edge of the telephone band"),
    ],
)
def test_the_voice_band_passes_and_its_image_does_not(hz: float, keeps: float) -> None:
    out = np.concatenate(in_chunks(from_telephone(16_000), tone(hz, 8_000), FRAME))
    assert level_at(out, 16_000, hz) > keeps * 10_000
    assert level_at(out, 16_000, 8_000 - hz) < 0.12 * 10_000 if hz > 3_000 else 0.002 * 10_000


def test_downsampling_removes_what_would_fold_into_the_voice() -> None:
    out = np.concatenate(in_chunks(to_telephone(24_000), tone(6_000, 24_000), 480))
    assert level_at(out, 8_000, 2_000) < 0.002 * 10_000


@given(cuts=st.lists(st.integers(1, 400), min_size=1, max_size=20))
def test_where_the_stream_is_cut_changes_nothing(cuts: list[int]) -> None:
    pcm = tone(700, 16_000, 0.25)
    whole = to_telephone(16_000).feed(pcm)
    pieces = np.split(pcm, np.minimum(np.cumsum(cuts), pcm.size))
    resampler = to_telephone(16_000)
    assert np.array_equal(np.concatenate([resampler.feed(piece) for piece in pieces]), whole)


def test_there_and_back_is_the_same_voice() -> None:
    pcm = tone(500, 8_000)
    back = to_telephone(16_000).feed(from_telephone(16_000).feed(pcm))
    delayed = back[2 * DELAY_TAPS : 4_000].astype(int)
    assert int(np.abs(delayed[100:] - pcm[100 : delayed.size]).max()) <= 60  # 0.6 % of 10,000


def test_the_telephone_rate_itself_is_untouched() -> None:
    pcm = tone(440, 8_000)
    assert from_telephone(8_000).feed(pcm) is pcm


@pytest.mark.parametrize("rate_hz", [0, 4_000, 11_025, 22_050, 44_100])
def test_other_rates_are_refused_with_advice(rate_hz: int) -> None:
    with pytest.raises(UnsupportedRate, match="set the pipeline to"):
        from_telephone(rate_hz)
