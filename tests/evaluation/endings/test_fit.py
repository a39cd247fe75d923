"""What is learnt separates what can be separated, and a silence of the voice's own weighs more than one cut in."""

from __future__ import annotations

import numpy as np

from evaluation.endings.fit import fitted, tried
from evaluation.endings.hearing import Pause
from evaluation.endings.lines import SPEAKERS, sayings
from evaluation.finetuning.speakers import HELD


def pauses(count: int, *, apart: float) -> list[Pause]:
    random = np.random.default_rng(1)
    found = []
    for number in range(count):
        over = number % 2 == 0
        states = random.normal(size=6)
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
    report = tried(pauses(400, apart=0.0))
    assert float(report["ends that pass"].split()[0]) < 0.2, "there is nothing to hear in noise"


def test_no_voice_of_the_tests_teaches() -> None:
    assert not SPEAKERS.voices.keys() & HELD.voices.keys()
    assert [each.key for each in sayings(20, 1)] == [each.key for each in sayings(20, 1)]
