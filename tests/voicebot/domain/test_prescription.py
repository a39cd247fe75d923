"""Five years, to the day, and the same figure as the rule that keeps the dialler away."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from tests.voicebot.domain.dialogue.cases import case
from voicebot.domain.compliance.contact import AllPrescribed
from voicebot.domain.compliance.engine import rules_for
from voicebot.domain.prescription import YEARS, all_lapsed, collectible, lapsed


@pytest.mark.parametrize(
    ("due", "on", "is_lapsed"),
    [
        (date(2021, 11, 23), date(2026, 11, 22), False),
        (date(2021, 11, 23), date(2026, 11, 23), True),
        (date(2020, 2, 29), date(2025, 2, 28), False),
        (date(2020, 2, 29), date(2025, 3, 1), True),
    ],
    ids=["the day before", "the fifth anniversary", "leap day, the day before", "leap day, the first of March"],
)
def test_a_debt_lapses_on_its_fifth_anniversary(due: date, on: date, is_lapsed: bool) -> None:
    debt = replace(case().debts[0], due_date=due)
    assert lapsed(debt, "BR", on) is is_lapsed


def test_the_dialogue_and_the_calling_rule_use_the_same_years() -> None:
    (rule,) = (rule for rule in rules_for("BR") if isinstance(rule, AllPrescribed))
    assert rule.years == YEARS["BR"]


def test_no_debts_are_not_lapsed_debts() -> None:
    empty = replace(case(), debts=())
    assert not all_lapsed(empty, date(2026, 11, 23))


def test_where_no_term_is_known_nothing_is_dropped() -> None:
    mine = case()
    abroad = replace(mine, creditor=replace(mine.creditor, jurisdiction="US"))
    assert collectible(abroad, date(2050, 1, 1)) == abroad.debts
