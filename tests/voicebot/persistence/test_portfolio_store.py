"""The sample portfolio in the database: loaded again and again, paid, replaced, and read back as cases."""

from __future__ import annotations

import asyncio
import uuid
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from tests.voicebot.persistence.calls import NOW, begun
from voicebot.application.portfolio_files import Portfolio, ReceivedPayment, read_portfolio
from voicebot.domain.charges import owed_all
from voicebot.domain.money import Money
from voicebot.domain.portfolio import Hold
from voicebot.persistence import creditor_json
from voicebot.persistence.database import Database
from voicebot.persistence.errors import PortfolioConflict
from voicebot.persistence.portfolio_rows import Changes
from voicebot.persistence.portfolio_store import PaymentOutcome, PortfolioStore, Saved
from voicebot.persistence.records import PostgresRecords
from voicebot.persistence.tables import DebtRow

SAMPLES = Path(__file__).parents[3] / "samples"
TODAY = date(2026, 11, 23)
NOTHING = Changes(0, 0)


@pytest.fixture
def portfolio() -> Portfolio:
    found = read_portfolio(SAMPLES)
    assert found.problems == ()
    return found


@pytest.fixture
def store(database: Database) -> PortfolioStore:
    return PortfolioStore(database)


async def statuses(database: Database) -> dict[str, str]:
    async with database.transaction() as connection:
        rows = (await connection.execute(select(DebtRow.contract, DebtRow.status))).all()
    return {contract: status for contract, status in rows}


async def test_a_case_from_the_database_is_the_case_from_the_files(store: PortfolioStore, portfolio: Portfolio) -> None:
    await store.save(portfolio)
    for ref in portfolio.debtors:
        stored, filed = await store.case_by_ref(ref, on=TODAY), portfolio.case(ref, on=TODAY)
        assert stored is not None
        assert stored == replace(filed, debts=stored.debts)
        assert set(stored.debts) == set(filed.debts)


async def test_loading_twice_changes_nothing(store: PortfolioStore, portfolio: Portfolio) -> None:
    first = await store.save(portfolio)
    assert first.creditor.added == 1
    assert first.debtors.added == len(portfolio.debtors)
    assert first.debts.added == sum(len(own) for own in portfolio.debts.values())
    assert first.new_payments == len(portfolio.payments)

    assert await store.save(portfolio) == Saved(NOTHING, NOTHING, NOTHING, NOTHING, 0, 0, 0)
    assert await store.save(portfolio, replace=True) == Saved(NOTHING, NOTHING, NOTHING, NOTHING, 0, 0, 0)


async def test_two_loads_at_once_are_one(store: PortfolioStore, portfolio: Portfolio) -> None:
    saved = await asyncio.gather(store.save(portfolio), store.save(portfolio))
    assert sorted(each.debtors.added for each in saved) == [0, len(portfolio.debtors)]


async def test_a_changed_row_updates_alone(store: PortfolioStore, portfolio: Portfolio) -> None:
    await store.save(portfolio)
    ana = replace(portfolio.debtors["D001"], phone="+5511977770009")
    changed = replace(portfolio, debtors={**portfolio.debtors, "D001": ana})

    assert (await store.save(changed)).debtors == Changes(0, 1)

    case = await store.case_by_ref("D001")
    assert case is not None
    assert case.debtor == ana


async def test_limits_change_with_the_creditors_file(store: PortfolioStore, portfolio: Portfolio) -> None:
    await store.save(portfolio)
    limits = replace(portfolio.creditor.limits, plan_discount_of_settlement=Decimal("0.25"))
    tighter = replace(portfolio, creditor=replace(portfolio.creditor, limits=limits))

    assert (await store.save(tighter)).creditor == Changes(0, 1)

    case = await store.case_by_ref("D001")
    assert case is not None
    assert case.creditor.limits == limits


def without(portfolio: Portfolio, contract: str) -> Portfolio:
    debts = {ref: tuple(each for each in own if each.contract != contract) for ref, own in portfolio.debts.items()}
    return replace(portfolio, debts=debts)


@pytest.mark.parametrize(
    ("replaced", "status"),
    [
        pytest.param(False, "open", id="left alone"),
        pytest.param(True, "withdrawn", id="closed as withdrawn where the file replaces"),
    ],
)
async def test_a_contract_missing_from_a_later_file(
    store: PortfolioStore, database: Database, portfolio: Portfolio, replaced: bool, status: str
) -> None:
    await store.save(portfolio)
    saved = await store.save(without(portfolio, "C-1001"), replace=replaced)

    assert saved.withdrawn == int(replaced)
    assert (await statuses(database))["C-1001"] == status
    case = await store.case_by_ref("D001")
    assert case is not None
    assert bool(case.debts) is not replaced

    await store.save(portfolio)
    assert (await statuses(database))["C-1001"] == "open", "it came back"


