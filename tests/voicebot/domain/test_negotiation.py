from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from tests.voicebot.domain.bargaining_cases import (
    ANA,
    CARLOS,
    LIMITS,
    MONDAY,
    case,
    debt,
    late_by,
    money,
    never_lapsing,
)
from voicebot.domain.dialogue.acts import Return
from voicebot.domain.limits import Level
from voicebot.domain.money import Money, total
from voicebot.domain.negotiation import (
    counter,
    full,
    ladder,
    last_promise_day,
    nearest_due_day,
    needs_return,
    permitted_due_days,
    plan,
    settlement,
    valid_until,
)
from voicebot.domain.offers import Offer, OfferKind, Payment
from voicebot.domain.portfolio import Case

ANAS = case(ANA)
CARLOSES = case(*CARLOS)
THURSDAY = date(2026, 11, 26)


def settled(offered_in: Case, level: Level) -> Offer:
    offer = settlement(offered_in, MONDAY, level, due=MONDAY)
    assert offer is not None
    return offer


def planned(offered_in: Case = ANAS, on: date = MONDAY, /, **wishes: Money | int | date | None) -> Offer:
    offer = plan(offered_in, on, Level.FIRST, **wishes)  # type: ignore[arg-type]  # wishes are told by name
    assert offer is not None
    return offer


class TestSettlement:
    @pytest.mark.parametrize(
        ("offered_in", "level", "owing", "comes_to", "percent"),
        [
            pytest.param(ANAS, Level.FIRST, "1331.67", "1065.34", "20.00", id="D001, 20 %"),
            pytest.param(ANAS, Level.SECOND, "1331.67", "865.59", "35.00", id="D001, 35 %"),
            pytest.param(CARLOSES, Level.FIRST, "994.19", "969.22", "2.51", id="D002: 5 % on one debt, 0 on the other"),
            pytest.param(CARLOSES, Level.SECOND, "994.19", "934.35", "6.02", id="D002: 10 % and 2 %"),
            pytest.param(
                case(debt("A", date(2026, 8, 30), "2310.00"), debt("B", date(2026, 9, 15), "89.70")),
                Level.SECOND,
                "2515.20",
                "2012.16",
                "20.00",
                id="D008: two debts in one band",
            ),
        ],
    )
    def test_each_debt_keeps_its_own_discount(
        self, offered_in: Case, level: Level, owing: str, comes_to: str, percent: str
    ) -> None:
        offer = settled(offered_in, level)
        assert (offer.debt_total, offer.total) == (money(owing), money(comes_to))
        assert offer.discount_percent == Decimal(percent)
        assert offer.instalments == (Payment(MONDAY, money(comes_to)),)
        assert offer.entry is None

    @pytest.mark.parametrize(
        ("days", "level", "permitted"),
        [
            pytest.param(0, Level.SECOND, False, id="on the due date: a reminder only"),
            pytest.param(1, Level.FIRST, False, id="first band, level 1 is nothing"),
            pytest.param(1, Level.SECOND, True, id="first band, level 2"),
            pytest.param(1825, Level.FIRST, True, id="last day of the last band"),
            pytest.param(1826, Level.SECOND, False, id="past the last band"),
        ],
    )
    def test_bands_decide_whether_there_is_a_discount(self, days: int, level: Level, permitted: bool) -> None:
        offer = settlement(case(late_by(days)), MONDAY, level, due=MONDAY)
        assert (offer is not None) == permitted

    def test_a_debt_not_yet_due_stays_out(self) -> None:
        assert settled(case(ANA, late_by(-4)), Level.FIRST).contracts == ("C-1001",)

    def test_a_discount_of_everything_leaves_nothing_to_offer(self) -> None:
        bands = tuple(replace(band, level_2=Decimal(100)) for band in LIMITS.settlement)
        generous = case(ANA, limits=replace(LIMITS, settlement=bands))
        assert settlement(generous, MONDAY, Level.SECOND, due=MONDAY) is None


