"""The bench's arithmetic, and the targets on a small run."""

from __future__ import annotations

from functools import cache
from random import Random
from typing import Any

import pytest

from evaluation.scoring import bench
from evaluation.scoring.truth.noise import misheard
from evaluation.scoring.truth.people import FATAL, FAULTS, make
from evaluation.scoring.truth.steps import faults


@cache
def measured() -> dict[str, Any]:
    return bench.measure(calls=88, seed=11)


@pytest.mark.parametrize(
    ("pairs", "f1", "kappa"),
    [
        pytest.param([(True, True), (False, False)], 1.0, 1.0, id="all agree"),
        pytest.param([(True, False), (False, True)], 0.0, -1.0, id="none agree"),
        pytest.param([(True, True), (True, False), (False, False), (False, False)], 2 / 3, 0.5, id="one missed"),
        pytest.param([(False, False)] * 3, None, None, id="nothing to find"),
    ],
)
def test_agreement_is_as_by_hand(pairs: list[tuple[bool, bool]], f1: float | None, kappa: float | None) -> None:
    assert bench.f1(pairs) == (pytest.approx(f1) if f1 is not None else None)
    assert bench.kappa(pairs) == (pytest.approx(kappa) if kappa is not None else None)


def test_the_noise_is_what_it_says() -> None:
    text = "a ligação é gravada e o total da fatura é mil reais " * 400
    words = text.split()
    heard = misheard(text, 0.15, Random(1)).split()
    kept = sum(one == other for one, other in zip(words, misheard(text, 0.0, Random(1)).split(), strict=True))
    assert kept == len(words)
    assert abs(len(heard) - len(words)) < 0.1 * len(words)


def test_the_same_call_is_made_again() -> None:
    assert make(3, 1, "false_claim").data == make(3, 1, "false_claim").data


def test_every_fault_can_be_made_and_both_halves_have_wordings() -> None:
    for fault in FAULTS:
        made = make(1, 2, fault)
        assert made.fails or made.fatals, fault
    for fatal in set(FATAL) & faults().keys():
        assert len(faults()[fatal]) > 1, fatal


def test_hard_calls_have_no_fatal_error() -> None:
    assert measured()["hard_calls"] == {"calls": 30, "with_fatal": 0, "which": []}


def test_acts_change_little() -> None:
    assert measured()["acts"]["mean_points"] <= 2


def test_a_badly_heard_call_loses_few_points() -> None:
    assert measured()["noise"]["15%"]["points_lost"] <= 5


def test_fatal_errors_are_found_in_clean_calls() -> None:
    assert measured()["noise"]["0%"]["fatal_recall"]["value"] >= 0.95


def test_a_thousand_a_minute() -> None:
    assert measured()["per_minute"]["value"] >= 1000


def test_an_interval_holds_its_value_and_narrows_with_more_calls() -> None:
    few = [(True, True)] * 8 + [(True, False)] * 2 + [(False, False)] * 10
    one, other = (bench._agreement(few * times)["f1"] for times in (1, 40))
    for found in (one, other):
        assert found["low"] <= found["value"] <= found["high"]
    assert other["high"] - other["low"] < one["high"] - one["low"]
    assert bench._agreement(few)["f1"] == one


def test_acts_say_which_criteria_they_move() -> None:
    acts = measured()["acts"]
    assert acts["over_2_points"] <= acts["calls"]
    assert (acts["max_points"] == 0) <= (not acts["over_2_points"])
