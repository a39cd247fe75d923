from __future__ import annotations

import asyncio
from typing import Any

import pytest
from sqlalchemy import select

from tests.voicebot.persistence.calls import NOW, StoppedClock, begun
from voicebot.application.call_record import CallRecords, UnknownCall
from voicebot.application.ports import CallTokens
from voicebot.domain.dialogue.phases import Direction, Disposition
from voicebot.domain.portfolio import Case
from voicebot.persistence.database import Database
from voicebot.persistence.records import PostgresRecords
from voicebot.persistence.tables import TokenRow
from voicebot.persistence.tokens import PostgresCallTokens
from voicebot.testing.memory_records import MemoryCallTokens, MemoryRecords

TTL_S = 60.0


async def nobody(ref: str) -> Case | None:
    return None


@pytest.fixture
def clock() -> StoppedClock:
    return StoppedClock()


@pytest.fixture(params=["memory", "postgres"])
def records(request: pytest.FixtureRequest) -> CallRecords:
    return MemoryRecords() if request.param == "memory" else PostgresRecords(request.getfixturevalue("database"))


@pytest.fixture
def tokens(records: CallRecords, clock: StoppedClock) -> CallTokens:
    if isinstance(records, PostgresRecords):
        return PostgresCallTokens(records._database, clock, nobody)
    assert isinstance(records, MemoryRecords)
    return MemoryCallTokens(records, clock, nobody)


async def test_a_token_opens_its_call_once(records: CallRecords, tokens: CallTokens) -> None:
    call = await begun(records)
    token = await tokens.mint(call, "CA1", ttl_s=TTL_S)

    opened = await tokens.redeem(token, "CA1")

    assert opened is not None
    assert (opened.call_id, opened.direction, opened.case) == (call, Direction.INBOUND, None)
    assert await tokens.redeem(token, "CA1") is None


async def test_of_twenty_at_once_one_gets_the_call(records: CallRecords, tokens: CallTokens) -> None:
    call = await begun(records)
    token = await tokens.mint(call, "CA1", ttl_s=TTL_S)

    opened = await asyncio.gather(*(tokens.redeem(token, "CA1") for _ in range(20)))

    assert [each.call_id for each in opened if each is not None] == [call]


async def test_a_foreign_call_gets_nothing_and_spoils_nothing(records: CallRecords, tokens: CallTokens) -> None:
    call = await begun(records)
    token = await tokens.mint(call, "CA1", ttl_s=TTL_S)

    assert await tokens.redeem(token, "CA2") is None
    assert await tokens.redeem(token, "CA1") is not None


@pytest.mark.parametrize(
    ("after_s", "opens"),
    [
        pytest.param(TTL_S - 0.001, True, id="just in time"),
        pytest.param(TTL_S, False, id="at its end"),
        pytest.param(TTL_S + 3600, False, id="long after"),
    ],
)
async def test_a_token_expires(
    records: CallRecords, tokens: CallTokens, clock: StoppedClock, after_s: float, opens: bool
) -> None:
    call = await begun(records)
    token = await tokens.mint(call, "CA1", ttl_s=TTL_S)
    clock.forward(after_s)

    assert (await tokens.redeem(token, "CA1") is not None) is opens


@pytest.mark.parametrize("token", ["", "x", "ø" * 50, "\x00", "\ud800"])
async def test_what_was_never_minted_opens_nothing(tokens: CallTokens, token: str) -> None:
    assert await tokens.redeem(token, "CA1") is None


async def test_a_call_that_is_over_takes_no_media(records: CallRecords, tokens: CallTokens) -> None:
    call = await begun(records)
    token = await tokens.mint(call, "CA1", ttl_s=TTL_S)
    await records.close(call, Disposition.NO_ANSWER, NOW)

    assert await tokens.redeem(token, "CA1") is None


async def test_the_token_itself_is_nowhere_in_the_database(database: Database, clock: StoppedClock) -> None:
    tokens = PostgresCallTokens(database, clock, nobody)
    token = await tokens.mint(await begun(PostgresRecords(database)), "CA1", ttl_s=TTL_S)

    async with database.transaction() as connection:
        row: Any = (await connection.execute(select(TokenRow))).one()

    assert token not in str(row)
    assert len(row.sha256) == 32  # SHA-256 is 32 bytes


async def test_expired_tokens_are_forgotten(database: Database, clock: StoppedClock) -> None:
    tokens = PostgresCallTokens(database, clock, nobody)
    call = await begun(PostgresRecords(database))
    await tokens.mint(call, "CA1", ttl_s=TTL_S)
    clock.forward(TTL_S + 1)
    fresh = await tokens.mint(call, "CA1", ttl_s=TTL_S)

    assert await tokens.forget_expired() == 1
    assert await tokens.redeem(fresh, "CA1") is not None


async def test_no_token_for_a_call_never_begun(tokens: CallTokens) -> None:
    with pytest.raises(UnknownCall):
        await tokens.mint("9f1c0e62-2c43-4c4e-9a35-3c8f6f1f7d11", "CA1", ttl_s=TTL_S)
