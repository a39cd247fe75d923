"""The export read from PostgreSQL: what is in, what is out, in which order, and whose it is."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.voicebot.persistence.calls import NOW, begun
from voicebot.application.export import Exported, export
from voicebot.application.portfolio_files import read_portfolio
from voicebot.domain.dialogue.phases import Disposition
from voicebot.persistence.database import Database
from voicebot.persistence.exporting import PostgresExport
from voicebot.persistence.portfolio_store import PortfolioStore
from voicebot.persistence.records import PostgresRecords

SAMPLES = Path(__file__).parents[3] / "samples"
CNPJ = "11.222.333/0001-81"
MINUTE = timedelta(minutes=1)
TERMS: dict[str, Any] = {"total": "10.00", "contracts": ["C-1001"], "instalments": [], "entry": None, "method": "pix"}


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


@pytest.fixture
def records(database: Database) -> PostgresRecords:
    return PostgresRecords(database)


async def test_only_calls_closed_since_are_outcomes_in_order(database: Database, records: PostgresRecords) -> None:
    early, late, on_time, open_call = [await begun(records) for _ in range(4)]
    await records.close(late, Disposition.REFUSED, NOW + MINUTE)
    await records.close(on_time, Disposition.CALLBACK, NOW)
    await records.close(early, Disposition.BUSY, NOW - MINUTE)

    async with PostgresExport(database).snapshot() as snapshot:
        found = [(call.call_id, call.disposition) async for call in snapshot.closed_calls(NOW)]

    assert found == [(on_time, "callback"), (late, "refused")]
    assert open_call not in dict(found)


async def test_an_outcome_tells_the_callback_and_the_highest_urgency(
    database: Database, records: PostgresRecords
) -> None:
    call = await begun(records, debtor_ref="D001")
    for urgency in ("normal", "immediate", "today"):
        await records.record_event(call, "escalation", {"reason": "x", "urgency": urgency, "summary": "y"}, NOW)
    for hours in (2, 1):
        await records.record_event(call, "callback", {"at": (NOW + timedelta(hours=hours)).isoformat()}, NOW)
    await records.close(call, Disposition.HANDED_OVER, NOW)

    async with PostgresExport(database).snapshot() as snapshot:
        (outcome,) = [each async for each in snapshot.closed_calls(NOW)]

    assert (outcome.escalation, outcome.callback_at) == ("immediate", NOW + timedelta(hours=2))
    assert (outcome.debtor_ref, outcome.closed_by) == ("D001", "owner")


async def test_agreements_and_suppressions_since(database: Database, records: PostgresRecords) -> None:
    old, new = await begun(records), await begun(records, debtor_ref="D001", phone="+5511988880001")
    await records.agree(old, TERMS, NOW - MINUTE)
    await records.agree(new, TERMS, NOW)
    await records.suppress(old, "stop", None, NOW - MINUTE)
    await records.suppress(new, "dispute", NOW + timedelta(days=30), NOW)

    async with PostgresExport(database).snapshot() as snapshot:
        (agreement,) = [each async for each in snapshot.agreements(NOW)]
        (suppression,) = [each async for each in snapshot.suppressions(NOW)]

    assert (agreement.call_id, agreement.terms, agreement.state, agreement.agreed_at) == (new, TERMS, "open", NOW)
    assert (suppression.call_id, suppression.kind) == (new, "dispute")
    assert suppression.until == NOW + timedelta(days=30)


async def test_each_creditor_can_have_its_own_and_an_unknown_caller_is_nobodys(
    database: Database, records: PostgresRecords
) -> None:
    await PortfolioStore(database).save(read_portfolio(SAMPLES))
    known, unknown = await begun(records, debtor_ref="D001"), await begun(records)
    for call in (known, unknown):
        await records.close(call, Disposition.REFUSED, NOW)

    async def calls(cnpj: str | None) -> set[tuple[str, str | None]]:
        async with PostgresExport(database, creditor_cnpj=cnpj).snapshot() as snapshot:
            return {(call.call_id, call.creditor_cnpj) async for call in snapshot.closed_calls(NOW)}

    assert await calls(None) == {(known, CNPJ), (unknown, None)}
    assert await calls(CNPJ) == {(known, CNPJ)}
    assert await calls("11.444.777/0001-61") == set()


async def test_a_snapshot_does_not_see_what_is_written_while_it_is_read(
    database: Database, records: PostgresRecords
) -> None:
    call = await begun(records)
    await records.close(call, Disposition.AGREEMENT, NOW)
    async with PostgresExport(database).snapshot() as snapshot:
        assert [each.call_id async for each in snapshot.closed_calls(NOW)] == [call]
        await records.agree(call, TERMS, NOW)
        assert [each async for each in snapshot.agreements(NOW)] == []


async def test_the_files_from_the_database_are_the_same_twice(
    database: Database, records: PostgresRecords, tmp_path: Path
) -> None:
    calls = [await begun(records, debtor_ref="D001", phone="+5511988880001") for _ in range(3)]
    for call in calls:
        await records.agree(call, TERMS, NOW)
        await records.suppress(call, "wrong_number", None, NOW)
        await records.close(call, Disposition.AGREEMENT, NOW)

    source = PostgresExport(database)
    once = await export(source, NOW, tmp_path)
    first = contents(tmp_path)
    again = await export(source, NOW, tmp_path)

    assert once == again == Exported(3, 3, 3)
    assert contents(tmp_path) == first
