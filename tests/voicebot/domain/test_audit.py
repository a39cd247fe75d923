from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from tests.voicebot.domain.bargaining_cases import (
    ANA,
    CARLOS,
    LIMITS,
    MONDAY,
    case,
    late_by,
    money,
    never_lapsing,
    random_cases,
)
from voicebot.domain.audit import violations
from voicebot.domain.limits import Level
from voicebot.domain.money import Money
from voicebot.domain.negotiation import full, plan, settlement
from voicebot.domain.offers import Offer, OfferKind, Payment
from voicebot.domain.portfolio import Case

ANAS = case(ANA)
CENT = Money(1)
DAY = timedelta(days=1)


def built(offer: Offer | None) -> Offer:
    assert offer is not None
    return offer


FULL = built(full(ANAS, MONDAY, due=MONDAY))
SETTLED = built(settlement(ANAS, MONDAY, Level.SECOND, due=MONDAY + 15 * DAY))
PLANNED = built(plan(ANAS, MONDAY, Level.SECOND))


def with_total(offer: Offer, total: Money) -> Offer:
    """Change a single payment as a whole, so that only the amount itself can be wrong."""
    payment = replace(offer.instalments[0], amount=total)
    return replace(offer, total=total, instalments=(payment,))


def paid_on(offer: Offer, due: date) -> Offer:
    return replace(offer, instalments=(replace(offer.instalments[0], due=due),))


def entry_of(offer: Offer, *, due: date | None = None, amount: Money | None = None) -> Offer:
    entry = offer.entry
    assert entry is not None
    return replace(offer, entry=Payment(due or entry.due, entry.amount if amount is None else amount))


def instalments_of(offer: Offer, *amounts: Money) -> Offer:
    """Give a plan these amounts from the tenth of December on, and a total to match."""
    months = [*(date(2026, month, 10) for month in (12,)), *(date(2027, month, 10) for month in range(1, 13))]
    months += [date(2028, month, 10) for month in range(1, 13)]
    payments = tuple(Payment(due, amount) for due, amount in zip(months, amounts, strict=False))
    entry = offer.entry.amount.cents if offer.entry else 0
    return replace(offer, instalments=payments, total=Money(entry + sum(amount.cents for amount in amounts)))


@pytest.mark.parametrize("offer", [FULL, SETTLED, PLANNED], ids=lambda offer: offer.kind.value)
def test_what_is_permitted_has_no_violations(offer: Offer) -> None:
    assert violations(offer, ANAS, MONDAY) == ()


@pytest.mark.parametrize(
    ("offer", "why"),
    [
        pytest.param(replace(FULL, contracts=()), "no contract", id="no contract"),
        pytest.param(replace(FULL, contracts=("C-1001", "C-1001")), "twice", id="a contract twice"),
        pytest.param(replace(FULL, contracts=("C-9",)), "not open", id="another's contract"),
        pytest.param(replace(FULL, contracts=("C-1001", "C-9")), "not open", id="one contract too many"),
        pytest.param(replace(FULL, total=Money(133167, "USD")), "currencies", id="dollars"),
        pytest.param(replace(FULL, instalments=()), "no instalment", id="nothing to pay"),
        pytest.param(replace(FULL, debt_total=FULL.debt_total + CENT), "debt_total", id="a cent more owed"),
        pytest.param(replace(FULL, total=FULL.total - CENT), "payments come to", id="payments do not add up"),
        pytest.param(with_total(FULL, FULL.total + CENT), "more than is owed", id="a cent more than owed"),
        pytest.param(with_total(FULL, FULL.total - CENT), "no discount", id="full, less a cent"),
        pytest.param(with_total(SETTLED, SETTLED.total - CENT), "least permitted", id="a cent below level 2"),
        pytest.param(with_total(SETTLED, Money(0)), "not above zero", id="for nothing"),
        pytest.param(replace(SETTLED, discount_percent=Decimal("34.98")), "discount_percent", id="a rate that is not"),
        pytest.param(replace(SETTLED, entry=Payment(MONDAY, CENT)), "no entry", id="settlement with an entry"),
        pytest.param(paid_on(SETTLED, MONDAY + 16 * DAY), "falls due", id="promise a day too far"),
        pytest.param(paid_on(SETTLED, MONDAY - DAY), "falls due", id="promise in the past"),
        pytest.param(entry_of(PLANNED, due=MONDAY + 4 * DAY), "out of its window", id="entry a day late"),
        pytest.param(entry_of(PLANNED, due=MONDAY - DAY), "out of its window", id="entry in the past"),
        pytest.param(entry_of(PLANNED, amount=money("109.85")), "below the least", id="entry too small"),
        pytest.param(replace(PLANNED, entry=None), "below the least", id="no entry"),
        pytest.param(instalments_of(PLANNED, *[money("75.97")] * 13), "more than permitted", id="one instalment more"),
        pytest.param(instalments_of(PLANNED, *[money("49.99")] * 12), "below 5000 cents", id="instalments too small"),
        pytest.param(
            instalments_of(PLANNED, money("100"), money("101"), money("100")), "are equal", id="unequal instalments"
        ),
        pytest.param(
            instalments_of(PLANNED, money("100"), money("100"), money("100.03")), "are equal", id="too odd a last"
        ),
        pytest.param(
            instalments_of(PLANNED, money("100"), money("100"), money("99.99")), "are equal", id="a lesser last"
        ),
    ],
)
def test_each_limit_is_checked(offer: Offer, why: str) -> None:
    assert any(why in violation for violation in violations(offer, ANAS, MONDAY))