class TestFull:
    def test_it_is_what_is_owed(self) -> None:
        offer = full(ANAS, MONDAY, due=MONDAY)
        assert offer is not None
        assert (offer.kind, offer.total, offer.discount_percent) == (OfferKind.FULL, money("1331.67"), Decimal("0.00"))

    def test_it_stands_past_the_last_band(self) -> None:
        offer = full(never_lapsing(case(late_by(1900))), MONDAY, due=MONDAY)
        assert offer is not None

    @pytest.mark.parametrize(
        ("days", "permitted"),
        [
            pytest.param(-1, False, id="yesterday"),
            pytest.param(0, True, id="today"),
            pytest.param(15, True, id="the last day of a promise"),
            pytest.param(16, False, id="a day too far"),
        ],
    )
    def test_a_promise_is_within_its_window(self, days: int, permitted: bool) -> None:
        assert (full(ANAS, MONDAY, due=MONDAY + timedelta(days=days)) is not None) == permitted

    @pytest.mark.parametrize("debts", [(), (late_by(0),), (late_by(-4),)], ids=["no debt", "due today", "not due"])
    def test_without_a_late_debt_nothing_is_offered(self, debts: tuple[()]) -> None:
        reminder = case(*debts)
        assert full(reminder, MONDAY, due=MONDAY) is None
        assert plan(reminder, MONDAY, Level.FIRST) is None
        assert counter(reminder, MONDAY, money("100"), monthly=False) is None
        assert counter(reminder, MONDAY, money("100"), monthly=True) is None
        assert ladder(reminder, MONDAY) == ()