async def test_the_samples_payment_closes_its_contract(
    store: PortfolioStore, database: Database, portfolio: Portfolio
) -> None:
    await store.save(portfolio)
    found = await statuses(database)
    assert found["C-1002"] == "paid"
    assert found["C-1003"] == "open"


async def test_a_payment_counts_once_however_often_it_is_reported(store: PortfolioStore, portfolio: Portfolio) -> None:
    await store.save(portfolio)
    part = ReceivedPayment("C-1001", TODAY, Money.of("331.67"), "pix", "E1")

    outcomes = await asyncio.gather(*(store.pay(part) for _ in range(5)))

    assert sorted(outcomes) == sorted([PaymentOutcome.REDUCED, *[PaymentOutcome.REPEATED] * 4])
    case = await store.case_by_ref("D001")
    assert case is not None
    # 1331.67 owed that day less 331.67, the odd cent in the debtor's favour
    assert [str(each.total) for each in owed_all(case, TODAY)] == ["999.99"]

    rest = ReceivedPayment("C-1001", TODAY, Money.of("1000.00"), "pix", "E2")
    assert await store.pay(rest) is PaymentOutcome.CLOSED
    after = await store.case_by_ref("D001")
    assert after is not None
    assert after.debts == ()
    assert "D001" not in await store.refs()


async def test_payments_that_only_together_close_a_debt_close_it_when_they_come_at_once(
    store: PortfolioStore, database: Database, portfolio: Portfolio
) -> None:
    await store.save(portfolio)
    parts = [ReceivedPayment("C-1001", TODAY, Money.of("266.34"), "pix", f"E{number}") for number in range(5)]

    outcomes = await asyncio.gather(*(store.pay(part) for part in parts))

    assert outcomes.count(PaymentOutcome.CLOSED) == 1
    assert (await statuses(database))["C-1001"] == "paid"
    assert await store.pay(replace(parts[0], txid="E9")) is PaymentOutcome.CLOSED, "one too many reopens nothing"


async def test_a_payment_after_the_day_asked_for_does_not_count_yet(
    store: PortfolioStore, portfolio: Portfolio
) -> None:
    await store.save(portfolio)
    await store.pay(ReceivedPayment("C-1001", TODAY + timedelta(days=1), Money.of("2000.00"), "pix", "E1"))

    before, after = (await store.case_by_ref("D001", on=TODAY), await store.case_by_ref("D001"))
    assert before is not None
    assert after is not None
    assert [debt.contract for debt in before.debts] == ["C-1001"]
    assert after.debts == ()


async def test_a_payment_for_no_contract_of_ours(store: PortfolioStore, portfolio: Portfolio) -> None:
    await store.save(portfolio)
    stray = ReceivedPayment("C-9999", TODAY, Money.of("1.00"), "pix", "E1")
    assert await store.pay(stray) is PaymentOutcome.UNKNOWN_CONTRACT


def of_another(portfolio: Portfolio) -> Portfolio:
    """The same contracts under another creditor, with other debtors."""
    creditor = replace(portfolio.creditor, cnpj="99.888.777/0001-66", name="Outra S.A.")
    debtors = {f"X{ref}": replace(debtor, ref=f"X{ref}") for ref, debtor in portfolio.debtors.items()}
    debts = {f"X{ref}": own for ref, own in portfolio.debts.items()}
    return replace(portfolio, creditor=creditor, debtors=debtors, debts=debts, payments=(), holds={})


async def test_two_creditors_may_use_the_same_contract_number(store: PortfolioStore, portfolio: Portfolio) -> None:
    await store.save(portfolio)
    await store.save(of_another(portfolio))
    payment = ReceivedPayment("C-1001", TODAY, Money.of("5000.00"), "pix", "E1")

    with pytest.raises(PortfolioConflict, match="2 creditors"):
        await store.pay(payment)
    assert await store.pay(payment, creditor_cnpj=portfolio.creditor.cnpj) is PaymentOutcome.CLOSED

    other = await store.case_by_ref("XD001")
    assert other is not None
    assert [debt.contract for debt in other.debts] == ["C-1001"]


