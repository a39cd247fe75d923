from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voicebot.domain.money import ZERO, Money, total

amounts = st.integers(-(10**12), 10**12).map(Money)


@pytest.mark.parametrize(
    ("written", "cents"),
    [
        pytest.param("1331.67", 133167, id="reais and cents"),
        pytest.param("50", 5000, id="whole reais"),
        pytest.param("0.5", 50, id="one decimal"),
        pytest.param("10.500", 1050, id="trailing zeros are no further decimals"),
        pytest.param("-3.20", -320, id="a difference may be negative"),
        pytest.param(Decimal("107.85"), 10785, id="a decimal"),
        pytest.param(7, 700, id="an integer is reais"),
    ],
)
def test_an_amount_is_read_exactly(written: str | Decimal | int, cents: int) -> None:
    assert Money.of(written).cents == cents


@pytest.mark.parametrize("written", ["0.005", "1.234", "doze", "", "1,50", "Infinity", "NaN"])
def test_what_is_no_amount_is_refused(written: str) -> None:
    with pytest.raises(ValueError, match="amount of money"):
        Money.of(written)


@pytest.mark.parametrize(
    ("exact", "rounded"),
    [
        pytest.param("0.005", "0.01", id="half goes up"),
        pytest.param("0.0049", "0.00", id="less than half goes down"),
        pytest.param("56.66666", "56.67", id="a third"),
        pytest.param("2.675", "2.68", id="no binary fraction in between"),
    ],
)
def test_rounding_is_half_up_to_the_cent(exact: str, rounded: str) -> None:
    assert Money.round(Decimal(exact)) == Money.of(rounded)


def test_percent_of_an_amount_is_rounded_half_up() -> None:
    # 2 % of 480.90 = 9.618; 5 % of 0.10 = 0.005
    assert Money.of("480.90").percent(Decimal(2)) == Money.of("9.62")
    assert Money.of("0.10").percent(Decimal(5)) == Money.of("0.01")


@given(amounts)
def test_text_and_amount_round_trip(amount: Money) -> None:
    assert Money.of(str(amount)) == amount
    assert Money.of(amount.amount) == amount


@given(amounts, amounts, st.integers(0, 1000))
def test_sums_are_exact_in_cents(one: Money, other: Money, times: int) -> None:
    assert (one + other).cents == one.cents + other.cents
    assert one + other - other == one
    assert (one * times).cents == one.cents * times
    assert total([one, other]) == total((other, one)) == one + other
    assert bool(one) == (one.cents != 0)


def test_an_empty_sum_is_zero_and_amounts_compare_by_cents() -> None:
    assert total([]) == ZERO
    assert Money(99) < Money(100)


@pytest.mark.parametrize("operation", ["__add__", "__sub__"])
def test_currencies_do_not_mix(operation: str) -> None:
    with pytest.raises(ValueError, match="cannot mix BRL and USD"):
        getattr(Money(1), operation)(Money(1, "USD"))
    with pytest.raises(ValueError, match="cannot mix"):
        total([Money(1, "USD"), Money(1)])


def test_a_sum_keeps_its_currency() -> None:
    assert total([Money(1, "USD"), Money(2, "USD")]) == Money(3, "USD")