class TestPlan:
    def test_a_hundred_and_twenty_a_month(self) -> None:
        offer = planned(monthly=money("120"))
        assert offer.total == money("1198.50")  # half of level 1's 20 %
        assert offer.discount_percent == Decimal("10.00")
        assert offer.entry == Payment(THURSDAY, money("120.00"))
        tens = [date(2026, 12, 10), *(date(2027, month, 10) for month in range(1, 10))]
        assert offer.instalments == tuple(Payment(due, money("107.85")) for due in tens)

    def test_several_debts_take_the_strictest_band(self) -> None:
        # 31-60: 20 %, 6 times; 1-30: 20 %, 3 times; half of 5 % on the older: 487.01 + 494.69
        offer = planned(CARLOSES)
        assert offer.total == money("981.70")
        assert offer.entry == Payment(THURSDAY, money("197.02"))  # 196.34, in reais, and the two odd cents
        assert [payment.amount for payment in offer.instalments] == [money("261.56")] * 3

    def test_nothing_named_gives_the_lightest(self) -> None:
        offer = planned()
        assert (offer.entry, len(offer.instalments)) == (Payment(THURSDAY, money("120.06")), 12)
        assert {payment.amount for payment in offer.instalments} == {money("89.87")}  # 1078.50 = 12 x 89.87 + 0.06

    @pytest.mark.parametrize(
        ("wishes", "entry", "count", "each"),
        [
            pytest.param({"instalments": 4}, "120.02", 4, "269.62", id="so many"),
            pytest.param({"entry": money("400")}, "400.00", 12, "66.54", id="a larger entry"),
            pytest.param({"entry": money("119.85")}, "119.85", 12, "89.88", id="the least entry to the cent"),
            pytest.param({"entry": money("400"), "monthly": money("200")}, "400.00", 5, "159.70", id="both"),
            pytest.param({"monthly": money("500"), "instalments": 5}, "500.00", 5, "139.70", id="as many, each below"),
            pytest.param({"monthly": money("119")}, "119.95", 11, "98.05", id="the least entry where it is more"),
            pytest.param({"monthly": money("94")}, "119.94", 12, "89.88", id="less than a tenth free, but it fits"),
            pytest.param({"monthly": money("2000")}, "119.85", 1, "1078.65", id="an entry of everything is no plan"),
        ],
    )
    def test_it_follows_what_was_named(self, wishes: dict[str, Money | int], entry: str, count: int, each: str) -> None:
        offer = planned(**wishes)
        assert offer.entry is not None
        assert (offer.entry.amount, len(offer.instalments)) == (money(entry), count)
        assert offer.instalments[0].amount == money(each)

    @pytest.mark.parametrize(
        "wishes",
        [
            pytest.param({"instalments": 13}, id="more than the band's twelve"),
            pytest.param({"instalments": 0}, id="none"),
            pytest.param({"entry": money("119.84")}, id="an entry a cent too small"),
            pytest.param({"entry": money("1200")}, id="an entry that leaves nothing"),
            pytest.param({"monthly": money("80")}, id="below the lightest instalment"),
            pytest.param({"monthly": money("100"), "instalments": 3}, id="too few for so little"),
            pytest.param({"due_day": 12}, id="not one of the creditor's days"),
            pytest.param({"entry_due": date(2026, 11, 27)}, id="entry a day too late"),
            pytest.param({"entry_due": date(2026, 11, 22)}, id="entry in the past"),
        ],
    )
    def test_what_the_limits_do_not_permit_is_none(self, wishes: dict[str, Money]) -> None:
        assert plan(ANAS, MONDAY, Level.FIRST, **wishes) is None  # type: ignore[arg-type]  # wishes are told by name

    def test_min_instalment_ends_the_splitting(self) -> None:
        small = case(late_by(45, "200.00"))  # 207.00, half of 5 %: 201.83; entry 41; the rest in fifties
        assert len(planned(small).instalments) == 3
        assert plan(small, MONDAY, Level.FIRST, instalments=4) is None
        assert plan(case(late_by(45, "50.00")), MONDAY, Level.FIRST) is None

    def test_the_least_entry_is_rounded_up(self) -> None:
        # 20 % of 102.33 = 20.466: less than 20.47 is too little, the half cent of tolerance is not used up
        small = case(late_by(10, "100.00"))
        assert plan(small, MONDAY, Level.FIRST, entry=money("20.46")) is None
        assert plan(small, MONDAY, Level.FIRST, entry=money("20.47")) is not None

    def test_level_2_is_half_of_level_2(self) -> None:
        offer = plan(ANAS, MONDAY, Level.SECOND, entry=money("400"))
        assert offer is not None
        assert (offer.discount_percent, offer.total) == (Decimal("17.50"), money("1098.63"))

    @pytest.mark.parametrize(
        "debts",
        [
            pytest.param((late_by(1826),), id="past the last band"),
            pytest.param((ANA, late_by(1826)), id="one of two past the last band"),
        ],
    )
    def test_past_the_last_band_there_is_no_plan(self, debts: tuple[()]) -> None:
        assert plan(never_lapsing(case(*debts)), MONDAY, Level.FIRST) is None

    def test_without_days_to_fall_due_there_is_no_plan(self) -> None:
        assert plan(case(ANA, limits=replace(LIMITS, due_days=(31,))), MONDAY, Level.FIRST) is None

    def test_without_a_least_entry_there_may_be_none(self) -> None:
        bands = tuple(replace(band, entry_percent=Decimal(0)) for band in LIMITS.plan)
        offer = planned(case(ANA, limits=replace(LIMITS, plan=bands)))
        assert offer.entry is None
        assert total([payment.amount for payment in offer.instalments]) == offer.total
        assert offer.instalments[0].due == date(2026, 12, 10)

    @pytest.mark.parametrize(
        ("on", "closed", "due"),
        [
            pytest.param(MONDAY, frozenset(), THURSDAY, id="Monday to Thursday"),
            pytest.param(date(2026, 11, 19), frozenset({date(2026, 11, 20)}), date(2026, 11, 25), id="past a holiday"),
            pytest.param(date(2026, 11, 27), frozenset(), date(2026, 12, 2), id="past a weekend"),
        ],
    )
    def test_the_entry_falls_due_on_the_last_business_day_allowed(
        self, on: date, closed: frozenset[date], due: date
    ) -> None:
        offer = planned(case(ANA, closed=closed), on)
        assert offer.entry is not None
        assert offer.entry.due == due

    @pytest.mark.parametrize(
        ("asked", "permitted"),
        [
            pytest.param(date(2026, 11, 28), True, id="today, though a Saturday"),
            pytest.param(date(2026, 11, 29), False, id="on Sunday nothing can be paid"),
            pytest.param(date(2026, 11, 30), True, id="on Monday"),
        ],
    )
    def test_the_entry_may_come_earlier(self, asked: date, permitted: bool) -> None:
        offer = plan(ANAS, date(2026, 11, 28), Level.FIRST, entry_due=asked)
        assert (offer is not None) == permitted

    @pytest.mark.parametrize(
        ("day", "first"),
        [
            pytest.param(5, date(2027, 1, 5), id="5 December is nine days after the entry"),
            pytest.param(10, date(2026, 12, 10), id="two weeks to the day"),
            pytest.param(15, date(2026, 12, 15), id="nineteen days"),
            pytest.param(None, date(2026, 12, 10), id="the day the debt itself fell due"),
        ],
    )
    def test_the_first_instalment_is_never_in_the_same_two_weeks(self, day: int | None, first: date) -> None:
        assert planned(due_day=day).instalments[0].due == first

    def test_without_a_day_of_its_own_the_first_comes_about_a_month_later(self) -> None:
        assert planned(CARLOSES).instalments[0].due == date(2026, 12, 20)  # 28 is not a day of the creditor's


