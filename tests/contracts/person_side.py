"""People, two creditors and what happens with them: one side in memory, one in PostgreSQL, for the contract suites."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import cache, partial
from zoneinfo import ZoneInfo

import pytest

from voicebot.application.call_record import CallRecords
from voicebot.application.portfolio_files import Portfolio, ReceivedPayment, read_portfolio
from voicebot.application.ports import CallBook, Histories, Speaker, SpokenLine
from voicebot.domain.compliance.engine import may_contact
from voicebot.domain.compliance.rules import Refused
from voicebot.domain.dialogue.phases import Direction, Disposition, Phase
from voicebot.domain.money import Money
from voicebot.domain.portfolio import Case, Channel
from voicebot.domain.promises import Received
from voicebot.persistence.database import Database
from voicebot.persistence.histories import PostgresHistories
from voicebot.persistence.portfolio_store import PortfolioStore
from voicebot.persistence.records import PostgresRecords
from voicebot.settings import ROOT
from voicebot.testing.memory_histories import MemoryHistories
from voicebot.testing.memory_records import MemoryRecords

SAO_PAULO = ZoneInfo("America/Sao_Paulo")
MONDAY = datetime(2026, 11, 23, 10, tzinfo=SAO_PAULO)
ANA, HER_OTHER_REF, HER_SON, STRANGER = "D001", "X001", "X002", "D008"
CONTRACT = "C-1001"


@cache
def samples() -> Portfolio:
    """The samples without their payment, so that each test says what was paid."""
    return replace(read_portfolio(ROOT / "samples"), payments=(), holds={})


@cache
def others() -> Portfolio:
    """Another creditor: Ana under another number, and her son under hers."""
    ana = samples().debtors[ANA]
    hers = replace(ana, ref=HER_OTHER_REF, phone="+5511977770009")
    son = replace(samples().debtors["D004"], ref=HER_SON, phone=ana.phone)
    debt = samples().debts[ANA][0]
    return replace(
        samples(),
        creditor=replace(samples().creditor, cnpj="99.888.777/0001-66", name="Outra S.A."),
        debtors={each.ref: each for each in (hers, son)},
        debts={HER_OTHER_REF: (debt,), HER_SON: (replace(debt, contract="X-2"),)},
    )


def case(ref: str = ANA) -> Case:
    portfolio = samples() if ref in samples().debtors else others()
    return portfolio.case(ref, on=MONDAY.date())


@dataclass(frozen=True)
class Side:
    """One implementation, and what happens in it."""

    records: CallRecords
    book: CallBook
    histories: Histories
    pays: Callable[[date, str], object]

    async def call(
        self,
        ref: str = ANA,
        *,
        at: datetime = MONDAY,
        direction: Direction = Direction.OUTBOUND,
        phone: str | None = None,
        disposition: Disposition | None = Disposition.NO_ANSWER,
        phase: Phase | None = None,
    ) -> str:
        call_id = await self.records.begin(
            str(uuid.uuid4()),
            direction=direction,
            provider="simulator",
            at=at,
            debtor_ref=ref,
            phone=phone or case(ref).debtor.phone,
        )
        if phase is not None:
            await self.records.add_line(call_id, SpokenLine(Speaker.AGENT, "...", at, None, None, phase=phase))
        if disposition is not None:
            await self.records.close(call_id, disposition, at)
        return call_id

    async def pay(self, day: date, amount: str) -> None:
        done = self.pays(day, amount)
        if asyncio.iscoroutine(done):
            await done

    async def dial(self, ref: str = ANA, *, at: datetime = MONDAY) -> Refused | str:
        call_id, who = str(uuid.uuid4()), case(ref)
        judge = partial(may_contact, who, Channel.VOICE, at)
        refused = await self.book.dial(
            call_id, who, judge, provider="simulator", at=at, owner="test", lease_until=at + timedelta(minutes=2)
        )
        return refused or call_id


@pytest.fixture(params=["memory", "postgres"])
async def person_side(request: pytest.FixtureRequest) -> AsyncIterator[Side]:
    if request.param == "memory":
        memory = MemoryRecords()
        for ref in (*samples().debtors, *others().debtors):
            memory.before.people[ref] = case(ref)

        def pay(day: date, amount: str) -> None:
            memory.before.payments.append(Received(CONTRACT, day, Money.of(amount)))

        yield Side(memory, memory, MemoryHistories(memory.before), pay)
        return
    database = Database(request.getfixturevalue("database_url"), patience_s=20.0)
    store, records = PortfolioStore(database), PostgresRecords(database)
    await store.save(samples())
    await store.save(others())

    async def pays(day: date, amount: str) -> None:
        payment = ReceivedPayment(CONTRACT, day, Money.of(amount), "pix", str(uuid.uuid4()))
        await store.pay(payment, creditor_cnpj=samples().creditor.cnpj)

    yield Side(records, records, PostgresHistories(database), pays)
    await database.dispose()


PLAN = {
    "contracts": [CONTRACT],
    "entry": {"due": "2026-11-26", "amount": "100.00"},
    "instalments": [{"due": "2026-12-10", "amount": "200.00"}, {"due": "2027-01-11", "amount": "200.00"}],
    "method": "pix",
    "channel": "whatsapp",
    "confirmed": True,
    "teach_back": True,
}
