"""What a telephone does to a voice: each way keeps what it may not change."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from evaluation.finetuning import channels
from telephony.codecs import RATE_HZ, Int16
from voicebot.speech.ports import STT_RATE

Way = Callable[[Int16, np.random.Generator], Int16]
SPEECH = np.asarray(
    (6000 * np.sin(np.arange(RATE_HZ) / 3) + 2000 * np.sin(np.arange(RATE_HZ) / 1.1)) * np.hanning(RATE_HZ), np.int16
)


def rms(signal: np.ndarray) -> float:
    return float(np.sqrt(np.mean(np.square(signal, dtype=np.float64))))


@pytest.mark.parametrize("way", [channels.room, channels.handset], ids=["room", "handset"])
def test_it_changes_the_sound_and_keeps_the_loudness(way: Way) -> None:
    for seed in range(6):
        heard = way(SPEECH, np.random.default_rng(seed))
        assert heard.dtype == np.int16
        assert rms(heard) == pytest.approx(rms(SPEECH), rel=0.03)
        assert not np.array_equal(heard[: len(SPEECH)], SPEECH)
        np.testing.assert_array_equal(heard, way(SPEECH, np.random.default_rng(seed)))


def test_a_room_answers_after_the_voice_has_ended() -> None:
    heard = channels.room(SPEECH, np.random.default_rng(0))
    assert len(heard) > len(SPEECH)
    assert np.any(heard[len(SPEECH) :])


def test_another_throat_has_another_pitch_and_pace_together() -> None:
    for seed in range(6):
        heard = channels.throat(SPEECH, np.random.default_rng(seed))
        pace = len(heard) / len(SPEECH)
        assert 1 / 1.17 <= pace <= 1 / 0.85
        loudest = int(np.argmax(np.abs(np.fft.rfft(heard)))) / len(heard)
        assert loudest == pytest.approx(1 / 3 / (2 * np.pi) / pace, rel=0.02)


def test_the_mobile_codec_gives_back_as_much_speech_of_like_shape() -> None:
    heard = channels.gsm(SPEECH)
    assert heard.shape == SPEECH.shape
    assert np.corrcoef(heard, SPEECH)[0, 1] > 0.9
    assert not np.array_equal(heard, SPEECH)


def test_lost_packets_are_whole_ones_and_few() -> None:
    audio = np.asarray(np.sin(np.arange(4 * STT_RATE) / 9), np.float32)
    shares = []
    for seed in range(12):
        heard = channels.lossy(audio, np.random.default_rng(seed))
        frames = (heard != audio).reshape(-1, STT_RATE // 50).any(axis=1)
        shares.append(float(frames.mean()))
    assert max(shares) < 0.25
    assert sum(shares) > 0


@pytest.mark.parametrize("noise", channels.MORE_NOISES, ids=lambda noise: str(noise.__name__))
@pytest.mark.parametrize("samples", [1, 400, 12_000])
def test_noises_are_as_long_as_asked_for_and_of_one_loudness(
    noise: Callable[[int, np.random.Generator], np.ndarray], samples: int
) -> None:
    made = noise(samples, np.random.default_rng(2))
    assert made.shape == (samples,)
    assert np.isfinite(made).all()
    assert rms(made) == pytest.approx(1.0)
