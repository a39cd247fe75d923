import math
from time import perf_counter

import numpy as np
import pytest

from voicebot.speech.features import HOP, N_FFT, N_MELS, log_mel, mel_filters
from voicebot.speech.ports import STT_RATE, Samples


def slow_log_mel(audio: Samples, seconds: float) -> Samples:
    """The same recipe a frame and a band at a time in float64, with nothing shared with the fast one."""
    total = round(seconds * 100) * HOP
    whole = np.zeros(total)
    whole[: min(total, len(audio))] = audio[:total]
    edged = np.concatenate([whole[200:0:-1], whole, whole[-2:-202:-1]])
    window = [0.5 * (1 - math.cos(2 * math.pi * n / N_FFT)) for n in range(N_FFT)]

    def hertz(mel: float) -> float:
        return mel * 200 / 3 if mel < 15 else 1000 * math.exp((mel - 15) * math.log(6.4) / 27)

    top = 15 + math.log(8) / (math.log(6.4) / 27)
    corners = [hertz(top * i / (N_MELS + 1)) for i in range(N_MELS + 2)]
    rows = []
    for start in range(0, total, HOP):
        power = np.abs(np.fft.rfft(edged[start : start + N_FFT] * window)) ** 2
        row = []
        for low, peak, high in zip(corners, corners[1:], corners[2:], strict=False):
            total_power = 0.0
            for k in range(N_FFT // 2 + 1):
                f = k * STT_RATE / N_FFT
                height = min((f - low) / (peak - low), (high - f) / (high - peak))
                total_power += max(0.0, height) * 2 / (high - low) * power[k]
            row.append(math.log10(max(total_power, 1e-10)))
        rows.append(row)
    mel = np.array(rows).T
    return np.asarray((np.maximum(mel, mel.max() - 8) + 4) / 4, np.float32)


@pytest.mark.parametrize(
    ("audio_s", "window_s"),
    [
        pytest.param(0.5, 1.0, id="padded"),
        pytest.param(1.0, 1.0, id="fills the window exactly"),
        pytest.param(1.3, 1.0, id="longer than the window"),
        pytest.param(0.01, 0.5, id="shorter than one frame"),
        pytest.param(0.995, 1.0, id="ends within the last frame"),
    ],
)
def test_equals_the_slow_reference(audio_s: float, window_s: float) -> None:
    rng = np.random.default_rng(3)
    audio = rng.normal(0, 0.1, int(audio_s * STT_RATE)).astype(np.float32)
    fast = log_mel(audio, seconds=window_s)
    assert fast.dtype == np.float32
    assert fast.shape == (80, round(window_s * 100))
    np.testing.assert_allclose(fast, slow_log_mel(audio, window_s), atol=1e-4)


def test_silence_is_flat() -> None:
    assert np.ptp(log_mel(np.zeros(STT_RATE, np.float32), seconds=2)) < 1e-6


def test_a_tone_lights_its_own_band() -> None:
    tone = np.sin(2 * np.pi * 1000 * np.arange(STT_RATE) / STT_RATE).astype(np.float32)
    centre = mel_filters() @ np.abs(np.fft.rfft(tone[:N_FFT])).astype(np.float32)
    assert log_mel(tone, seconds=1).mean(axis=1).argmax() == centre.argmax()


def test_ten_seconds_take_under_fifteen_milliseconds() -> None:
    audio = np.random.default_rng(1).normal(0, 0.1, 10 * STT_RATE).astype(np.float32)
    log_mel(audio, seconds=10)
    times = []
    for _ in range(7):
        began = perf_counter()
        log_mel(audio, seconds=10)
        times.append(perf_counter() - began)
    assert min(times) < 0.015