def test_a_plan_discount_is_only_a_share() -> None:
    # level 2 in a plan is 17.5 %: 1098.63; a cent less on the entry and on the total
    short = entry_of(PLANNED, amount=built_entry(PLANNED) - CENT)
    short = replace(short, total=PLANNED.total - CENT)
    assert violations(short, ANAS, MONDAY) == ("total is 109862 cents, below the least permitted",)


def built_entry(offer: Offer) -> Money:
    assert offer.entry is not None
    return offer.entry.amount


@pytest.mark.parametrize(
    ("moved", "why"),
    [
        pytest.param(lambda due: due + DAY, "not one of the creditor's", id="a day later"),
        pytest.param(lambda due: due.replace(day=15 if due.month == 12 else 10), "same day", id="one on another day"),
        pytest.param(lambda due: due.replace(year=due.year + (due.month == 1)), "same day", id="one in another year"),
        pytest.param(lambda due: due.replace(day=5), "9 days after", id="in the same two weeks as the entry"),
    ],
)
def test_dates_of_instalments_are_checked(moved: object, why: str) -> None:
    assert callable(moved)
    payments = tuple(replace(payment, due=moved(payment.due)) for payment in PLANNED.instalments)
    assert any(why in violation for violation in violations(replace(PLANNED, instalments=payments), ANAS, MONDAY))


def test_instalments_may_not_begin_months_later() -> None:
    late = built(plan(ANAS, MONDAY, Level.FIRST, due_day=10))
    payments = (*late.instalments[1:], Payment(date(2027, 12, 10), late.instalments[0].amount))
    late = replace(late, instalments=payments)
    assert any("45 days after" in violation for violation in violations(late, ANAS, MONDAY))


def test_an_entry_falls_due_on_a_business_day_or_today() -> None:
    friday = date(2026, 11, 27)
    offer = built(plan(ANAS, friday, Level.FIRST))
    sunday = entry_of(offer, due=date(2026, 11, 29))
    assert violations(sunday, ANAS, friday) == ("the entry falls due on 2026-11-29, not a business day",)
    saturday = date(2026, 11, 28)
    today = built(plan(ANAS, saturday, Level.FIRST, entry_due=saturday))
    assert violations(today, ANAS, saturday) == ()


def test_a_holiday_moves_the_window() -> None:
    closed = case(ANA, closed=frozenset({date(2026, 11, 25)}))
    friday = entry_of(built(plan(closed, MONDAY, Level.FIRST)), due=date(2026, 11, 27))
    assert violations(friday, closed, MONDAY) == ()
    assert violations(friday, ANAS, MONDAY) != ()


@pytest.mark.parametrize("days", [0, -4], ids=["due today", "not yet due"])
def test_a_debt_that_is_not_late_is_not_negotiated(days: int) -> None:
    debt = late_by(days)
    offer = replace(with_total(FULL, debt.principal), contracts=(debt.contract,), debt_total=debt.principal)
    assert violations(offer, case(debt), MONDAY) == (
        f"contract {debt.contract} is not past due: there is nothing to negotiate",
    )


