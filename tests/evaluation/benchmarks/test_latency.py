"""The pieces of `bench latency` that need no call: intervals, callers, what counts as the answer."""

from __future__ import annotations

import numpy as np
import pytest

from evaluation.benchmarks.intervals import quantile, spread
from evaluation.benchmarks.latency import Figures, _result, answers
from evaluation.benchmarks.latency_callers import callers, pause_inside, told
from evaluation.benchmarks.latency_table import latency_table
from evaluation.simulation.persona import Mind, find
from telephony.codecs import RATE_HZ


def test_intervals_enclose_what_they_are_of_and_stay_the_same() -> None:
    values = [float(value) for value in range(100, 1100, 10)]
    found = spread(values)
    assert found is not None
    assert found["median_low"] <= found["median"] <= found["median_high"]
    assert found["p95_low"] <= found["p95"] <= found["p95_high"]
    assert found == spread(values)
    assert 150 < found["median_high"] - found["median_low"] < 250, "about 2 x 1.96 x 0.5 x 1000 / 10"


@pytest.mark.parametrize(("share", "value"), [(0.5, 2.0), (0.95, 4.0), (0.0, 1.0), (1.0, 4.0)])
def test_quantiles_are_nearest_ranks(share: float, value: float) -> None:
    assert quantile([1.0, 2.0, 3.0, 4.0], share) == value


def test_nothing_measured_has_no_interval() -> None:
    assert spread([]) is None


def test_the_callers_differ_in_length_and_all_their_lines_are_rehearsed() -> None:
    words = [sum(len(line.split()) for line in each.lines()) for each in callers()]
    assert len({each.name for each in callers()}) == len(words)
    assert max(words) > 1.2 * min(words)


def test_a_line_that_is_told_otherwise_may_become_several() -> None:
    story = find("agreement")
    line = story.rules[0].say[0]
    mind = Mind(told(story, "other", {line: ("Como?", line)}))
    asked = "Me conta o que ficou combinado."
    assert [mind.reply(asked).text for _ in range(3)] == ["Como?", line, line]


def test_the_pause_is_put_where_it_is_quietest() -> None:
    pcm = np.full(RATE_HZ, 1000, np.int16)
    pcm[3800:4200] = 0
    paused = pause_inside(pcm, 0.5)
    assert paused.size == pcm.size + RATE_HZ // 2
    assert not paused[3900 : 3900 + RATE_HZ // 2].any()


def test_a_response_counts_from_the_last_sound_of_the_caller() -> None:
    caller, bot = np.zeros(4 * RATE_HZ, np.int16), np.zeros(4 * RATE_HZ, np.int16)
    tone = (8000 * np.sin(np.arange(RATE_HZ))).astype(np.int16)
    caller[:RATE_HZ] = tone
    bot[RATE_HZ + 3200 : 2 * RATE_HZ + 3200] = tone
    (answer,) = answers(caller, bot)
    assert answer.response_ms == pytest.approx(400, abs=20)


def test_the_table_says_what_was_ready_and_what_the_rest_is_made_of() -> None:
    figures = Figures(response_ms=[400.0, 500.0], content_ms=[400.0, 500.0], calls=1)
    figures.stages = {
        "decided": [300.0, 310.0],
        "voice": [2.0, 400.0],
        "lines": [2.0, 1.0],
        "lines_unready": [0.0, 1.0],
    }
    result = _result(figures, 0.5)
    assert result["prepared"]["value"] == pytest.approx(2 / 3, abs=0.001)
    assert result["first_prepared"]["value"] == 0.5
    assert result["stages_ms"]["transport"]["median"] == pytest.approx(450 - (302 + 710) / 2)
    assert "67%" in str(latency_table(result).caption)
