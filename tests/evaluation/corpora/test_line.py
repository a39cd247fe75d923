from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evaluation.corpora import noises
from evaluation.corpora.casting import NOISES, Take
from evaluation.corpora.line import band, over_the_line, seconds_on_line
from evaluation.corpora.noises import Signal
from evaluation.corpora.production import background
from telephony.codecs import RATE_HZ, Int16
from voicebot.speech.ports import STT_RATE

TAKE = Take("dora", 1.0, None, "hiss", -26.0, 0.5, 1)
_SECONDS = np.arange(2 * RATE_HZ) / RATE_HZ
TONE: Int16 = (9_000 * np.sin(2 * np.pi * 1_000 * _SECONDS)).astype(np.int16)


def heard(take: Take, speech: Int16 = TONE) -> Int16:
    samples = round(seconds_on_line(speech, take) * RATE_HZ)
    noise = noises.hiss(samples, np.random.default_rng(5))
    return over_the_line(speech, take, noise, np.random.default_rng(6))


def dbfs(audio: Int16 | Signal) -> float:
    return float(20 * np.log10(np.sqrt(np.mean(audio.astype(np.float64) ** 2)) / 32_768))


def said(audio: Int16) -> Int16:
    """The middle of the speech, clear of the filters' edges."""
    return audio[int(1.0 * STT_RATE) : int(2.0 * STT_RATE)]


def before(audio: Int16) -> Int16:
    return audio[int(0.1 * STT_RATE) : int(0.4 * STT_RATE)]


def test_the_clip_is_lead_speech_and_trail_at_sixteen_kilohertz() -> None:
    assert heard(TAKE).size == round((0.5 + 2.0 + 0.9) * STT_RATE)


@pytest.mark.parametrize("level", [-34.0, -26.0, -16.0])
def test_speech_comes_at_the_level_of_the_take(level: float) -> None:
    assert dbfs(said(heard(replace(TAKE, level_dbfs=level)))) == pytest.approx(level, abs=0.7)


@pytest.mark.parametrize("snr", [20.0, 10.0, 5.0])
@pytest.mark.parametrize("level", [-30.0, -18.0])
def test_noise_lies_as_far_under_speech_as_the_take_says(snr: float, level: float) -> None:
    silence = before(heard(replace(TAKE, snr_db=snr, level_dbfs=level)))
    assert dbfs(silence) == pytest.approx(level - snr, abs=1.5)


def test_a_quiet_place_is_quiet_but_not_dead() -> None:
    assert -75 < dbfs(before(heard(TAKE))) < -50


@pytest.mark.parametrize(("hertz", "passes"), [(100, False), (200, False), (500, True), (3_000, True), (3_800, False)])
def test_only_the_telephone_band_passes(hertz: int, passes: bool) -> None:
    tone = np.sin(2 * np.pi * hertz * _SECONDS)
    assert bool(np.sqrt(np.mean(band(tone) ** 2)) > 0.6) is passes


def test_silence_stays_silence() -> None:
    assert dbfs(heard(TAKE, np.zeros(RATE_HZ, np.int16))) < -50


@pytest.mark.parametrize("noise", NOISES)
def test_noises_are_the_same_for_the_same_seed_and_differ_for_another(noise: str) -> None:
    take = replace(TAKE, snr_db=10.0, noise=noise)
    murmurs = [noises.hiss(4_000, np.random.default_rng(9)), noises.hiss(9_000, np.random.default_rng(10))]
    one, same, other = (background(take, 16_000, murmurs, np.random.default_rng(seed)) for seed in (1, 1, 2))
    assert np.array_equal(one, same)
    assert not np.array_equal(one, other)
    assert np.sqrt(np.mean(one**2)) == pytest.approx(1.0)


@settings(deadline=None, max_examples=30)
@given(st.integers(2, 20_000), st.integers(1, 9_000), st.integers(0, 99))
def test_any_length_of_babble_and_street_can_be_had(samples: int, murmur: int, seed: int) -> None:
    clip = np.random.default_rng(3).standard_normal(murmur + 2)
    random = np.random.default_rng(seed)
    assert noises.babble(samples, [clip], random).size == noises.street(samples, random).size == samples


def test_a_quiet_take_has_no_background() -> None:
    assert not background(TAKE, 100, [], np.random.default_rng(0)).any()
