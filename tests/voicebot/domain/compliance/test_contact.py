"""When contact is permitted: a row for each edge of each rule, and the next permitted instant found exactly."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.voicebot.domain.compliance.cases import ANA, CASE, DEBT, MORNING, at, case_in
from voicebot.domain.compliance.calling import next_call_time
from voicebot.domain.compliance.contact import Attempt, ContactHistory, anniversary
from voicebot.domain.compliance.engine import Permitted, Refused, may_contact, next_permitted, rules_for, stale
from voicebot.domain.compliance.errors import NaiveInstant, UnknownJurisdiction
from voicebot.domain.portfolio import Case, Channel, Hold

NONE: Final = ContactHistory()
VOICE: Final = Channel.VOICE


def judge(case: Case, when: str, history: ContactHistory = NONE, channel: Channel = VOICE) -> str | None:
    """Give the refusing rule's id, or None where contact is permitted."""
    verdict = may_contact(case, channel, at(when), history)
    return verdict.rule if isinstance(verdict, Refused) else None


def row(state: str, when: str, rule: str | None, why: str) -> object:
    return pytest.param(state, when, rule, id=f"{state}-{why.replace(' ', '-')}")


@pytest.mark.parametrize(
    ("state", "when", "rule"),
    [
        row("SP", "2026-11-23 07:59", "BR-SP-15426", "one minute before eight"),
        row("SP", "2026-11-23 08:00", None, "eight sharp"),
        row("SP", "2026-11-23 19:59", None, "one minute before eight at night"),
        row("SP", "2026-11-23 20:00", "BR-SP-15426", "eight at night"),
        row("SP", "2026-11-28 08:00", None, "saturday at eight"),
        row("SP", "2026-11-28 13:59", None, "saturday before two"),
        row("SP", "2026-11-28 14:00", "BR-SP-15426", "saturday at two"),
        row("SP", "2026-11-29 10:00", "BR-CLOSED-DAYS", "sunday"),
        row("RJ", "2026-11-23 08:59", "BR-RJ-7868", "before nine"),
        row("RJ", "2026-11-23 09:00", None, "nine"),
        row("RJ", "2026-11-23 19:00", "BR-RJ-7868", "seven at night"),
        row("RJ", "2026-11-28 10:00", "BR-RJ-7868", "no saturday"),
        row("ES", "2026-11-23 08:00", None, "eight"),
        row("ES", "2026-11-23 19:00", "BR-ES-10626", "seven at night"),
        row("ES", "2026-11-28 10:00", "BR-ES-10626", "no saturday"),
        row("AM", "2026-11-23 18:59", None, "before seven at night"),
        row("AM", "2026-11-23 19:00", "BR-AM-306", "seven at night"),
        row("AL", "2026-11-23 08:00", None, "eight"),
        row("AL", "2026-11-28 13:59", None, "saturday before two"),
        row("AL", "2026-11-28 14:00", "BR-AL-7782", "saturday at two"),
        row("BA", "2026-11-23 08:59", "BR-DEFAULT-HOURS", "before nine"),
        row("BA", "2026-11-23 19:59", None, "before eight at night"),
        row("BA", "2026-11-28 12:59", None, "saturday before one"),
        row("BA", "2026-11-28 13:00", "BR-DEFAULT-HOURS", "saturday at one"),
        row("??", "2026-11-23 08:59", "BR-UNKNOWN-UF-HOURS", "before nine"),
        row("??", "2026-11-23 18:59", None, "before seven at night"),
        row("", "2026-11-23 19:00", "BR-UNKNOWN-UF-HOURS", "seven at night"),
        row("", "2026-11-28 10:00", "BR-UNKNOWN-UF-HOURS", "no saturday"),
        row("sp", "2026-11-23 08:00", None, "lower case"),
    ],
)
def test_hours(state: str, when: str, rule: str | None) -> None:
    assert judge(case_in(state), when) == rule


