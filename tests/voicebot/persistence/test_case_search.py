"""A person is found by CPF, and nobody by part of one."""

from __future__ import annotations

import pytest

from voicebot.application.portfolio_files import read_portfolio
from voicebot.persistence.case_search import PostgresCaseSearch
from voicebot.persistence.database import Database
from voicebot.persistence.portfolio_store import PortfolioStore
from voicebot.settings import ROOT

pytestmark = pytest.mark.postgres


async def test_a_person_is_found_by_the_whole_cpf_alone(database: Database) -> None:
    portfolio = read_portfolio(ROOT / "samples")
    await PortfolioStore(database).save(portfolio)
    search, ana = PostgresCaseSearch(database), portfolio.debtors["D001"]
    [case] = await search.cases_by_cpf(ana.cpf)
    assert case.debtor.ref == "D001"
    assert case.debts != ()
    for other in (ana.cpf[:3], "", "%", "00000000000"):
        assert await search.cases_by_cpf(other) == []
