from __future__ import annotations

import uuid
from dataclasses import dataclass, field, replace
from datetime import timedelta

import pytest

from tests.voicebot.application.desk import CALL_ID, MONDAY, SUNDAY, Cases, World
from voicebot.application.dialler.intents import FoundCall
from voicebot.application.place_call import CallInDoubt, PlaceCall, Placed, SamplePortfolio, UnknownDebtor
from voicebot.domain.compliance.rules import Refused
from voicebot.domain.dialogue.phases import Disposition
from voicebot.testing.memory_records import MemoryRecords

ANA = "+5511988880001"


class LineDown(Exception):
    """The provider cannot be reached."""


@dataclass
class Dialler:
    """A provider that notes what it is asked, and what was on record by then."""

    records: MemoryRecords
    real: bool = False
    name: str = "simulator"
    down: bool = False
    placed: list[tuple[str, str]] = field(default_factory=list)
    on_record: list[str] = field(default_factory=list)

    async def place(self, *, to: str, call_ref: str) -> str:
        self.placed.append((to, call_ref))
        self.on_record = list(self.records.calls)
        if self.down:
            raise LineDown
        return "CA1"


def use_case(world: World, dialler: Dialler) -> PlaceCall:
    return PlaceCall(world.cases, world.records, world.records, dialler, world.clock, owner="test")


async def test_a_permitted_call_is_on_record_before_it_rings_and_dialled_once() -> None:
    world = World()
    dialler = Dialler(world.records)
    assert await use_case(world, dialler)("D001", CALL_ID) == Placed(CALL_ID, "CA1")
    assert dialler.placed == [(ANA, CALL_ID)]
    assert dialler.on_record == [CALL_ID]
    call = world.records.calls[CALL_ID]
    assert (call.debtor_ref, call.owner, call.closed_at) == ("D001", "test", None)
    assert call.lease_until is not None
    assert 60 <= (call.lease_until - MONDAY).total_seconds() <= 300, "long enough to ring, short enough to be missed"


@pytest.mark.parametrize("name", ["twilio", "anything"])
async def test_no_real_provider_dials_a_sample(name: str) -> None:
    world = World()
    dialler = Dialler(world.records, real=True, name=name)
    with pytest.raises(SamplePortfolio, match="sample: false"):
        await use_case(world, dialler)("D001", CALL_ID)
    assert (dialler.placed, world.records.calls) == ([], {})


async def test_a_real_provider_dials_a_creditor_that_is_no_sample() -> None:
    world = World(cases=Cases(sample=False))
    dialler = Dialler(world.records, real=True, name="twilio")
    assert isinstance(await use_case(world, dialler)("D001", CALL_ID), Placed)


@pytest.mark.parametrize("ref", ["D999", "", "D001; DROP TABLE calls"])
async def test_nobody_outside_the_portfolio_is_dialled(ref: str) -> None:
    world = World()
    dialler = Dialler(world.records)
    with pytest.raises(UnknownDebtor, match="load"):
        await use_case(world, dialler)(ref, CALL_ID)
    assert (dialler.placed, world.records.calls) == ([], {})


async def test_a_rule_that_refuses_leaves_no_trace() -> None:
    world = World(at=SUNDAY)
    dialler = Dialler(world.records)
    refusal = await use_case(world, dialler)("D001", CALL_ID)
    assert isinstance(refusal, Refused)
    assert refusal.rule
    assert refusal.reason
    assert refusal.possible_from is not None
    assert refusal.possible_from > SUNDAY
    assert (dialler.placed, world.records.calls) == ([], {})


async def test_a_provider_that_fails_leaves_a_call_closed_as_failed() -> None:
    world = World()
    dialler = Dialler(world.records, down=True)
    with pytest.raises(LineDown):
        await use_case(world, dialler)("D001", CALL_ID)
    assert world.records.calls[CALL_ID].disposition is Disposition.FAILED
    assert len(dialler.placed) == 1, "never dialled again by itself"


