"""Which group a debtor belongs to, and how the creditor sounds."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from tests.voicebot.domain.bargaining_cases import DEBTOR, MONDAY
from tests.voicebot.domain.dialogue.cases import case
from voicebot.domain.money import Money
from voicebot.domain.portfolio import Debt
from voicebot.domain.segments import FREQUENT_FROM, NEW_WITHIN, Segment, Tone, segment_in, segment_of, tone_of


@pytest.mark.parametrize(
    ("customer_for", "defaults", "segment"),
    [
        pytest.param(NEW_WITHIN - timedelta(days=1), 0, Segment.NEW_CUSTOMER, id="a day short of a year"),
        pytest.param(NEW_WITHIN, 0, Segment.FIRST_TIME, id="a year, and never late"),
        pytest.param(timedelta(days=4000), 0, Segment.FIRST_TIME, id="an old customer, the first time"),
        pytest.param(timedelta(days=4000), 1, Segment.REGULAR, id="once before"),
        pytest.param(timedelta(days=30), 1, Segment.REGULAR, id="new, but late before"),
        pytest.param(timedelta(days=4000), FREQUENT_FROM, Segment.FREQUENT, id="twice before"),
        pytest.param(timedelta(days=30), 7, Segment.FREQUENT, id="new and often late"),
        pytest.param(
            timedelta(days=-3), 0, Segment.NEW_CUSTOMER, id="a customer only after the debt, as bought debts say"
        ),
    ],
)
def test_the_group(customer_for: timedelta, defaults: int, segment: Segment) -> None:
    debtor = replace(DEBTOR, customer_since=MONDAY - customer_for, previous_defaults=defaults)

    assert segment_of(debtor, MONDAY) is segment


@pytest.mark.parametrize(
    ("ref", "segment"),
    [
        pytest.param("D001", Segment.FIRST_TIME, id="Ana, since 2019"),
        pytest.param("D002", Segment.FREQUENT, id="Carlos, three times before"),
        pytest.param("D004", Segment.NEW_CUSTOMER, id="João, since June"),
    ],
)
def test_the_sample_debtors(ref: str, segment: Segment) -> None:
    assert segment_in(case(ref), MONDAY) is segment


def test_a_group_does_not_change_while_a_debt_grows_old() -> None:
    new = replace(case("D001").debtor, customer_since=date(2026, 1, 2), previous_defaults=0)
    debts = tuple(Debt(f"C-{month}", "Cartão", date(2026, month, 10), Money(100)) for month in (7, 3))
    told = replace(case("D001"), debtor=new, debts=debts)

    groups = {segment_in(told, MONDAY + timedelta(days=days)) for days in range(0, 700, 50)}

    assert groups == {Segment.NEW_CUSTOMER}


def test_before_the_due_date_today_counts_and_so_it_does_without_debts() -> None:
    debtor = replace(case("D001").debtor, customer_since=MONDAY - NEW_WITHIN + timedelta(days=1), previous_defaults=0)
    ahead = Debt("C-1", "Cartão", MONDAY + timedelta(days=10), Money(100))

    assert segment_in(replace(case("D001"), debtor=debtor, debts=(ahead,)), MONDAY) is Segment.NEW_CUSTOMER
    assert segment_in(replace(case("D001"), debtor=debtor, debts=()), MONDAY) is Segment.NEW_CUSTOMER


@pytest.mark.parametrize(
    ("written", "tone"),
    [
        ("formal", Tone.FORMAL),
        ("neutral", Tone.NEUTRAL),
        ("warm", Tone.WARM),
        ("shouting", Tone.NEUTRAL),
        ("", Tone.NEUTRAL),
    ],
)
def test_an_unknown_tone_sounds_neutral(written: str, tone: Tone) -> None:
    assert tone_of(replace(case("D001").creditor, tone=written)) is tone
