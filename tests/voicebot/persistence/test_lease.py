from __future__ import annotations

import asyncio
from datetime import timedelta

from sqlalchemy import select

from tests.voicebot.persistence.calls import NOW, begun
from voicebot.persistence.database import Database
from voicebot.persistence.lease import LEASE, CallLeases
from voicebot.persistence.records import PostgresRecords
from voicebot.persistence.tables import CallRow

LATER = NOW + timedelta(seconds=1)


async def test_of_many_closers_exactly_one_closes_each_call(database: Database) -> None:
    records = PostgresRecords(database)
    lost = [await begun(records, owner="gone", lease_until=NOW) for _ in range(12)]
    closers = [CallLeases(Database(database.url.render_as_string(hide_password=False))) for _ in range(6)]

    closed = await asyncio.gather(*(closer.close_expired(LATER) for closer in closers))

    assert sorted(call for batch in closed for call in batch) == sorted(lost)
    for closer in closers:
        await closer._database.dispose()


async def test_a_call_in_somebodys_hands_is_passed_over_without_waiting(database: Database) -> None:
    records = PostgresRecords(database)
    held, free = [await begun(records, owner="me", lease_until=NOW) for _ in range(2)]
    async with database.transaction() as connection:
        await connection.execute(select(CallRow.id).where(CallRow.id == held).with_for_update())
        assert await CallLeases(database).close_expired(LATER) == [free]
    assert await CallLeases(database).close_expired(LATER) == [held]


async def test_a_renewal_and_a_closer_at_once_agree_on_who_has_the_call(database: Database) -> None:
    records = PostgresRecords(database)
    leases = CallLeases(database)
    for _ in range(20):
        call = await begun(records, owner="me", lease_until=NOW)
        kept, closed = await asyncio.gather(records.renew_lease(call, "me", LATER + LEASE), leases.close_expired(LATER))
        assert kept is (call not in closed)


async def test_one_beat_renews_every_open_call_of_the_owner_and_no_other(database: Database) -> None:
    records = PostgresRecords(database)
    mine = [await begun(records, owner="me", lease_until=NOW) for _ in range(3)]
    other = await begun(records, owner="you", lease_until=NOW)

    assert await CallLeases(database).renew_all("me", LATER) == len(mine)
    assert await CallLeases(database).close_expired(LATER) == [other]