async def test_the_history_is_asked_before_it_rings_and_each_call_is_in_the_next_ones() -> None:
    world = World()
    dialler = Dialler(world.records)
    place = use_case(world, dialler)
    for _ in range(3):
        placed = await place("D001", str(uuid.uuid4()))
        assert isinstance(placed, Placed)
        again = await place("D001", str(uuid.uuid4()))
        assert isinstance(again, Refused)
        assert again.rule == "ONE-CALL"
        await world.records.close(placed.call_id, Disposition.NO_ANSWER, world.at)
    refused = await place("D001", str(uuid.uuid4()))
    assert isinstance(refused, Refused)
    assert (refused.rule, refused.possible_from) == ("BR-FREQ-DAY", MONDAY.replace(day=24, hour=8))
    assert len(dialler.placed) == 3


async def test_a_call_that_the_provider_refused_counts_as_an_attempt() -> None:
    world = World()
    dialler = Dialler(world.records, down=True)
    for _ in range(3):
        with pytest.raises(LineDown):
            await use_case(world, dialler)("D001", str(uuid.uuid4()))
    assert isinstance(await use_case(world, dialler)("D001", str(uuid.uuid4())), Refused)


class NoAnswer(Exception):
    """Sent, and no answer."""

    next_step = "reconcile"


@dataclass
class Mute(Dialler):
    """A provider whose answer never comes."""

    async def place(self, *, to: str, call_ref: str) -> str:
        self.placed.append((to, call_ref))
        raise NoAnswer


@dataclass
class Listed:
    """What the provider lists, ask by ask; the last one is repeated."""

    answers: list[list[FoundCall] | None]
    asked: int = 0

    async def calls_to(self, to: str) -> list[FoundCall] | None:
        self.asked += 1
        return self.answers[min(self.asked, len(self.answers)) - 1]


async def at_once(_seconds: float) -> None:
    """Wait for nothing."""


def in_doubt(world: World, listing: Listed | None) -> tuple[PlaceCall, Mute]:
    dialler = Mute(world.records)
    return replace(use_case(world, dialler), listing=listing, pause=at_once), dialler


RINGS = FoundCall("CA9", None, MONDAY)
ENDED = FoundCall("CA9", Disposition.BUSY, MONDAY)
YESTERDAYS = FoundCall("CA0", Disposition.NO_ANSWER, MONDAY - timedelta(days=1))


async def test_a_call_without_an_answer_is_looked_up_and_not_dialled_again() -> None:
    world = World()
    place, dialler = in_doubt(world, Listed([None, [YESTERDAYS], [RINGS, YESTERDAYS]]))
    assert await place("D001", CALL_ID) == Placed(CALL_ID, "CA9")
    assert len(dialler.placed) == 1
    assert world.records.calls[CALL_ID].closed_at is None


async def test_a_call_in_doubt_that_has_ended_gets_its_own_end() -> None:
    world = World()
    place, _ = in_doubt(world, Listed([[ENDED]]))
    await place("D001", CALL_ID)
    assert world.records.calls[CALL_ID].disposition is Disposition.BUSY


@pytest.mark.parametrize("listing", [None, Listed([None])], ids=["nobody to ask", "no answer either"])
async def test_a_call_that_may_ring_is_not_closed_as_failed(listing: Listed | None) -> None:
    world = World()
    place, dialler = in_doubt(world, listing)
    with pytest.raises(CallInDoubt, match="do not dial again"):
        await place("D001", CALL_ID)
    assert world.records.calls[CALL_ID].closed_at is None
    assert len(dialler.placed) == 1


async def test_a_call_that_the_provider_denies_to_the_end_has_failed() -> None:
    world = World()
    place, _ = in_doubt(world, Listed([[YESTERDAYS]]))
    with pytest.raises(NoAnswer):
        await place("D001", CALL_ID)
    assert world.records.calls[CALL_ID].disposition is Disposition.FAILED
