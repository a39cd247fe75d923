"""Agreements and payments in the database: instalments settled, promises kept and broken, and the case that tells."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from tests.voicebot.persistence.calls import begun
from voicebot.application.portfolio_files import Portfolio, ReceivedPayment, read_portfolio
from voicebot.domain.money import Money
from voicebot.persistence.database import Database
from voicebot.persistence.portfolio_store import PaymentOutcome, PortfolioStore
from voicebot.persistence.promises import BrokenPromise, PostgresPromises
from voicebot.persistence.records import PostgresRecords
from voicebot.persistence.tables import AgreementRow, DebtRow
from voicebot.settings import ROOT

SAO_PAULO = ZoneInfo("America/Sao_Paulo")
MONDAY = datetime(2026, 11, 23, 10, tzinfo=SAO_PAULO)
CARLOS = "D002"
TERMS = {
    "contracts": ["C-1002", "C-1003"],
    "entry": {"due": "2026-11-26", "amount": "100.00"},
    "instalments": [{"due": "2026-12-10", "amount": "300.00"}, {"due": "2027-01-11", "amount": "300.00"}],
    "method": "pix",
    "channel": "sms",
    "confirmed": True,
    "teach_back": True,
}


@dataclass
class Book:
    database: Database
    store: PortfolioStore
    promises: PostgresPromises
    portfolio: Portfolio
    call: str

    async def pay(self, amount: str, on: str, contract: str = "C-1002") -> PaymentOutcome:
        day = date.fromisoformat(on)
        return await self.store.pay(ReceivedPayment(contract, day, Money.of(amount), "pix", f"{contract}-{on}"))

    async def state(self) -> str | None:
        async with self.database.transaction() as connection:
            return await connection.scalar(select(AgreementRow.state))

    async def open_contracts(self) -> set[str]:
        async with self.database.transaction() as connection:
            rows = await connection.scalars(
                select(DebtRow.contract).where(DebtRow.debtor_ref == CARLOS, DebtRow.status == "open")
            )
            return set(rows)

    async def broken(self, on: str) -> list[BrokenPromise]:
        return await self.promises.broken(datetime.fromisoformat(f"{on}T10:00").replace(tzinfo=SAO_PAULO))


@pytest.fixture
async def book(database: Database) -> Book:
    portfolio = replace(read_portfolio(ROOT / "samples"), payments=(), holds={})
    store, records = PortfolioStore(database), PostgresRecords(database)
    await store.save(portfolio)
    call = await begun(records, debtor_ref=CARLOS)
    await records.agree(call, TERMS, MONDAY)
    return Book(database, store, PostgresPromises(database), portfolio, call)


async def test_a_plan_is_kept_with_its_last_payment_and_its_contracts_are_closed_whatever_the_discount(
    book: Book,
) -> None:
    await book.pay("100.00", "2026-11-26")
    await book.pay("300.00", "2026-12-10", "C-1003")
    assert await book.state() == "open"
    assert await book.open_contracts() == {"C-1002", "C-1003"}

    assert await book.pay("300.00", "2027-01-11", "C-1003") is PaymentOutcome.CLOSED
    assert await book.state() == "kept"
    assert await book.open_contracts() == set()
    case = await book.store.case_by_ref(CARLOS)
    assert case is not None
    assert case.debts == ()

    before = await book.store.case_by_ref(CARLOS, on=date(2027, 1, 10))
    assert before is not None
    assert {debt.contract for debt in before.debts} == {"C-1002", "C-1003"}, "the day before the last payment"


async def test_loading_the_files_again_reopens_nothing_that_an_agreement_closed(book: Book) -> None:
    payment = ReceivedPayment("C-1002", date(2026, 11, 26), Money.of("700.00"), "pix", "E1")
    paid = replace(book.portfolio, payments=(payment,))
    assert (await book.store.save(paid)).closed == 2
    for again in (paid, book.portfolio):
        assert (await book.store.save(again)).closed == 0
        assert await book.open_contracts() == set()
    assert await book.state() == "kept"


async def test_payments_on_both_contracts_at_once_wait_for_each_other(book: Book) -> None:
    await asyncio.gather(
        *(book.pay("175.00", f"2026-11-{day}", contract) for day in (26, 27) for contract in ("C-1002", "C-1003"))
    )
    assert await book.state() == "kept"
    assert await book.open_contracts() == set()


async def test_a_promise_is_broken_only_by_date_grace_and_newer_payments_and_mended_by_a_late_one(book: Book) -> None:
    assert await book.broken("2026-12-01") == [], "no payment data: the money may be on its way"

    # Somebody else's payment shows that the data are newer than the date.
    await book.pay("1.00", "2026-11-27", "C-1001")
    assert await book.broken("2026-11-30") == [], "within the grace"
    missed = BrokenPromise(CARLOS, book.call, date(2026, 11, 26))
    assert await book.broken("2026-12-01") == [missed]
    assert await book.state() == "broken"
    assert await book.broken("2026-12-02") == [missed], "it stays broken"

    case = await book.store.case_by_ref(CARLOS, on=date(2026, 12, 1))
    assert case is not None
    assert case.broken_promise == date(2026, 11, 26)

    await book.pay("700.00", "2026-12-02")
    assert await book.broken("2026-12-03") == []
    assert await book.state() == "kept"


async def test_whoever_loads_payments_may_say_how_far_they_go(book: Book) -> None:
    await book.store.save(replace(book.portfolio, payments_until=date(2026, 11, 27)))
    assert len(await book.broken("2026-12-01")) == 1
    await book.store.save(replace(book.portfolio, payments_until=date(2026, 11, 20)))
    assert len(await book.broken("2026-12-01")) == 1, "what is known is not forgotten"


async def test_a_payment_newer_than_what_was_said_counts(book: Book) -> None:
    await book.store.save(replace(book.portfolio, payments_until=date(2026, 11, 20)))
    assert await book.broken("2026-12-01") == []
    await book.pay("1.00", "2026-11-27", "C-1001")
    assert len(await book.broken("2026-12-01")) == 1


async def test_a_new_agreement_after_a_broken_one_is_no_reproach(book: Book) -> None:
    await book.pay("1.00", "2026-11-30", "C-1001")
    records = PostgresRecords(book.database)
    again = {**TERMS, "entry": None, "instalments": [{"due": "2026-12-15", "amount": "700.00"}]}
    await records.agree(await begun(records, debtor_ref=CARLOS), again, MONDAY.replace(month=12, day=2))
    assert await book.broken("2026-12-03") == []
