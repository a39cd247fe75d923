from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voicebot.application.qa.experiments import (
    LEAST_EACH,
    LEAST_HARMED,
    Arm,
    Experiment,
    Outcome,
    Tally,
    Verdict,
    arm_of,
)
from voicebot.application.qa.proportions import Share

HALF = Experiment("curta", 50, datetime(2026, 11, 1, tzinfo=UTC), None)
EVEN = Tally(
    debtors=1000, reached=800, spoken_to=500, promised=200, matured=100, kept=60, distress=20, stopped=20, fatal=4
)


def test_the_draw_keeps_to_its_share() -> None:
    drawn = sum(arm_of("curta", f"D{n}", 20) is Arm.CHALLENGER for n in range(20_000))
    low, high = Share(drawn, 20_000).interval
    assert low < 0.2 < high


@given(st.text(max_size=20), st.text(max_size=20), st.integers(1, 49))
def test_a_debtor_keeps_the_arm_and_a_wider_share_only_adds(name: str, ref: str, percent: int) -> None:
    first = arm_of(name, ref, percent)
    assert arm_of(name, ref, percent) is first
    if first is Arm.CHALLENGER:
        assert arm_of(name, ref, percent + 1) is Arm.CHALLENGER


def test_two_experiments_draw_apart() -> None:
    both = sum(
        arm_of("a", f"D{n}", 50) is Arm.CHALLENGER and arm_of("b", f"D{n}", 50) is Arm.CHALLENGER for n in range(20_000)
    )
    low, high = Share(both, 20_000).interval
    assert low < 0.25 < high


@pytest.mark.parametrize(
    ("challenger", "verdict"),
    [
        pytest.param(EVEN, Verdict.UNDECIDED, id="the same in everything"),
        pytest.param(replace(EVEN, promised=260), Verdict.BETTER, id="52 against 40 percent"),
        pytest.param(replace(EVEN, promised=150), Verdict.WORSE, id="30 against 40 percent"),
        pytest.param(replace(EVEN, promised=215), Verdict.UNDECIDED, id="43 against 40 percent of 500"),
        pytest.param(replace(EVEN, promised=260, distress=60), Verdict.HARMFUL, id="better and distressing"),
        pytest.param(replace(EVEN, promised=260, stopped=60), Verdict.HARMFUL, id="better and resented"),
        pytest.param(replace(EVEN, promised=260, fatal=30), Verdict.HARMFUL, id="better and forbidden"),
        pytest.param(replace(EVEN, debtors=1200, promised=260), Verdict.UNEVEN, id="a draw that was not kept"),
        pytest.param(replace(EVEN, spoken_to=LEAST_EACH - 1, promised=99), Verdict.TOO_EARLY, id="one short"),
    ],
)
def test_the_verdict(challenger: Tally, verdict: Verdict) -> None:
    assert Outcome(HALF, EVEN, challenger).verdict is verdict


@pytest.mark.parametrize(
    ("reached", "verdict"),
    [
        pytest.param(LEAST_HARMED - 1, Verdict.TOO_EARLY, id="half of one short"),
        pytest.param(LEAST_HARMED, Verdict.HARMFUL, id="half of enough"),
    ],
)
def test_harm_is_spoken_of_among_enough_people(reached: int, verdict: Verdict) -> None:
    few = Tally(
        debtors=reached, reached=reached, spoken_to=9, promised=0, matured=0, kept=0, distress=0, stopped=0, fatal=0
    )
    outcome = Outcome(HALF, few, replace(few, distress=reached // 2))
    assert outcome.verdict is verdict
    assert outcome.guardrails[0].is_harmed is (verdict is Verdict.HARMFUL)
