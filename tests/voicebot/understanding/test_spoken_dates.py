from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from num2words import num2words

from evaluation.benchmarks.entities import DATES, read
from evaluation.benchmarks.spoken_dates import Row, is_right, read_rows, score, spans
from evaluation.benchmarks.understanding import CORPORA
from voicebot.domain.calendar import BusinessCalendar
from voicebot.domain.dialogue.phases import Asks
from voicebot.domain.meaning import EntityType
from voicebot.understanding.feasts import easter, with_bank_days

MONDAY = datetime.fromisoformat("2026-11-23T10:00-03:00")
MONTHS = "janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro".split()


@pytest.mark.parametrize("row", [pytest.param(row, id=f"{row.now:%m-%d} {row.text}") for row in read_rows(DATES)])
def test_a_spoken_day_or_hour(row: Row) -> None:
    given_spans = spans(row, read(row.text, row.expecting, row.now))
    assert is_right(row, given_spans), given_spans


def test_the_list_is_long_enough() -> None:
    assert len(read_rows(DATES)) >= 400


@pytest.mark.parametrize("name", ["dates_blind.tsv", "dates_blind2.tsv"])
def test_lists_that_were_learnt_from_stay_understood(name: str) -> None:
    """Fails where a rule for one line breaks others: two authors' lists, opened after they were measured once."""
    right = score(read_rows(CORPORA / name), read).agreed
    assert right is not None
    assert right["value"] >= 0.96


@given(st.dates(date(1930, 1, 1), date(2010, 12, 31)))
def test_every_birth_date_survives_being_said(born: date) -> None:
    day, year = num2words(born.day, lang="pt_BR"), num2words(born.year, lang="pt_BR").replace(",", "")
    said = f"{day} de {MONTHS[born.month - 1]} de {year}"
    assert [each.value for each in read(said, Asks.BIRTH_DATE, MONDAY)] == [born.isoformat()]


@given(st.dates(date(1930, 1, 1), date(1999, 12, 31)))
def test_every_birth_date_survives_being_dictated(born: date) -> None:
    day, month, year = (num2words(each, lang="pt_BR") for each in (born.day, born.month, born.year % 100))
    said = f"{day} do {month} de {year}"
    assert [each.value for each in read(said, Asks.BIRTH_DATE, MONDAY)] == [born.isoformat()]


@given(st.integers(1, 31), st.integers(0, 400))
def test_a_day_of_the_month_is_the_next_one_that_has_it(day: int, later: int) -> None:
    now = MONDAY + timedelta(days=later)
    (entity,) = read(f"dia {num2words(day, lang='pt_BR')}", None, now)
    found = date.fromisoformat(entity.value or "")
    assert entity.type is EntityType.DATE
    assert found.day == day
    assert now.date() <= found <= now.date() + timedelta(days=62)


@given(st.integers(1, 23), st.sampled_from([0, 5, 10, 15, 20, 30, 45]))
def test_an_hour_as_a_recogniser_writes_it(hour: int, minute: int) -> None:
    expected = hour + 12 if hour <= 7 else hour  # without a period, people mean the hours in which they answer
    (entity,) = read(f"às {hour}:{minute:02d}", None, MONDAY)
    assert entity.value == f"{expected:02d}:{minute:02d}"


@pytest.mark.parametrize(
    ("year", "sunday"), [(2025, date(2025, 4, 20)), (2026, date(2026, 4, 5)), (2027, date(2027, 3, 28))]
)
def test_easter(year: int, sunday: date) -> None:
    assert easter(year) == sunday


def test_banks_close_on_carnival_though_it_is_no_holiday() -> None:
    banks = with_bank_days(BusinessCalendar(), 2027)
    assert not banks.is_business_day(date(2027, 2, 9))
    assert banks.nth_of_month(2027, 1, 5) == date(2027, 1, 8)  # the first is a holiday
