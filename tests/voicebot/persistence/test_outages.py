"""What happens when the database goes away in the middle of a call."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from tests.voicebot.persistence.calls import NOW, StoppedClock, begun, said
from tests.voicebot.persistence.outages import MortalServer, mortal_server
from voicebot.application.ports import MarkOutcome, RecordsUnavailable
from voicebot.domain.dialogue.phases import Disposition
from voicebot.persistence.buffered import BufferedRecords
from voicebot.persistence.database import Database
from voicebot.persistence.messenger import OutboxMessenger
from voicebot.persistence.records import PostgresRecords
from voicebot.persistence.sealed import generate_key, read_key

pytestmark = pytest.mark.postgres

KEY = read_key(generate_key())
A_TURN_S = 1.5
"""Generous for a loaded machine: the patience in the buffer is half a second."""


@pytest.fixture(scope="module")
def server() -> Iterator[MortalServer]:
    with mortal_server() as running:
        yield running


@pytest.fixture
async def records(server: MortalServer) -> AsyncIterator[PostgresRecords]:
    database = Database(server.url)
    yield PostgresRecords(database)
    await database.dispose()


def files(folder: Path) -> list[Path]:
    return list(folder.iterdir())


async def texts(records: PostgresRecords, call: str) -> list[tuple[int, str]]:
    return [(each.index, each.line.text) for each in await records.lines_since(call, 0)]


async def test_a_call_goes_on_while_the_database_restarts(
    server: MortalServer, records: PostgresRecords, tmp_path: Path
) -> None:
    call = await begun(records, debtor_ref="D001", phone="+5511988880001")
    async with BufferedRecords(records, tmp_path, KEY, retry_s=0.05) as buffered:
        buffered.began(call)
        await buffered.add_line(call, said("antes"))
        server.stop()
        indexes = [await buffered.add_line(call, said(f"durante {number}")) for number in range(5)]
        await buffered.mark(call, 2, MarkOutcome.PLAYED, NOW)
        await buffered.suppress(call, "dispute", NOW + timedelta(days=30), NOW)
        await buffered.refuse(call, "MakeOffer/1", "figures", NOW)
        await buffered.agree(call, {"total": "1065.34"}, NOW)
        await buffered.close(call, Disposition.AGREEMENT, NOW)
        assert buffered.waiting == 10
        server.start()
        await buffered.settled()
        assert buffered.waiting == 0

    assert indexes == [1, 2, 3, 4, 5]
    assert await texts(records, call) == [(0, "antes"), *((n + 1, f"durante {n}") for n in range(5))]
    found = await records.outcome(call)
    assert (found.disposition, found.incidents, found.agreement) == (Disposition.AGREEMENT, 1, {"total": "1065.34"})
    assert found.suppressions == (("dispute", NOW + timedelta(days=30)),)
    assert (await records.lines_since(call, 2))[0].heard is MarkOutcome.PLAYED
    assert files(tmp_path) == [], "nothing waits on the disk any more"


async def test_a_frozen_database_costs_a_turn_little_and_nothing_counts_twice(
    server: MortalServer, records: PostgresRecords, tmp_path: Path
) -> None:
    call = await begun(records)
    async with BufferedRecords(records, tmp_path, KEY, retry_s=0.05) as buffered:
        buffered.began(call)
        await buffered.add_line(call, said("antes"))
        with server.frozen():
            for number in range(3):
                began = time.perf_counter()
                await buffered.add_line(call, said(f"gelado {number}"))
                assert time.perf_counter() - began < A_TURN_S
        await buffered.settled()

    assert await texts(records, call) == [(0, "antes"), (1, "gelado 0"), (2, "gelado 1"), (3, "gelado 2")]


async def test_what_a_killed_process_left_is_replayed_by_the_next(
    server: MortalServer, records: PostgresRecords, tmp_path: Path
) -> None:
    call = await begun(records)
    async with BufferedRecords(records, tmp_path, KEY, retry_s=3600) as dying:
        dying.began(call)
        server.stop()
        await dying.add_line(call, said("a última linha"))
        # Its end finds the database still away, as a kill would.
    [left] = files(tmp_path)
    assert left.stat().st_mode & 0o777 == 0o600
    assert "última".encode() not in left.read_bytes(), "encrypted"

    server.start()
    async with BufferedRecords(records, tmp_path, KEY) as following:
        await following.settled()
    assert await texts(records, call) == [(0, "a última linha")]
    assert files(tmp_path) == []


async def test_a_living_process_keeps_its_own_spool(
    server: MortalServer, records: PostgresRecords, tmp_path: Path
) -> None:
    call = await begun(records)
    async with BufferedRecords(records, tmp_path, KEY, retry_s=0.05) as first:
        first.began(call)
        server.stop()
        await first.add_line(call, said("minha"))
        async with BufferedRecords(records, tmp_path, KEY, retry_s=0.05) as second:
            assert second.waiting == 0
        server.start()
        await first.settled()
    assert await texts(records, call) == [(0, "minha")]


async def test_a_write_that_can_never_be_made_does_not_hold_up_the_others(
    server: MortalServer, records: PostgresRecords, tmp_path: Path
) -> None:
    call = await begun(records)
    never_begun = "9f1c0e62-2c43-4c4e-9a35-3c8f6f1f7d11"
    async with BufferedRecords(records, tmp_path, KEY, retry_s=0.05) as buffered:
        buffered.began(call)
        buffered.began(never_begun)
        server.stop()
        await buffered.add_line(never_begun, said("para ninguém"))
        await buffered.add_line(call, said("para alguém"))
        server.start()
        await buffered.settled()
    assert await texts(records, call) == [(0, "para alguém")]
    assert [path.suffix for path in files(tmp_path)] == [".rejected"]


async def test_without_a_buffer_a_dead_database_shows_soon(server: MortalServer, records: PostgresRecords) -> None:
    call = await begun(records)
    with server.frozen():
        began = time.perf_counter()
        with pytest.raises(RecordsUnavailable):
            await records.add_line(call, said("ninguém ouve"))
        assert time.perf_counter() - began < 5
    assert await records.add_line(call, said("de volta")) == 0


async def test_a_stopped_database_is_unavailable_and_a_message_is_not_accepted(
    server: MortalServer, records: PostgresRecords
) -> None:
    call = await begun(records)
    server.stop()
    with pytest.raises(RecordsUnavailable) as caught:
        await records.add_line(call, said("segredo do devedor"))
    assert "segredo" not in f"{caught.value}{caught.value.__cause__}", "no words of the caller in an error"
    messenger = OutboxMessenger(records._database, StoppedClock())
    assert not await messenger.send(call, "sms", "boleto")

    server.start()
    assert await messenger.send(call, "sms", "boleto")