class TestCounter:
    @pytest.mark.parametrize(
        ("asked", "comes_to"),
        [
            pytest.param("1400", "1065.34", id="more than enough: level 1 as for anyone"),
            pytest.param("1065.34", "1065.34", id="level 1 to the cent"),
            pytest.param("1065.33", "1052.02", id="21 %, no further than needed"),
            pytest.param("1000", "998.75", id="25 %"),
            pytest.param("865.59", "865.59", id="level 2 to the cent"),
            pytest.param("865.58", None, id="a cent out of reach"),
        ],
    )
    def test_at_once(self, asked: str, comes_to: str | None) -> None:
        offer = counter(ANAS, MONDAY, money(asked), monthly=False)
        assert (None if offer is None else offer.total) == (None if comes_to is None else money(comes_to))

    def test_level_2_may_be_kept_back(self) -> None:
        assert counter(ANAS, MONDAY, money("1000"), monthly=False, up_to=Level.FIRST) is None

    def test_where_level_1_is_nothing_the_full_amount_comes_first(self) -> None:
        offer = counter(case(late_by(10)), MONDAY, money("1100"), monthly=False)
        assert offer is not None
        assert offer.kind is OfferKind.FULL

    def test_each_debt_stops_at_its_own_level_2(self) -> None:
        # 9 % on the older (of 10), 2 % on the newer (of 2): 454.55 + 484.80
        offer = counter(CARLOSES, MONDAY, money("940"), monthly=False)
        assert offer is not None
        assert offer.total == money("939.35")

    def test_a_monthly_amount_gets_the_plan_that_fits(self) -> None:
        assert counter(ANAS, MONDAY, money("120"), monthly=True) == planned(monthly=money("120"))

    def test_enough_to_settle_at_once_is_settled_at_once(self) -> None:
        offer = counter(ANAS, MONDAY, money("1100"), monthly=True)
        assert offer is not None
        assert offer.kind is OfferKind.SETTLEMENT

    def test_an_entry_above_what_fits_is_out_of_reach(self) -> None:
        assert counter(ANAS, MONDAY, money("100"), monthly=True) is None  # the least entry is 119.85, or 109.87

    def test_level_2_brings_a_little_less_within_reach(self) -> None:
        offer = counter(ANAS, MONDAY, money("115"), monthly=True)
        assert offer is not None
        assert offer.discount_percent == Decimal("17.50")
        assert needs_return(ANAS, MONDAY, offer)
        assert counter(ANAS, MONDAY, money("115"), monthly=True, up_to=Level.FIRST) is None

    def test_the_day_named_is_kept(self) -> None:
        offer = counter(ANAS, MONDAY, money("120"), monthly=True, due_day=15)
        assert offer is not None
        assert {payment.due.day for payment in offer.instalments} == {15}