def test_a_holiday_is_closed() -> None:
    christmas = case_in("SP", closed=frozenset({date(2026, 12, 25)}))
    verdict = may_contact(christmas, VOICE, at("2026-12-25 10:00"), NONE)
    assert verdict == Refused("BR-CLOSED-DAYS", "domingo ou feriado", at("2026-12-26 08:00"))


def test_an_email_may_go_out_at_night() -> None:
    assert judge(CASE, "2026-11-29 23:00", channel=Channel.EMAIL) is None


def tried(*instants: str, conversation: bool = False) -> ContactHistory:
    return ContactHistory(tuple(Attempt(at(each), conversation) for each in instants))


@pytest.mark.parametrize(
    ("history", "rule", "possible"),
    [
        pytest.param(tried("2026-11-23 08:30", "2026-11-23 09:00"), None, None, id="two attempts today"),
        pytest.param(
            tried("2026-11-23 08:10", "2026-11-23 08:30", "2026-11-23 09:00"),
            "BR-FREQ-DAY",
            "2026-11-24 08:00",
            id="three attempts today",
        ),
        pytest.param(
            tried("2026-11-23 08:30", conversation=True), "BR-FREQ-CONVERSATION", "2026-11-24 08:00", id="spoke today"
        ),
        pytest.param(tried("2026-11-22 23:59", conversation=True), None, None, id="spoke one minute before midnight"),
        pytest.param(
            tried(*(f"2026-11-{17 + step} 09:00" for step in range(7))),
            "BR-FREQ-WEEK",
            "2026-11-24 08:00",
            id="seven in seven days",
        ),
        pytest.param(tried(*(f"2026-11-{16 + step} 09:00" for step in range(7))), None, None, id="first is a week old"),
        pytest.param(
            replace(tried("2026-11-23 08:30", conversation=True), invited_on=date(2026, 11, 23)),
            None,
            None,
            id="asked to be called today",
        ),
        pytest.param(ContactHistory(stopped=frozenset({VOICE})), "BR-STOP", None, id="asked not to be called"),
        pytest.param(ContactHistory(stopped=frozenset({Channel.SMS})), None, None, id="stopped another channel"),
        pytest.param(ContactHistory(registers=frozenset({"SP"})), "BR-SP-DNC", None, id="on the register of SP"),
        pytest.param(ContactHistory(registers=frozenset({"PA"})), "BR-PA-DNC", None, id="on the register of PA"),
        pytest.param(ContactHistory(registers=frozenset({"RS"})), None, None, id="a register without collection"),
        pytest.param(
            ContactHistory(open_promise=date(2026, 11, 23)), "BR-PROMISE", "2026-11-26 08:00", id="promised for today"
        ),
        pytest.param(
            ContactHistory(open_promise=date(2026, 11, 19)),
            "BR-PROMISE",
            "2026-11-24 08:00",
            id="two business days of grace over a weekend",
        ),
        pytest.param(ContactHistory(open_promise=date(2026, 11, 18)), None, None, id="promise and grace are over"),
        pytest.param(ContactHistory(paid_on=date(2026, 11, 20)), "BR-PAID", "2026-11-25 08:00", id="paid on friday"),
        pytest.param(ContactHistory(paid_on=date(2026, 11, 10)), None, None, id="paid long ago"),
    ],
)
def test_history(history: ContactHistory, rule: str | None, possible: str | None) -> None:
    verdict = may_contact(CASE, VOICE, MORNING, history)
    if rule is None:
        assert verdict == Permitted(MORNING)
        return
    assert isinstance(verdict, Refused)
    assert (verdict.rule, verdict.possible_from) == (rule, at(possible) if possible else None)


