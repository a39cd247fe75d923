"""The outcome webhook's queue: every closed call told at least once, under one name, whatever fails meanwhile."""

from __future__ import annotations

import asyncio
import json
import uuid
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest

from tests.voicebot.persistence.dialling import ANA, MONDAY, Floor, floor_on
from voicebot.application.dialler.outcomes import (
    CLAIM,
    KEPT_TRYING,
    OutcomeFailed,
    TellOutcomes,
    pause_after,
)
from voicebot.domain.dialogue.phases import Direction, Disposition
from voicebot.persistence.database import Database
from voicebot.persistence.outcome_events import LOST_WAITS, PostgresOutcomes


@dataclass
class Receiver:
    fails: Exception | None = None
    got: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)

    async def deliver(self, event_id: str, body: bytes) -> None:
        self.bodies.append(body)
        if self.fails is not None:
            raise self.fails
        self.got.append((event_id, json.loads(body)))


@pytest.fixture
async def floor(database: Database) -> Floor:
    return await floor_on(database)


def teller(floor: Floor, receiver: Receiver) -> TellOutcomes:
    return TellOutcomes(PostgresOutcomes(floor.database), receiver, floor.clock)


async def begun(floor: Floor, *, lease: timedelta | None = None) -> str:
    return await floor.records.begin(
        str(uuid.uuid4()),
        direction=Direction.OUTBOUND,
        provider="simulator",
        at=MONDAY,
        debtor_ref=ANA,
        debtor_name="Ana Beatriz Souza",
        phone="+5511988880001",
        owner="g",
        lease_until=MONDAY + lease if lease is not None else None,
    )


async def test_a_closed_call_is_told_once_and_an_open_one_not(floor: Floor) -> None:
    call, receiver = await begun(floor), Receiver()
    await floor.records.record_event(call, "callback", {"at": "2026-11-24T10:00:00-03:00"}, MONDAY)
    await floor.records.suppress(call, "illness", None, MONDAY)
    assert await teller(floor, receiver)() == {}

    await floor.records.close(call, Disposition.CALLBACK, MONDAY)
    assert await teller(floor, receiver)() == {"sent": 1}
    assert await teller(floor, receiver)() == {}
    ((event_id, told),) = receiver.got
    assert told["event_id"] == event_id
    assert (told["call_id"], told["debtor_ref"], told["disposition"]) == (call, ANA, "callback")
    assert told["creditor_cnpj"] == "11.222.333/0001-81"
    assert told["callback_at"] == "2026-11-24T13:00:00+00:00"
    assert told["suppressions"] == ["vulnerable_hold"], "nothing of anybody's health"
    assert b"Ana" not in receiver.bodies[0] and b"98888" not in receiver.bodies[0]


@pytest.mark.parametrize("error", [OutcomeFailed("HTTP 500"), RuntimeError("a bug")], ids=["refused", "anything"])
async def test_what_was_not_taken_comes_again_with_the_same_bytes(floor: Floor, error: Exception) -> None:
    await floor.records.close(await begun(floor), Disposition.NO_AGREEMENT, MONDAY)
    receiver = Receiver(fails=error)
    assert await teller(floor, receiver)() == {"retried": 1}
    assert await teller(floor, receiver)() == {}
    receiver.fails = None
    floor.clock.at += pause_after(1)
    assert await teller(floor, receiver)() == {"sent": 1}
    assert receiver.bodies[0] == receiver.bodies[1]


async def test_what_a_dead_worker_had_comes_again(floor: Floor) -> None:
    await floor.records.close(await begun(floor), Disposition.NO_AGREEMENT, MONDAY)
    outcomes = PostgresOutcomes(floor.database)
    await outcomes.sweep(MONDAY)
    (lost,) = await outcomes.claim(MONDAY, limit=5)
    assert await outcomes.claim(MONDAY, limit=5) == []
    (again,) = await outcomes.claim(MONDAY + CLAIM, limit=5)
    assert again.event_id == lost.event_id


async def test_many_workers_tell_each_once(floor: Floor) -> None:
    for _ in range(6):
        await floor.records.close(await begun(floor), Disposition.BUSY, MONDAY)
    receiver = Receiver()
    await asyncio.gather(*(teller(floor, receiver)(limit=2) for _ in range(4)))
    await teller(floor, receiver)()
    assert len({event for event, _ in receiver.got}) == len(receiver.got) == 6


async def test_a_call_taken_for_lost_waits_for_its_own_word_and_is_corrected(floor: Floor) -> None:
    call, receiver = await begun(floor, lease=timedelta(seconds=20)), Receiver()
    floor.later(seconds=21)
    assert await floor.records.close_expired(floor.clock.at) == [call]
    assert await teller(floor, receiver)() == {}, "its process may be writing from its spool"
    floor.clock.at += LOST_WAITS
    floor.later(seconds=1)
    assert await teller(floor, receiver)() == {"sent": 1}
    await floor.records.close(call, Disposition.AGREEMENT, floor.clock.at)
    assert await teller(floor, receiver)() == {"sent": 1}
    assert [told["disposition"] for _, told in receiver.got] == ["failed", "agreement"]


async def test_a_call_never_dialled_is_no_call(floor: Floor) -> None:
    await floor.records.close(await begun(floor), Disposition.BLOCKED, MONDAY)
    assert await teller(floor, Receiver())() == {}


async def test_after_a_week_it_is_given_up(floor: Floor) -> None:
    await floor.records.close(await begun(floor), Disposition.BUSY, MONDAY)
    receiver = Receiver(fails=OutcomeFailed("HTTP 410"))
    assert await teller(floor, receiver)() == {"retried": 1}
    floor.clock.at += KEPT_TRYING + timedelta(seconds=1)
    assert await teller(floor, receiver)() == {"failed": 1}
    assert await teller(floor, receiver)() == {}


@pytest.mark.parametrize(("attempts", "seconds"), [(1, 15), (2, 30), (3, 60), (9, 3600), (500, 3600)])
def test_pauses(attempts: int, seconds: int) -> None:
    assert pause_after(attempts) == timedelta(seconds=seconds)