async def test_a_reference_belongs_to_one_creditor_and_a_refused_load_leaves_nothing(
    store: PortfolioStore, portfolio: Portfolio
) -> None:
    await store.save(portfolio)
    thief = replace(of_another(portfolio), debtors=portfolio.debtors, debts=portfolio.debts)

    with pytest.raises(PortfolioConflict, match="D001"):
        await store.save(thief)

    assert (await store.save(of_another(portfolio))).creditor.added == 1, "the refused creditor was not kept"


async def test_a_caller_is_found_by_number_only_where_it_is_one_persons(
    store: PortfolioStore, portfolio: Portfolio
) -> None:
    await store.save(portfolio)
    ana = portfolio.debtors["D001"]
    found = await store.case_by_phone(ana.phone)
    assert found is not None
    assert found.debtor == ana
    assert await store.case_by_phone("+5500000000000") is None
    assert await store.case_by_ref("D999") is None

    shared = replace(portfolio.debtors["D002"], phone=ana.phone)
    await store.save(replace(portfolio, debtors={**portfolio.debtors, "D002": shared}))
    assert await store.case_by_phone(ana.phone) is None


async def test_holds_of_the_file_and_of_calls_come_together(
    store: PortfolioStore, database: Database, portfolio: Portfolio
) -> None:
    await store.save(portfolio)
    records = PostgresRecords(database)
    call = await begun(records, debtor_ref="D005", phone=portfolio.debtors["D005"].phone)
    # The evening of the 30th in Brazil is the 1st in UTC: the debtor's day counts.
    evening = NOW.replace(month=11, day=30, hour=23, minute=59)
    await records.suppress(call, "illness", evening, NOW)
    await records.suppress(call, "stop", None, NOW)

    case = await store.case_by_ref("D005")
    assert case is not None
    assert case.holds == (
        *portfolio.holds["D005"],
        Hold("illness", date(2026, 11, 30)),
        Hold("stop", None),
    )


async def test_a_wrong_number_binds_the_number_not_the_person(
    store: PortfolioStore, database: Database, portfolio: Portfolio
) -> None:
    await store.save(portfolio)
    ana = portfolio.debtors["D001"]
    records = PostgresRecords(database)
    await records.suppress(await begun(records, debtor_ref="D001", phone=ana.phone), "wrong_number", None, NOW)
    case = await store.case_by_ref("D001")
    assert case is not None
    assert case.holds == (Hold("wrong_number", None),)

    moved = replace(ana, phone="+5511977770009")
    await store.save(replace(portfolio, debtors={**portfolio.debtors, "D001": moved}))
    case = await store.case_by_ref("D001")
    assert case is not None
    assert case.holds == ()


async def test_a_replacing_file_lifts_the_holds_it_no_longer_has(store: PortfolioStore, portfolio: Portfolio) -> None:
    await store.save(portfolio)
    freed = replace(portfolio, holds={})
    assert (await store.save(freed)).holds == NOTHING
    assert (await store.save(freed, replace=True)).holds == Changes(0, 1)
    case = await store.case_by_ref("D005")
    assert case is not None
    assert case.holds == ()


async def test_a_large_portfolio_goes_in_batches(store: PortfolioStore, portfolio: Portfolio) -> None:
    ana, debt = portfolio.debtors["D001"], portfolio.debts["D001"][0]
    refs = [f"L{number}" for number in range(1201)]
    large = replace(
        portfolio,
        debtors={ref: replace(ana, ref=ref) for ref in refs},
        debts={ref: (replace(debt, contract=str(uuid.uuid4())),) for ref in refs},
        payments=(),
        holds={},
    )
    assert (await store.save(large)).debts == Changes(1201, 0)
    assert await store.save(large, replace=True) == Saved(NOTHING, NOTHING, NOTHING, NOTHING, 0, 0, 0)


@given(percent=st.decimals(0, 100, allow_nan=False, places=6), share=st.decimals(0, 1, allow_nan=False, places=3))
def test_decimals_of_limits_stay_exact(percent: Decimal, share: Decimal) -> None:
    creditor = read_portfolio(SAMPLES).creditor
    band = replace(creditor.limits.settlement[0], level_1=percent)
    limits = replace(creditor.limits, settlement=(band,), plan_discount_of_settlement=share)
    changed = replace(creditor, limits=limits)

    back = creditor_json.from_json(creditor_json.to_json(changed))

    assert back == changed
    assert str(back.limits.settlement[0].level_1) == str(percent)
