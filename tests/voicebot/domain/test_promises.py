from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voicebot.domain.calendar import BusinessCalendar
from voicebot.domain.money import Money
from voicebot.domain.offers import Payment
from voicebot.domain.promises import (
    Promise,
    Received,
    broken_on,
    latest_broken,
    latest_open,
    promise_of,
    settled_contracts,
    standing,
    unpaid,
)

MADE = date(2026, 11, 23)
DUE = date(2026, 11, 26)
CALENDAR = BusinessCalendar()


def promise(*amounts: str, contracts: tuple[str, ...] = ("C-1",), made: date = MADE) -> Promise:
    """One payment every ten days, the first on `DUE`."""
    schedule = tuple(
        Payment(DUE + timedelta(days=10 * number), Money.of(amount)) for number, amount in enumerate(amounts)
    )
    return Promise(made, contracts, schedule)


def received(amount: str, on: date = DUE, contract: str = "C-1") -> Received:
    return Received(contract, on, Money.of(amount))


@pytest.mark.parametrize(
    ("payments", "left"),
    [
        pytest.param([], 3, id="nothing"),
        pytest.param([received("99.99")], 3, id="a cent short"),
        pytest.param([received("100.00")], 2, id="the first"),
        pytest.param([received("50.00"), received("50.00")], 2, id="the first in two parts"),
        pytest.param([received("250.00")], 1, id="two and a half at once"),
        pytest.param([received("300.00")], 0, id="all at once"),
        pytest.param([received("100.00", contract="C-2")], 3, id="for another contract"),
        pytest.param([received("100.00", MADE - timedelta(days=1))], 3, id="from before the agreement"),
        pytest.param([received("100.00", MADE)], 2, id="on its very day"),
    ],
)
def test_payments_settle_the_instalments_in_order(payments: list[Received], left: int) -> None:
    whole = promise("100.00", "100.00", "100.00")
    assert unpaid(whole, payments) == whole.schedule[3 - left :]


@given(
    amounts=st.lists(st.integers(1, 10_000), min_size=1, max_size=6), paid=st.lists(st.integers(1, 20_000), max_size=8)
)
def test_what_is_missing_is_an_end_of_the_schedule_and_never_grows_with_money(
    amounts: list[int], paid: list[int]
) -> None:
    whole = Promise(MADE, ("C-1",), tuple(Payment(DUE, Money(cents)) for cents in amounts))
    money = [Received("C-1", DUE, Money(cents)) for cents in paid]
    left = unpaid(whole, money)
    assert left == whole.schedule[len(amounts) - len(left) :]
    assert len(unpaid(whole, [*money, Received("C-1", DUE, Money(1))])) <= len(left)
    assert (not left) is (sum(paid) >= sum(amounts))


@pytest.mark.parametrize(
    ("today", "known_until", "broken"),
    [
        # Thursday the 26th; the grace is Friday and Monday.
        pytest.param("2026-11-26", "2026-12-31", False, id="on its day"),
        pytest.param("2026-11-30", "2026-12-31", False, id="last day of the grace"),
        pytest.param("2026-12-01", "2026-11-27", True, id="the day after, data of the day after the promise"),
        pytest.param("2026-12-01", "2026-11-26", False, id="data no newer than the date"),
        pytest.param("2026-12-31", None, False, id="no payments known at all"),
    ],
)
def test_broken_takes_the_date_the_grace_and_newer_data(today: str, known_until: str | None, broken: bool) -> None:
    known = date.fromisoformat(known_until) if known_until else None
    missed = broken_on(promise("100.00"), [], calendar=CALENDAR, today=date.fromisoformat(today), known_until=known)
    assert missed == (DUE if broken else None)


def test_a_holiday_lengthens_the_grace() -> None:
    calendar = BusinessCalendar(frozenset({date(2026, 11, 27)}))
    known = date(2026, 12, 31)
    for day, broken in ((date(2026, 12, 1), None), (date(2026, 12, 2), DUE)):
        assert broken_on(promise("100.00"), [], calendar=calendar, today=day, known_until=known) == broken


def test_a_kept_promise_is_never_broken() -> None:
    money = [received("100.00", date(2027, 1, 30))]
    far = date(2027, 6, 1)
    assert broken_on(promise("100.00"), money, calendar=CALENDAR, today=far, known_until=far) is None


def test_a_later_promise_on_a_contract_replaces_the_earlier_and_leaves_the_others() -> None:
    first = promise("100.00", contracts=("C-1", "C-2"))
    other = promise("70.00", contracts=("C-3",))
    later = promise("90.00", contracts=("C-2",))
    assert standing([first, other, later]) == (other, later)
    assert standing([]) == ()


def test_the_latest_of_several_promises_counts() -> None:
    near, far = promise("100.00"), promise("100.00", "50.00", contracts=("C-2",))
    second = DUE + timedelta(days=10)
    paid = [received("100.00", contract="C-2")]
    assert latest_open([near, far], paid) == second
    assert latest_open([near], [received("100.00")]) is None
    missed = latest_broken([near, far], paid, calendar=CALENDAR, today=date(2027, 1, 1), known_until=date(2027, 1, 1))
    assert missed == second
    assert latest_broken([], [], calendar=CALENDAR, today=DUE, known_until=DUE) is None


def test_only_a_promise_kept_to_its_end_settles_its_contracts() -> None:
    both = promise("100.00", "100.00", contracts=("C-1", "C-2"))
    assert settled_contracts([both], [received("199.99")]) == frozenset()
    assert settled_contracts([both], [received("150.00"), received("50.00", contract="C-2")]) == {"C-1", "C-2"}


TERMS = {
    "contracts": ["C-1"],
    "entry": {"due": "2026-11-26", "amount": "10.00"},
    "instalments": [{"due": "2026-12-10", "amount": "20.00"}],
    "method": "pix",
    "channel": "sms",
    "confirmed": True,
    "teach_back": True,
}


def test_a_promise_is_read_from_the_contracts_json() -> None:
    assert promise_of(TERMS, MADE) == Promise(
        MADE, ("C-1",), (Payment(date(2026, 11, 26), Money(1000)), Payment(date(2026, 12, 10), Money(2000)))
    )


@pytest.mark.parametrize(
    "without", [{name: None} for name in ("method", "channel", "confirmed", "teach_back")] + [{"confirmed": False}]
)
def test_an_incomplete_agreement_is_no_promise(without: dict[str, object]) -> None:
    assert promise_of({**TERMS, **without}, MADE) is None


def test_an_agreement_without_payments_is_no_promise() -> None:
    assert promise_of({**TERMS, "entry": None, "instalments": []}, MADE) is None
