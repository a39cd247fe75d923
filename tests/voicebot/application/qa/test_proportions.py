from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voicebot.application.qa.proportions import Nps, Share, difference, p_of_share, p_value

shares = st.integers(1, 5000).flatmap(lambda whole: st.builds(Share, st.integers(0, whole), st.just(whole)))


@pytest.mark.parametrize(
    ("share", "low", "high"),
    [
        # Wilson for 81 of 263 and 15 of 148: Newcombe, Statistics in Medicine 17 (1998) 857, table I.
        pytest.param(Share(81, 263), 0.2553, 0.3662, id="81 of 263"),
        pytest.param(Share(15, 148), 0.0624, 0.1605, id="15 of 148"),
        pytest.param(Share(0, 20), 0.0, 0.1611, id="none of 20"),
        pytest.param(Share(0, 0), 0.0, 1.0, id="none of none"),
    ],
)
def test_wilsons_interval_is_the_published_one(share: Share, low: float, high: float) -> None:
    assert share.interval == pytest.approx((low, high), abs=5e-5)


def test_newcombes_interval_is_the_published_one() -> None:
    """56/70 against 48/80, method 10 of Newcombe (1998), table II: 0.0524 to 0.3339."""
    found = difference(Share(48, 80), Share(56, 70))
    assert found == pytest.approx((0.2, 0.0524, 0.3339), abs=5e-5)


@given(shares, shares)
def test_a_difference_lies_in_its_interval_and_turns_with_the_sides(one: Share, other: Share) -> None:
    found, back = difference(one, other), difference(other, one)
    assert found is not None
    assert back is not None
    assert -1 <= found[1] <= found[0] <= found[2] <= 1
    assert (back[0], back[1], back[2]) == pytest.approx((-found[0], -found[2], -found[1]))


@pytest.mark.parametrize(
    ("one", "other", "p"),
    [
        # z = 0.2 / sqrt(104/150 * 46/150 * (1/80 + 1/70)) = 2.6506
        pytest.param(Share(48, 80), Share(56, 70), 0.00804, id="by hand"),
        pytest.param(Share(5, 10), Share(50, 100), 1.0, id="the same"),
    ],
)
def test_two_rates_are_compared(one: Share, other: Share, p: float) -> None:
    assert p_value(one, other) == pytest.approx(p, abs=5e-5)


@pytest.mark.parametrize(("one", "other"), [(Share(0, 0), Share(1, 2)), (Share(3, 3), Share(4, 4))])
def test_where_nothing_can_be_told_there_is_no_p(one: Share, other: Share) -> None:
    assert p_value(one, other) is None


def test_an_uneven_draw_is_noticed_and_an_even_one_is_not() -> None:
    # 100 coins: 5 standard errors of 5 are 25 heads away.
    assert p_of_share(75, 100, 0.5) == pytest.approx(5.733e-7, rel=1e-3)
    assert p_of_share(50, 100, 0.5) == 1.0
    assert p_of_share(0, 0, 0.5) == 1.0


def test_an_nps_has_its_margin() -> None:
    # 60 % promoters, 20 % detractors of 100: variance 0.8 - 0.16, margin 196 * sqrt(0.64 / 99).
    nps = Nps(100, 60, 20)
    assert nps.value == 40.0
    assert nps.margin == pytest.approx(15.76, abs=0.01)
    assert (Nps(0, 0, 0).value, Nps(1, 1, 0).margin) == (None, None)