@pytest.mark.parametrize(
    ("hold", "rule", "possible"),
    [
        (Hold("dispute", date(2026, 12, 23)), "BR-HOLD-DISPUTE", "2026-12-24 08:00"),
        (Hold("dispute", date(2026, 11, 22)), None, None),
        (Hold("dispute", MORNING.date()), "BR-HOLD-DISPUTE", "2026-11-24 08:00"),
        (Hold("lawyer", None), "BR-HOLD-LAWYER", None),
        (Hold("deceased", None), "BR-HOLD-DECEASED", None),
        (Hold("stop", None), "BR-HOLD-STOP", None),
        (Hold("wrong_number", None), "BR-HOLD-WRONG_NUMBER", None),
        (Hold("minor", None), "BR-HOLD-MINOR", None),
        (Hold("illness", date(2027, 1, 2)), "BR-HOLD-ILLNESS", "2027-01-04 08:00"),
        (Hold("something new", date(2026, 11, 24)), "BR-HOLD", "2026-11-25 08:00"),
    ],
)
def test_holds(hold: Hold, rule: str | None, possible: str | None) -> None:
    verdict = may_contact(case_in("SP", holds=(hold,)), VOICE, MORNING, NONE)
    if rule is None:
        assert verdict == Permitted(MORNING)
        return
    assert isinstance(verdict, Refused)
    assert (verdict.rule, verdict.possible_from) == (rule, at(possible) if possible else None)


@pytest.mark.parametrize(
    ("due", "rule"),
    [
        pytest.param(date(2021, 11, 23), "BR-PRESC", id="five years today"),
        pytest.param(date(2021, 11, 24), None, id="one day short of five years"),
        pytest.param(date(2020, 2, 10), "BR-PRESC", id="long ago"),
    ],
)
def test_prescription(due: date, rule: str | None) -> None:
    old = replace(DEBT, due_date=due)
    assert judge(replace(CASE, debts=(old,)), "2026-11-23 10:00") == rule
    assert judge(replace(CASE, debts=(old, DEBT)), "2026-11-23 10:00") is None


def test_a_prescribed_debt_never_becomes_possible_and_is_named_before_the_hour() -> None:
    case = replace(CASE, debts=(replace(DEBT, due_date=date(2020, 2, 10)),))
    verdict = may_contact(case, VOICE, at("2026-11-29 23:00"), NONE)
    assert verdict == Refused("BR-PRESC", "todos os débitos estão prescritos", None)


def test_a_waiting_rule_yields_to_one_that_will_never_allow() -> None:
    verdict = may_contact(CASE, VOICE, at("2026-11-23 23:00"), ContactHistory(stopped=frozenset({VOICE})))
    assert isinstance(verdict, Refused)
    assert verdict.rule == "BR-STOP"


def test_nothing_owed_is_no_reason_to_call() -> None:
    assert judge(replace(CASE, debts=()), "2026-11-23 10:00") == "BR-NOTHING-OWED"


def test_a_minor_is_left_alone_until_eighteen() -> None:
    young = replace(CASE, debtor=replace(ANA, birth_date=date(2008, 11, 24)))
    verdict = may_contact(young, VOICE, MORNING, NONE)
    assert isinstance(verdict, Refused)
    assert (verdict.rule, verdict.possible_from) == ("BR-LGPD-14", at("2026-11-24 08:00"))


def test_29_february_comes_of_age_in_march() -> None:
    assert anniversary(date(2008, 2, 29), 18) == date(2026, 3, 1)
    assert anniversary(date(2008, 2, 29), 4) == date(2012, 2, 29)


def american(history: ContactHistory, when: str = "2026-11-23 10:00") -> Permitted | Refused:
    case = replace(case_in("NY"), creditor=replace(CASE.creditor, jurisdiction="us"))
    return may_contact(case, VOICE, at(when), history)


@pytest.mark.parametrize(
    ("history", "when", "rule", "possible"),
    [
        pytest.param(NONE, "2026-11-23 07:59", "US-TIME", "2026-11-23 08:00", id="one minute before eight"),
        pytest.param(NONE, "2026-11-22 20:59", None, None, id="sunday before nine at night"),
        pytest.param(NONE, "2026-11-23 21:00", "US-TIME", "2026-11-24 08:00", id="nine at night"),
        pytest.param(
            tried(*(f"2026-11-{17 + step} 09:00" for step in range(7))),
            "2026-11-23 10:00",
            "US-7IN7",
            "2026-11-24 08:00",
            id="seven in seven",
        ),
        pytest.param(
            tried("2026-11-20 09:00", conversation=True),
            "2026-11-23 10:00",
            "US-7IN7-CONVERSATION",
            "2026-11-27 08:00",
            id="spoke three days ago",
        ),
    ],
)
def test_another_jurisdiction_is_data(
    history: ContactHistory, when: str, rule: str | None, possible: str | None
) -> None:
    verdict = american(history, when)
    if rule is None:
        assert isinstance(verdict, Permitted)
        return
    assert isinstance(verdict, Refused)
    assert (verdict.rule, verdict.possible_from) == (rule, at(possible) if possible else None)


