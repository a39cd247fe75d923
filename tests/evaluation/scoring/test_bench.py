"""The bench's arithmetic, and the targets on a small run."""

from __future__ import annotations

from functools import cache
from random import Random
from typing import Any

import pytest

from evaluation.scoring import bench
from evaluation.scoring.targets import verdicts
from evaluation.scoring.truth.noise import misheard
from evaluation.scoring.truth.people import FATAL, FAULTS, make
from evaluation.scoring.truth.wordings import UNREAD, clean, faults, halves, hard_middles


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


def test_every_fault_can_be_made_from_every_half() -> None:
    for half in halves():
        for fault in FAULTS:
            made = make(1, 2, fault, half=half.id)
            assert made.half == half.id
            assert made.fails or made.fatals, fault
        for fatal in set(FATAL) & faults(half.id).keys():
            assert len(faults(half.id)[fatal]) > 1, fatal


def test_the_halves_of_one_author_share_no_line() -> None:
    seen = [line for half in halves() for key in ("threat_or_ridicule", "false_claim") for line in faults(half.id)[key]]
    assert len(seen) == len(set(seen))


@pytest.mark.parametrize("unread", sorted(UNREAD))
def test_unread_wordings_are_drawn_only_by_name(unread: str) -> None:
    assert unread not in {half.id for half in halves()}
    assert [half.id for half in halves(unread)] == [unread]
    seen = {line for half in halves() for lines in faults(half.id).values() for line in lines}
    assert not seen & {line for lines in faults(unread).values() for line in lines}


def test_what_is_asked_for_is_what_is_given() -> None:
    asked = [
        line for line in clean()["ask_id"] if "mãe" in line or "três primeiros" in line or "quatro últimos" in line
    ]
    births = [line for line in clean()["ask_id"] if line not in asked]
    assert asked
    assert all("nasc" in line for line in births)


def test_hard_calls_have_no_fatal_error() -> None:
    hard = measured()["hard_calls"]
    assert (hard["calls"], hard["passages"]) == (30, len(hard_middles()))
    assert hard["with_fatal"] == 0, hard["which"]


@pytest.mark.parametrize(
    ("of", "floor"),
    [
        pytest.param("criteria_f1", 0.90, id="F1 of the criteria"),
        pytest.param("criteria_kappa", 0.89, id="kappa of the criteria"),
        pytest.param("fatal_f1", 0.88, id="F1 of the fatal errors"),
        pytest.param("fatal_kappa", 0.87, id="kappa of the fatal errors"),
    ],
)
def test_agreement_stays_near_what_was_reached(of: str, floor: float) -> None:
    assert measured()["macro"][of] >= floor


def test_every_target_has_its_figure_and_a_verdict() -> None:
    targets = measured()["targets"]
    assert {row["verdict"] for row in targets.values()} <= {"reached", "missed"}
    assert all(row["value"] is not None for row in targets.values())


def test_what_misses_its_mark_is_said_to() -> None:
    worse = {**measured(), "hard_calls": {"with_fatal": 1}, "per_minute": {"value": 1000}}
    told = verdicts(worse)
    assert told["hard_calls_with_fatal"]["verdict"] == "missed"
    assert told["transcripts_a_minute"]["verdict"] == "reached"


def test_the_labels_say_what_was_seen_of_each_half() -> None:
    labels = measured()["labels"]
    assert {half.id for half in halves()} <= labels.keys()
    assert "seen" in labels["open"]


def test_acts_change_little() -> None:
    assert measured()["acts"]["mean_points"] <= 2


def test_a_badly_heard_call_loses_few_points() -> None:
    assert measured()["noise"]["15%"]["points_lost"] <= 5


def test_fatal_errors_are_found_in_clean_calls() -> None:
    assert measured()["noise"]["0%"]["fatal_recall"]["value"] >= 0.97


def test_scoring_stays_fast() -> None:
    """The target is a thousand (`bench scoring`); beside other tests on a slow processor it may be half of that."""
    assert measured()["per_minute"]["value"] >= 500


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
