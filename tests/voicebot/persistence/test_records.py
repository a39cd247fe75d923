"""What only the PostgreSQL records promise: idempotent writes and an index for each of many writers."""

from __future__ import annotations

import asyncio
import time
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select

from tests.voicebot.persistence.calls import NOW, StoppedClock, begun, said
from voicebot.application.call_record import UnknownCall
from voicebot.application.ports import MarkOutcome
from voicebot.domain.dialogue.phases import Disposition
from voicebot.persistence import operations
from voicebot.persistence.database import Database
from voicebot.persistence.messenger import OutboxMessenger
from voicebot.persistence.operations import Operation
from voicebot.persistence.records import PostgresRecords
from voicebot.persistence.tables import Base, MessageRow
from voicebot.testing.memory_records import MemoryMessenger

ZONES = [ZoneInfo(name) for name in ("America/Sao_Paulo", "America/Rio_Branco", "America/Noronha", "UTC")]
CALL = "9f1c0e62-2c43-4c4e-9a35-3c8f6f1f7d11"


async def test_every_write_repeated_counts_once(database: Database) -> None:
    records = PostgresRecords(database)
    call = await begun(records)
    later = (NOW + timedelta(days=1)).isoformat()
    writes = [
        operations.line(call, said("uma vez"), 0),
        operations.mark(call, 0, MarkOutcome.PLAYED, NOW),
        operations.event(call, "escalation", {"reason": "request", "urgency": "normal", "summary": "-"}, NOW),
        operations.event(call, "callback", {"at": later}, NOW),
        operations.agree(call, {"total": "10.00"}, NOW),
        operations.suppress(call, "stop", None, NOW),
        operations.close(call, Disposition.AGREEMENT, NOW),
    ]

    async def counts() -> dict[str, int]:
        async with database.transaction() as connection:
            return {
                name: await connection.scalar(select(func.count()).select_from(table)) or 0
                for name, table in Base.metadata.tables.items()
            }

    for write in writes:
        await records.apply(write)
    once = await counts()
    for write in writes:
        await records.apply(write)

    assert await counts() == once
    assert once["call_events"] == 2
    assert (once["escalations"], once["callbacks"], once["suppressions"], once["call_lines"]) == (1, 1, 1, 1)


async def test_many_writers_of_one_call_each_get_their_own_index(database: Database) -> None:
    records = PostgresRecords(database)
    call = await begun(records)

    indexes = await asyncio.gather(*(records.add_line(call, said(str(number))) for number in range(10)))

    assert sorted(indexes) == list(range(10))


async def test_a_line_whose_place_is_taken_goes_to_the_end(database: Database) -> None:
    records = PostgresRecords(database)
    call = await begun(records)
    await records.apply(operations.line(call, said("um"), 0))

    assert await records.apply(operations.line(call, said("outro"), 0)) == 1


async def test_text_that_postgres_cannot_hold_is_kept_as_far_as_it_goes(database: Database) -> None:
    records = PostgresRecords(database)
    call = await begun(records)
    await records.add_line(call, said("a\x00b\ud800c"))

    assert [each.line.text for each in await records.lines_since(call, 0)] == ["a\ufffdb?c"]


async def test_a_turns_writes_are_fast(database: Database) -> None:
    """A line and a mark belong to each turn, and a turn has 15 ms for all its own work."""
    records = PostgresRecords(database)
    call = await begun(records)
    took = []
    for number in range(30):
        began = time.perf_counter()
        await records.add_line(call, said(str(number)))
        took.append(time.perf_counter() - began)

    assert sorted(took)[len(took) // 2] < 0.1, "100 ms on a loaded machine; about 5 ms on an idle one"


@given(text=st.text(), at=st.datetimes(timezones=st.sampled_from(ZONES)), index=st.none() | st.integers(0, 9999))
def test_an_operation_survives_the_spool(text: str, at: datetime, index: int | None) -> None:
    line = operations.line(CALL, said(text), index)
    operation = Operation(kind=line.kind, call_id=line.call_id, at=at, data=line.data)
    read = Operation.from_bytes(operation.to_bytes())
    assert (read.kind, read.call_id, read.op_id, read.data) == (
        operation.kind,
        operation.call_id,
        operation.op_id,
        operation.data,
    )
    assert read.at.astimezone(UTC) == at.astimezone(UTC)
    assert read.at.utcoffset() == at.utcoffset()


@pytest.mark.parametrize("raw", [b"", b"{}", b"[]", b"\xff", b'{"kind": "line"}'])
def test_bytes_that_are_no_operation_are_refused(raw: bytes) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - any of json's and ours
        Operation.from_bytes(raw)


def test_a_naive_instant_is_refused_at_the_door() -> None:
    with pytest.raises(ValueError, match="naive"):
        operations.close(CALL, Disposition.FAILED, NOW.replace(tzinfo=None))
    with pytest.raises(ValueError, match="naive"):
        operations.suppress(CALL, "stop", NOW.replace(tzinfo=None), NOW)


def test_an_operation_does_not_show_its_words() -> None:
    assert "segredo" not in repr(operations.line(CALL, said("segredo"), 0))


@pytest.mark.parametrize(
    ("channel", "accepted"),
    [("whatsapp", True), ("sms", True), ("email", True), ("voice", False), ("pombo", False)],
)
async def test_a_message_is_accepted_when_it_is_committed(database: Database, channel: str, accepted: bool) -> None:
    call = await begun(PostgresRecords(database))

    fake = MemoryMessenger()
    assert await OutboxMessenger(database, StoppedClock()).send(call, channel, "Pix copia e cola") is accepted
    assert await fake.send(call, channel, "Pix copia e cola") is accepted
    assert bool(fake.sent) is accepted

    async with database.transaction() as connection:
        rows = (await connection.execute(select(MessageRow.channel, MessageRow.state))).all()
    assert [tuple(row) for row in rows] == ([(channel, "queued")] if accepted else [])


async def test_a_message_needs_a_call(database: Database) -> None:
    with pytest.raises(UnknownCall):
        await OutboxMessenger(database, StoppedClock()).send(CALL, "sms", "Pix")
