"""One gateway is asked of a hand-over, another one holds its call: the letters between them, and who never answers."""

from __future__ import annotations

import asyncio
import uuid
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text

from voicebot.application.handover_letters import Answer, Arrived, Letter, call_of, kept, name_for
from voicebot.domain.dialogue.phases import Direction, Disposition
from voicebot.persistence.database import Database
from voicebot.persistence.letters import PostgresLetters
from voicebot.persistence.records import PostgresRecords

NOON = datetime(2026, 11, 23, 15, tzinfo=UTC)
HOLDER, OTHER, CHANNEL = "gateway-a", "gateway-b", "1763900000.7"
SAID = Answer(200, "text/xml", b"<Response/>")


class Clock:
    def __init__(self) -> None:
        self.at = NOON

    def now(self) -> datetime:
        return self.at


class Post:
    """Two gateways and a call that the first one holds."""

    def __init__(self, database: Database) -> None:
        self.database, self.clock, self.records = database, Clock(), PostgresRecords(database)
        self.holder, self.other = (
            PostgresLetters(database, owner=owner, provider="asterisk", clock=self.clock) for owner in (HOLDER, OTHER)
        )
        self.call_id = ""

    async def begun(self) -> Post:
        self.call_id = await self.records.begin(
            str(uuid.uuid4()),
            direction=Direction.INBOUND,
            provider="asterisk",
            at=NOON,
            provider_call_id=CHANNEL,
            owner=HOLDER,
            lease_until=NOON + timedelta(seconds=20),
        )
        return self

    def letter(self, name: str | None = None) -> Letter:
        return Letter("/door", name or name_for(self.call_id, "secret"), {"Digits": "1"})

    async def arrived(self) -> Arrived:
        """Wait for the holder's letter, which is for nobody else."""
        while True:
            assert await self.other.taken() == ()
            for found in await self.holder.taken():
                return found

    async def left(self) -> int:
        async with self.database.transaction() as connection:
            return int(await connection.scalar(text("SELECT count(*) FROM handover_letters")) or 0)


@pytest.fixture
async def post(database: Database) -> Post:
    return await Post(database).begun()


@pytest.mark.parametrize("by", ["a name of ours", "the provider's call"])
async def test_the_holder_of_the_call_answers_and_nothing_is_kept(post: Post, by: str) -> None:
    letter = post.letter(CHANNEL if by == "the provider's call" else None)
    asking = asyncio.create_task(post.other.ask(letter, within_s=10))
    found = await post.arrived()
    assert found.letter == letter
    assert await post.holder.taken() == (), "given out once"
    await post.holder.answer(found.id, SAID)
    assert await asking == SAID
    assert await post.left() == 0


async def test_a_holder_that_never_answers_is_not_waited_for(post: Post) -> None:
    assert await post.other.ask(post.letter(), within_s=0.3) is None
    assert (await post.holder.taken(), await post.left()) == ((), 0)


async def test_an_answer_that_comes_too_late_harms_nobody(post: Post) -> None:
    asking = asyncio.create_task(post.other.ask(post.letter(), within_s=0.4))
    arrived = await post.arrived()
    assert await asking is None
    await post.holder.answer(arrived.id, SAID)
    assert await post.left() == 0


@pytest.mark.parametrize(
    "name",
    [
        pytest.param("", id="none"),
        pytest.param("guessed", id="a stranger's"),
        pytest.param(name_for(str(uuid.uuid4()), "secret"), id="of a call that never was"),
        pytest.param("1763900000.8", id="another channel's"),
    ],
)
async def test_what_no_gateway_holds_is_asked_of_nobody(post: Post, name: str) -> None:
    assert await post.other.ask(Letter("/door", name, {}), within_s=10) is None
    assert await post.left() == 0


async def test_nobody_asks_themselves(post: Post) -> None:
    assert await post.holder.ask(post.letter(), within_s=10) is None


async def test_a_gateway_that_died_is_asked_no_more_once_its_lease_ran_out(post: Post) -> None:
    post.clock.at += timedelta(seconds=21)
    assert await post.other.ask(post.letter(), within_s=10) is None


async def test_a_call_s_last_words_are_fetched_from_who_held_it_for_a_while(post: Post) -> None:
    await post.records.close(post.call_id, Disposition.HANDED_OVER, NOON)
    post.clock.at += timedelta(seconds=90)
    asking = asyncio.create_task(post.other.ask(post.letter(), within_s=10))
    await post.holder.answer((await post.arrived()).id, SAID)
    assert await asking == SAID
    post.clock.at += timedelta(seconds=60)
    assert await post.other.ask(post.letter(), within_s=10) is None


def test_a_name_leads_to_its_call_and_to_nothing_else() -> None:
    call = str(uuid.uuid4())
    assert str(call_of(name_for(call, "a_secret-1"))) == call
    for name in ("", "secret", call, call.upper() + "_x", f"{{{call}}}_x", call.replace("-", "") + "_x"):
        assert call_of(name) is None


def test_no_number_and_no_name_is_written_down() -> None:
    form = {"From": "+5511988880001", "CallerName": "ANA", "Digits": "1", "CallStatus": "in-progress"}
    assert kept(form) == {"Digits": "1", "CallStatus": "in-progress"}