def test_past_the_last_band_neither_discount_nor_plan() -> None:
    old = never_lapsing(case(late_by(1826)))
    whole = built(full(old, MONDAY, due=MONDAY))
    assert violations(whole, old, MONDAY) == ()
    less = replace(with_total(whole, whole.total - CENT), kind=OfferKind.SETTLEMENT)
    assert any("least permitted" in violation for violation in violations(less, old, MONDAY))
    split = replace(whole, kind=OfferKind.PLAN)
    assert violations(split, old, MONDAY) == ("a contract is outside every plan band: no plan is permitted",)


def test_without_a_least_entry_a_plan_may_have_none() -> None:
    free = case(ANA, limits=replace(LIMITS, plan=tuple(replace(b, entry_percent=Decimal(0)) for b in LIMITS.plan)))
    offer = built(plan(free, MONDAY, Level.FIRST))
    assert offer.entry is None
    assert violations(offer, free, MONDAY) == ()


def test_an_offer_does_not_outlive_its_day_unseen() -> None:
    assert any("debt_total" in violation for violation in violations(FULL, ANAS, MONDAY + DAY))


def test_one_of_several_debts_may_be_settled() -> None:
    both = case(*CARLOS)
    one = built(settlement(case(CARLOS[0]), MONDAY, Level.FIRST, due=MONDAY))
    assert violations(one, both, MONDAY) == ()


mutations = st.sampled_from(["entry cent", "instalment cent", "last cent", "total cent", "owed cent", "drop", "more"])


@settings(max_examples=100, deadline=None)
@given(random_cases(plannable=True), st.sampled_from(Level), st.integers(1, 3), mutations, st.sampled_from([-1, 1]))
def test_no_change_to_a_plan_goes_unseen(
    where: tuple[Case, date], level: Level, instalments: int, mutation: str, sign: int
) -> None:
    within, on = where
    offer = plan(within, on, level, instalments=instalments)
    assume(offer is not None)
    assert violations(_mutated(built(offer), mutation, Money(sign)), within, on) != ()


def _mutated(offer: Offer, mutation: str, step: Money) -> Offer:
    first, last = offer.instalments[0], offer.instalments[-1]
    match mutation:
        case "entry cent" if offer.entry is not None:
            return replace(offer, entry=replace(offer.entry, amount=offer.entry.amount + step))
        case "last cent":
            return replace(offer, instalments=(*offer.instalments[:-1], replace(last, amount=last.amount + step)))
        case "total cent":
            return replace(offer, total=offer.total + step)
        case "owed cent":
            return replace(offer, debt_total=offer.debt_total + step)
        case "drop":
            return replace(offer, instalments=offer.instalments[1:])
        case "more":
            return replace(offer, instalments=(*offer.instalments, last))
        case _:
            return replace(offer, instalments=(replace(first, amount=first.amount + step), *offer.instalments[1:]))


@settings(max_examples=100, deadline=None)
@given(random_cases(plannable=True), st.integers(0, 27), st.sampled_from([-1, 1]))
def test_no_instalment_moves_by_a_day_unseen(where: tuple[Case, date], which: int, sign: int) -> None:
    within, on = where
    offer = plan(within, on, Level.FIRST)
    assume(offer is not None and len(offer.instalments) > 1)
    payments = list(built(offer).instalments)
    which %= len(payments)
    payments[which] = replace(payments[which], due=payments[which].due + sign * DAY)
    assert violations(replace(built(offer), instalments=tuple(payments)), within, on) != ()


@settings(max_examples=100, deadline=None)
@given(random_cases(plannable=True))
def test_no_entry_is_put_off_by_a_day_unseen(where: tuple[Case, date]) -> None:
    within, on = where
    offer = plan(within, on, Level.FIRST)
    assume(offer is not None and offer.entry is not None)
    entry = built(offer).entry
    assert entry is not None
    assert violations(entry_of(built(offer), due=entry.due + DAY), within, on) != ()


@settings(max_examples=100, deadline=None)
@given(random_cases(plannable=True))
def test_no_discount_beyond_level_2_goes_unseen(where: tuple[Case, date]) -> None:
    """Each debt has half a cent of tolerance, so one cent less for each is always too little."""
    within, on = where
    offer = settlement(within, on, Level.SECOND, due=on)
    assume(offer is not None)
    lower = with_total(built(offer), built(offer).total - Money(len(built(offer).contracts) + 1))
    assert violations(lower, within, on) != ()
