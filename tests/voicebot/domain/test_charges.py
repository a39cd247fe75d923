from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.voicebot.domain.bargaining_cases import ANA, CARLOS, LIMITS, MONDAY, case, debt, late_by, money
from voicebot.domain.charges import after_payment, late, owed, owed_all
from voicebot.domain.limits import Charges
from voicebot.domain.money import Money, total
from voicebot.domain.portfolio import Debt

CHARGES = LIMITS.charges


@pytest.mark.parametrize(
    ("item", "days", "fine", "interest", "comes_to"),
    [
        # 1250 x 1 % x 136 / 30 = 56.666...
        pytest.param(ANA, 136, "25.00", "56.67", "1331.67", id="D001"),
        # 480.90 x 2 % = 9.618; x 1 % x 56 / 30 = 8.9768
        pytest.param(CARLOS[0], 56, "9.62", "8.98", "499.50", id="D002, the older"),
        pytest.param(CARLOS[1], 26, "9.62", "4.17", "494.69", id="D002, the newer"),
        pytest.param(debt("C-1009", date(2026, 8, 30), "2310.00"), 85, "46.20", "65.45", "2421.65", id="D008, card"),
        pytest.param(debt("C-1010", date(2026, 9, 15), "89.70"), 69, "1.79", "2.06", "93.55", id="D008, insurance"),
        pytest.param(late_by(1, "0.75"), 1, "0.02", "0.00", "0.77", id="1.5 cents of fine round up to 2"),
        pytest.param(late_by(3, "15.00"), 3, "0.30", "0.02", "15.32", id="1.5 cents of interest round up to 2"),
        pytest.param(late_by(0), 0, "0.00", "0.00", "1000.00", id="nothing is added on the due date"),
        pytest.param(late_by(-4), -4, "0.00", "0.00", "1000.00", id="nothing is added before it"),
    ],
)
def test_what_a_debt_comes_to(item: Debt, days: int, fine: str, interest: str, comes_to: str) -> None:
    seen = owed(item, CHARGES, MONDAY)
    assert (seen.days_past_due, seen.fine, seen.interest) == (days, money(fine), money(interest))
    assert (seen.original, seen.correction, seen.total) == (item.principal, money("0"), money(comes_to))
    assert (seen.contract, seen.product, seen.due_date) == (item.contract, item.product, item.due_date)
    assert seen.is_late == (days > 0)


def test_the_debts_of_a_case_are_itemised_in_order_and_only_late_ones_are_late() -> None:
    both = case(*CARLOS, late_by(-4))
    assert [item.contract for item in owed_all(both, MONDAY)] == ["C-1002", "C-1003", "C-1"]
    assert total([item.total for item in late(both, MONDAY)]) == money("994.19")


debts = st.builds(
    Debt,
    st.just("C-1"),
    st.just("Crediário"),
    st.dates(date(2020, 1, 1), date(2026, 12, 31)),
    st.integers(1, 10**9).map(Money),
)
rates = st.builds(Charges, st.decimals(0, 2, places=2), st.decimals(0, 1, places=2))


@given(debts, rates, st.integers(-400, 2000))
def test_the_items_add_up_and_no_charge_passes_its_cap(item: Debt, charges: Charges, days: int) -> None:
    seen = owed(item, charges, item.due_date + timedelta(days=days))
    assert seen.total == seen.original + seen.fine + seen.interest + seen.correction
    late_days = max(0, days)
    assert 0 <= seen.fine.cents <= item.principal.cents * Decimal("0.02") + Decimal("0.5")
    assert 0 <= seen.interest.cents <= item.principal.cents * Decimal("0.01") * late_days / 30 + Decimal("0.5")
    assert late_days > 0 or seen.total == item.principal


@given(debts, st.integers(0, 2000))
def test_charges_never_shrink_with_time(item: Debt, days: int) -> None:
    day = item.due_date + timedelta(days=days)
    assert owed(item, CHARGES, day).total <= owed(item, CHARGES, day + timedelta(days=1)).total


class TestPayment:
    @pytest.mark.parametrize("amount", ["499.02", "600.00"])
    def test_what_covers_the_amount_owed_that_day_closes_the_debt(self, amount: str) -> None:
        # on 2026-11-20, 53 days late: 480.90 + 9.62 + 8.50
        assert after_payment(CARLOS[0], CHARGES, date(2026, 11, 20), money(amount)) is None

    def test_a_real_less_does_not_close_it(self) -> None:
        left = after_payment(CARLOS[0], CHARGES, date(2026, 11, 20), money("498.01"))
        assert left is not None
        assert owed(left, CHARGES, date(2026, 11, 20)).total == money("1.01")

    def test_before_the_due_date_it_comes_off_the_principal(self) -> None:
        left = after_payment(late_by(-4), CHARGES, MONDAY, money("400.00"))
        assert left == late_by(-4, "600.00")

    def test_what_is_left_of_a_cent_is_forgiven(self) -> None:
        # 1.00 becomes 1.05; of the last cent 0.0095 would be principal
        assert after_payment(late_by(90, "1.00"), CHARGES, MONDAY, money("1.04")) is None

    @given(debts, st.integers(-30, 1000), st.data())
    def test_the_rest_of_that_day_is_the_total_less_the_payment(
        self, item: Debt, days: int, data: st.DataObject
    ) -> None:
        paid_on = item.due_date + timedelta(days=days)
        before = owed(item, CHARGES, paid_on).total
        paid = Money(data.draw(st.integers(1, before.cents)))
        left = after_payment(item, CHARGES, paid_on, paid)
        rest = Money(0) if left is None else owed(left, CHARGES, paid_on).total
        assert rest <= before - paid
        assert (before - paid - rest).cents <= 3  # one of principal and half of each charge, in the debtor's favour
