"""What is learnt separates what can be separated, and a silence of the voice's own weighs more than one cut in."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from evaluation.benchmarks.floor_lines import COMPLETE, HESITATING, VOICES
from evaluation.endings.fit import fitted, tried
from evaluation.endings.hearing import Pause
from evaluation.endings.lines import SPEAKERS, sayings


def pauses(count: int, *, apart: float, states_of: int = 6) -> list[Pause]:
    random = np.random.default_rng(1)
    found = []
    for number in range(count):
        over = number % 2 == 0
        states = random.normal(size=states_of)
        states[0] += apart if over else -apart
        found.append(Pause(f"line {number // 2}", over, number % 4 == 1, states.astype(np.float32)))
    return found


def test_ends_are_told_from_pauses() -> None:
    heard = pauses(400, apart=2.0)
    weights, bias = fitted(heard)
    odds = np.array([pause.states for pause in heard]) @ weights + bias
    over = np.array([pause.over for pause in heard])
    assert np.quantile(odds[over], 0.05) > np.quantile(odds[~over], 0.95) - 1.0
    assert weights[0] == max(weights, key=abs)


def test_lines_it_did_not_learn_from_are_tried() -> None:
    noise = pauses(200, apart=0.0, states_of=300)
    weights, bias = fitted(noise)
    by_heart = np.array([pause.states for pause in noise]) @ weights + bias
    assert np.mean((by_heart > 0) == [pause.over for pause in noise]) > 0.9, "it can be learnt by heart"
    report = tried(noise)
    assert float(report["ends that pass"].split()[0]) < 0.2, "there is nothing to hear in noise"


def test_a_silence_of_the_voices_own_weighs_more_than_one_cut_in() -> None:
    heard = pauses(200, apart=0.5)
    cut_in = [replace(pause, spliced=True) for pause in heard]
    own = [replace(pause, spliced=False) for pause in heard]
    assert fitted(own)[1] < fitted(cut_in)[1] - 0.5


def test_no_voice_and_no_line_of_the_bench_teaches() -> None:
    assert not SPEAKERS.voices.keys() & VOICES.keys()
    said = {each.text.lower().strip(".!? ") for each in sayings(60, 1)}
    assert not said & {text.lower().strip(".!? ") for text in (*HESITATING, *COMPLETE)}
    assert [each.key for each in sayings(20, 1)] == [each.key for each in sayings(20, 1)]
