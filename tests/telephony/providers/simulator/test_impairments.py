from __future__ import annotations

import numpy as np
import pytest

from telephony.codecs import Int16
from telephony.providers.simulator.impairments import PERFECT, Impairer, Network, speech_level_dbfs

FRAME = 160
SILENCE = np.zeros(FRAME, dtype=np.int16)
SPEECH = (4_000 * np.sin(2 * np.pi * 400 * np.arange(8_000) / 8_000)).astype(np.int16)


def through(network: Network, frames: list[Int16], played: Int16 = SILENCE) -> Int16:
    impairer = Impairer(network)
    impairer.hear_speech(SPEECH)
    return np.concatenate([impairer.shape(frame, played) for frame in frames])


def test_a_perfect_line_changes_nothing() -> None:
    frames = list(SPEECH.reshape(-1, FRAME))
    assert np.array_equal(through(PERFECT, frames), SPEECH)


@pytest.mark.parametrize("snr_db", [10.0, 25.0])
def test_noise_keeps_its_distance_from_this_callers_speech(snr_db: float) -> None:
    noise = through(Network(noise_snr_db=snr_db), [SILENCE] * 500)
    level, speech = speech_level_dbfs(noise), speech_level_dbfs(SPEECH)
    assert level is not None
    assert speech is not None
    assert speech - level == pytest.approx(snr_db, abs=0.5)


def test_noise_stays_in_the_telephone_band() -> None:
    noise = through(Network(noise_snr_db=10.0), [SILENCE] * 390).astype(np.float64)
    power = np.abs(np.fft.rfft(noise)) ** 2
    hz = np.fft.rfftfreq(noise.size, 1 / 8_000)
    assert power[(hz > 250) & (hz < 3_450)].sum() / power.sum() > 0.99


@pytest.mark.parametrize(
    ("loss", "burst"), [pytest.param(0.05, 1.0, id="scattered"), pytest.param(0.05, 4.0, id="in bursts of four")]
)
def test_the_share_of_lost_frames_and_the_length_of_a_loss(loss: float, burst: float) -> None:
    frames = [np.full(FRAME, 1_000, dtype=np.int16)] * 20_000
    lost = through(Network(loss=loss, loss_burst=burst), frames).reshape(-1, FRAME)[:, 0] == 0
    starts = np.count_nonzero(np.diff(lost.astype(int)) == 1)
    assert lost.mean() == pytest.approx(loss, rel=0.2)
    assert np.count_nonzero(lost) / starts == pytest.approx(burst, rel=0.2)


def test_the_echo_is_the_bots_voice_later_and_quieter() -> None:
    impairer = Impairer(Network(echo_db=-20.0, echo_delay_ms=60))
    bot = [SPEECH[:FRAME], *[SILENCE] * 4]
    caller = [impairer.shape(SILENCE, frame) for frame in bot]
    assert [int(np.abs(frame).max()) for frame in caller] == [0, 0, 0, 400, 0]


def test_a_stall_holds_frames_and_ends() -> None:
    impairer = Impairer(Network(stall_every_s=0.5, stall_ms=100, seed=3))
    held = "".join("x" if impairer.is_stalled() else "." for _ in range(500))
    stalls = [run for run in held.split(".") if run]
    assert set(stalls) == {"xxxxx"}
    assert 5 <= len(stalls) <= 40


def test_the_same_seed_gives_the_same_line() -> None:
    network = Network(noise_snr_db=20.0, loss=0.1, seed=7)
    assert np.array_equal(through(network, [SILENCE] * 50), through(network, [SILENCE] * 50))


def test_silence_has_no_speech_level() -> None:
    assert speech_level_dbfs(SILENCE) is None
    assert speech_level_dbfs(SILENCE[:10]) is None
