from __future__ import annotations

import numpy as np
import pytest

from telephony.codecs import Int16
from telephony.providers.simulator import metrics
from telephony.providers.simulator.metrics import Run

RATE = 8_000
Spans = list[tuple[int, int]]


def track(spans: Spans, total_ms: int = 10_000, amplitude: int = 3_000) -> Int16:
    """Give a track with a tone from each start to each end (ms) and digital silence elsewhere."""
    pcm = np.zeros(total_ms * 8, dtype=np.int16)
    tone = amplitude * np.sin(2 * np.pi * 400 * np.arange(pcm.size) / RATE)
    for start, end in spans:
        pcm[start * 8 : end * 8] = tone[start * 8 : end * 8]
    return pcm


@pytest.mark.parametrize(
    ("caller", "bot", "expected"),
    [
        pytest.param([(0, 1000)], [(1400, 2000)], [400], id="one turn"),
        pytest.param([(500, 1000), (3000, 3500)], [(1200, 2000), (4100, 5000)], [200, 600], id="two turns"),
        pytest.param([(500, 900), (1600, 2200)], [(2500, 3000)], [300], id="a hesitation inside the turn"),
        pytest.param([(500, 1000)], [(1300, 1800), (2400, 3000)], [300], id="the answer has two sentences"),
        pytest.param([(500, 1000)], [(0, 300), (1400, 2000)], [400], id="a greeting first"),
        pytest.param([(1000, 2500)], [(500, 1300), (2900, 3500)], [400], id="an answer after a barge-in"),
        pytest.param([(1000, 1200)], [(500, 1800), (2400, 3000)], [], id="a backchannel asks for nothing"),
        pytest.param([(500, 2000)], [(1500, 3000)], [], id="a bot that cuts in has answered nothing"),
        pytest.param([], [(500, 1000)], [], id="nobody asked"),
        pytest.param([(500, 1000)], [], [], id="nobody answered"),
        pytest.param([(500, 1000)], [(1100, 1140), (1800, 2200)], [800], id="a 40 ms click is no answer"),
    ],
)
def test_response_times(caller: Spans, bot: Spans, expected: list[float]) -> None:
    assert metrics.response_times(track(caller), track(bot), RATE) == expected


@pytest.mark.parametrize(
    ("caller", "bot", "expected"),
    [
        pytest.param([], [(0, 1000), (2500, 3000)], [1500], id="the next sentence was late"),
        pytest.param([], [(0, 1000), (1580, 3000)], [], id="a breath between two sentences"),
        pytest.param([(1300, 1500)], [(0, 1000), (2500, 3000)], [], id="the caller spoke"),
        pytest.param([], [(0, 1000), (7000, 7500)], [], id="the caller was silent, and is asked"),
    ],
)
def test_pauses_are_those_inside_the_bots_turn(caller: Spans, bot: Spans, expected: list[float]) -> None:
    assert metrics.pauses(track(caller), track(bot), RATE) == expected


@pytest.mark.parametrize(
    ("caller", "bot", "expected"),
    [
        pytest.param([(1000, 3000)], [(0, 1240)], [240], id="the bot stops"),
        pytest.param([(1000, 3000)], [(0, 5000)], [4000], id="the bot does not"),
        pytest.param([(1000, 3000)], [(0, 1100), (1180, 1260)], [260], id="a tail after 80 ms is not silence"),
        pytest.param([(2000, 3000)], [(0, 1500)], [], id="no overlap"),
        pytest.param([(1000, 2000)], [(1500, 3000)], [], id="the bot cut in"),
    ],
)
def test_barge_in_times(caller: Spans, bot: Spans, expected: list[float]) -> None:
    assert metrics.barge_in_times(track(caller), track(bot), RATE) == expected


def test_talk_over_counts_both_at_once() -> None:
    assert metrics.talk_over_ms(track([(1000, 2000)]), track([(1600, 3000)]), RATE) == 400


def test_silences_are_those_of_both_and_long_enough() -> None:
    found = metrics.silences(track([(0, 1000), (3000, 4000)]), track([(4500, 10_000)]), RATE, min_ms=1_000)
    assert found == [(1000, 3000)]


def test_the_greeting_is_the_bots_first_sound() -> None:
    assert metrics.first_sound_ms(track([(240, 900)]), RATE) == 240
    assert metrics.first_sound_ms(track([]), RATE) is None


@pytest.mark.parametrize(
    ("dbfs", "is_speech"),
    [pytest.param(-44.5, True, id="just above"), pytest.param(-45.5, False, id="just below")],
)
def test_the_threshold_is_minus_45_dbfs_rms(dbfs: float, is_speech: bool) -> None:
    amplitude = 32_768 * 10 ** (dbfs / 20) * np.sqrt(2)
    pcm = np.rint(amplitude * np.sin(2 * np.pi * 400 * np.arange(1_600) / RATE)).astype(np.int16)
    assert bool(metrics.activity(pcm, RATE).all()) is is_speech


def test_the_rate_changes_the_frame_not_the_answer() -> None:
    caller, bot = track([(0, 1000)]), track([(1400, 2000)])
    assert metrics.response_times(np.repeat(caller, 2), np.repeat(bot, 2), 16_000) == [400]


@pytest.mark.parametrize(
    ("active", "expected"),
    [
        pytest.param("", [], id="nothing"),
        pytest.param("111", [Run(0, 3)], id="shortest speech"),
        pytest.param("11.", [], id="too short"),
        pytest.param("111" + "." * 14 + "1", [Run(0, 18)], id="280 ms are bridged"),
        pytest.param("111" + "." * 15 + "111", [Run(0, 3), Run(18, 21)], id="300 ms are not"),
    ],
)
def test_runs(active: str, expected: list[Run]) -> None:
    assert metrics.runs(np.array([one == "1" for one in active], dtype=np.bool_)) == expected