def test_an_unknown_jurisdiction_says_which_are_known() -> None:
    with pytest.raises(UnknownJurisdiction, match="one of BR, US"):
        rules_for("XX")


def test_an_instant_without_a_zone_is_refused_at_the_door() -> None:
    with pytest.raises(NaiveInstant):
        may_contact(CASE, VOICE, MORNING.replace(tzinfo=None), NONE)


def test_a_callback_they_asked_for_only_keeps_to_the_hours() -> None:
    held = case_in("RJ", holds=(Hold("dispute", None),))
    assert next_call_time(held, at("2026-11-23 20:00")) == at("2026-11-24 09:00")
    assert next_call_time(held, at("2026-11-23 18:00")) == at("2026-11-23 18:00")


@pytest.mark.parametrize("code", ["BR", "US"])
def test_every_rule_has_its_own_id_a_source_and_a_date(code: str) -> None:
    rules = rules_for(code)
    assert len({rule.id for rule in rules}) == len(rules)
    assert all(rule.id.startswith(f"{code}-") and rule.cites and rule.reason for rule in rules)
    checked = max(rule.verified_on for rule in rules)
    assert stale(rules, checked + timedelta(days=180), 180) == ()
    assert stale(rules, checked + timedelta(days=181), 180) == rules


MINUTE: Final = timedelta(minutes=1)
STARTS: Final = st.integers(0, 12 * 24 * 60).map(lambda minutes: at("2026-11-20 00:00") + minutes * MINUTE)
HISTORIES: Final = st.builds(
    ContactHistory,
    attempts=st.lists(st.builds(Attempt, at=STARTS, conversation=st.booleans()), max_size=9).map(tuple),
    open_promise=st.none() | st.dates(date(2026, 11, 18), date(2026, 11, 27)),
    paid_on=st.none() | st.dates(date(2026, 11, 18), date(2026, 11, 25)),
    invited_on=st.none() | st.dates(date(2026, 11, 20), date(2026, 12, 2)),
)
CASES: Final = st.builds(
    case_in,
    st.sampled_from(["SP", "RJ", "AM", "BA", ""]),
    closed=st.frozensets(st.dates(date(2026, 11, 20), date(2026, 12, 5)), max_size=3),
    holds=st.lists(
        st.builds(Hold, st.just("dispute"), st.dates(date(2026, 11, 18), date(2026, 11, 28))), max_size=1
    ).map(tuple),
)


@settings(max_examples=40, deadline=None)
@given(CASES, STARTS, HISTORIES)
def test_the_next_permitted_instant_is_permitted_and_none_before_it_is(
    case: Case, start: datetime, history: ContactHistory
) -> None:
    found = next_permitted(case, VOICE, start, history)
    assert found is not None
    assert may_contact(case, VOICE, found, history) == Permitted(found)
    # Around the edges every minute is tried, between them every half hour: all rules turn on the half hour.
    steps = int((found - start) / MINUTE)
    for step in (step for step in range(steps) if step < 90 or steps - step < 90 or step % 30 == 0):
        assert isinstance(may_contact(case, VOICE, start + step * MINUTE, history), Refused)


@settings(max_examples=60, deadline=None)
@given(CASES, STARTS, HISTORIES)
def test_a_refusal_says_exactly_when_it_becomes_possible(case: Case, start: datetime, history: ContactHistory) -> None:
    verdict = may_contact(case, VOICE, start, history)
    if isinstance(verdict, Refused):
        assert verdict.possible_from == next_permitted(case, VOICE, start, history)
        assert verdict.possible_from is not None
        assert verdict.possible_from > start