class TestLadder:
    def test_level_1_then_level_2_for_today_then_a_plan(self) -> None:
        steps = ladder(ANAS, MONDAY)
        assert [(step.offer.total, step.in_return) for step in steps] == [
            (money("1065.34"), Return.NONE),
            (money("865.59"), Return.TODAY),
            (money("1198.50"), Return.NONE),
        ]
        assert [step.offer.instalments[-1].due for step in steps] == [THURSDAY, MONDAY, date(2027, 5, 10)]
        assert [needs_return(ANAS, MONDAY, step.offer) for step in steps] == [False, True, False]

    def test_the_smaller_plan_comes_last(self) -> None:
        steps = ladder(case(ANA, limits=replace(LIMITS, max_concessions=9)), MONDAY)
        assert [len(step.offer.instalments) for step in steps] == [1, 1, 6, 12]

    def test_without_a_first_level_it_begins_with_the_second(self) -> None:
        assert [step.in_return for step in ladder(case(late_by(10)), MONDAY)] == [
            Return.TODAY,
            Return.NONE,
            Return.NONE,
        ]

    def test_a_second_level_that_gives_no_more_is_no_step(self) -> None:
        bands = tuple(replace(band, level_2=band.level_1) for band in LIMITS.settlement)
        steps = ladder(case(ANA, limits=replace(LIMITS, settlement=bands)), MONDAY)
        assert [step.offer.kind for step in steps] == [OfferKind.SETTLEMENT, OfferKind.PLAN, OfferKind.PLAN]

    def test_past_the_last_band_there_is_nothing_to_concede(self) -> None:
        assert ladder(never_lapsing(case(late_by(1826))), MONDAY) == ()

    def test_a_plan_of_one_instalment_is_one_step(self) -> None:
        steps = ladder(case(late_by(10, "100.00")), MONDAY)  # 102.33: entry 21, one of 81.33
        assert [len(step.offer.instalments) for step in steps] == [1, 1]

    def test_level_1_may_fall_due_when_the_caller_says(self) -> None:
        assert ladder(ANAS, MONDAY, due=date(2026, 12, 4))[0].offer.instalments[0].due == date(2026, 12, 4)


def test_dates_that_go_with_an_offer() -> None:
    assert last_promise_day(ANAS, MONDAY) == date(2026, 12, 8)
    assert valid_until(ANAS, MONDAY) == date(2026, 11, 28)


def test_due_days_are_those_that_every_month_has() -> None:
    odd = replace(LIMITS, due_days=(31, 20, 0, 5))
    assert permitted_due_days(odd) == (5, 20)
    assert [nearest_due_day(odd, day) for day in (1, 12, 13, 30)] == [5, 5, 20, 20]
    assert nearest_due_day(replace(LIMITS, due_days=()), 10) is None


def test_the_same_terms_have_the_same_id_and_others_another() -> None:
    offers = [planned(), planned(due_day=15), planned(instalments=11), settled(ANAS, Level.FIRST)]
    assert len({offer.id for offer in offers}) == len(offers)
    assert planned().id == planned(due_day=10).id == offers[0].id
    assert offers[0].id.isalnum()
