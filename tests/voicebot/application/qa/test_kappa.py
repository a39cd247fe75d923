from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voicebot.application.qa.kappa import cohen_kappa, krippendorff_alpha, mean_pairwise_kappa

# Forty-five judged alike, twenty-five not: 20 yes-yes, 5 yes-no, 10 no-yes, 15 no-no of fifty, expected 0.5.
FIFTY = [("y", "y")] * 20 + [("y", "n")] * 5 + [("n", "y")] * 10 + [("n", "n")] * 15


@pytest.mark.parametrize(
    ("pairs", "kappa"),
    [
        pytest.param(FIFTY, 0.4, id="observed 0.7, expected 0.5"),
        pytest.param([("a", "a"), ("b", "b")], 1.0, id="all alike"),
        pytest.param([("a", "b"), ("b", "a")], -1.0, id="all contrary"),
        pytest.param([], None, id="no answers"),
        pytest.param([("a", "a")] * 9, None, id="one answer throughout says nothing"),
    ],
)
def test_cohen(pairs: list[tuple[str, str]], kappa: float | None) -> None:
    assert cohen_kappa(pairs) == (None if kappa is None else pytest.approx(kappa))


@pytest.mark.parametrize(
    ("units", "alpha"),
    [
        pytest.param([["a", "a"], ["b", "b"]], 1.0, id="all alike"),
        # Two raters, ten units, six alike: 8 a and 12 b; 1 - 8 * 19 / (2 * 96).
        pytest.param([["b", "b"]] * 4 + [["a", "a"]] * 2 + [["a", "b"]] * 4, 1 - 8 * 19 / 192, id="by hand"),
        pytest.param([["a"], ["b"]], None, id="one rater each"),
        pytest.param([["a", "a"], ["a", "a"]], None, id="one answer throughout"),
        pytest.param([], None, id="nothing"),
    ],
)
def test_krippendorff(units: list[list[str]], alpha: float | None) -> None:
    assert krippendorff_alpha(units) == (None if alpha is None else pytest.approx(alpha))


@given(st.lists(st.lists(st.sampled_from("abc"), min_size=0, max_size=4), max_size=12))
def test_alpha_is_at_most_one_and_minds_no_order(units: list[list[str]]) -> None:
    alpha = krippendorff_alpha(units)
    again = krippendorff_alpha([list(reversed(each)) for each in reversed(units)])
    assert (alpha is None) == (again is None)
    if alpha is not None and again is not None:
        assert alpha == pytest.approx(again)
        assert alpha <= 1 + 1e-9


def test_pairs_of_raters_meet_on_what_both_answered() -> None:
    answers = {"one": {"1": "a", "2": "b", "3": "a"}, "two": {"1": "a", "2": "b"}, "three": {"9": "a"}}
    assert mean_pairwise_kappa(answers) == pytest.approx(1.0)
