"""A call that may still ring is followed by no other: the provider is asked first, whoever wants to place the next."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field

import pytest

from tests.voicebot.persistence.dialling import ANA, Floor, Provider, floor_on
from voicebot.application.dialler.earlier_calls import NoneMayRing
from voicebot.application.dialler.intents import Accepted, Unknown
from voicebot.application.place_call import CallInDoubt, EarlierCallInDoubt, PlaceCall, Placed
from voicebot.domain.compliance.rules import Refused
from voicebot.domain.dialogue.phases import Disposition
from voicebot.persistence.database import Database
from voicebot.persistence.earlier_calls import PostgresEarlierCalls


class NoAnswer(Exception):
    next_step = "reconcile"


class DeadNumber(Exception):
    next_step = "suppress_number"


@dataclass
class Placing:
    """`Provider` as `call` asks it; `silent` takes the call and gives no answer."""

    provider: Provider
    silent: bool = False
    refuses: Exception | None = None
    name: str = "simulator"
    real: bool = False
    asked: list[str] = field(default_factory=list)

    async def place(self, *, to: str, call_ref: str) -> str:
        self.asked.append(call_ref)
        if self.refuses is not None:
            raise self.refuses
        answer = await self.provider.place(to=to, call_ref=call_ref)
        if self.silent or not isinstance(answer, Accepted):
            raise NoAnswer
        return answer.provider_call_id


async def no_pause(_seconds: float) -> None:
    """Time passes where the test says so."""


@dataclass
class Desk:
    """`call REF` on the floor of the dialler."""

    floor: Floor
    placing: Placing

    async def call(self) -> Placed | Refused:
        floor, earlier = self.floor, PostgresEarlierCalls(self.floor.database)
        place = PlaceCall(
            floor.store, floor.records, floor.records, self.placing, floor.clock, "call-command",
            listing=floor.provider, pause=no_pause,
            earlier=NoneMayRing(earlier, floor.records, floor.provider, floor.clock),
        )  # fmt: skip
        return await place(ANA, str(uuid.uuid4()))


@pytest.fixture
async def desk(database: Database) -> Desk:
    floor = await floor_on(database)
    return Desk(floor, Placing(floor.provider))


async def in_doubt(desk: Desk) -> None:
    """Have a call that was placed, of which the provider says nothing, and whose record its lease has closed."""
    desk.placing.silent, desk.floor.provider.reachable = True, False
    with pytest.raises(CallInDoubt):
        await desk.call()
    desk.placing.silent = False
    desk.floor.later(minutes=10)
    await desk.floor.records.close_expired(desk.floor.clock.at)


async def test_while_the_provider_cannot_be_asked_nobody_is_called_again(desk: Desk) -> None:
    await in_doubt(desk)
    with pytest.raises(EarlierCallInDoubt):
        await desk.call()
    assert len(desk.placing.asked) == 1


async def test_a_call_that_still_waits_in_the_providers_queue_is_not_followed_by_another(desk: Desk) -> None:
    await in_doubt(desk)
    desk.floor.provider.reachable = True
    for hours in (0, 5):
        desk.floor.later(hours=hours)
        with pytest.raises(EarlierCallInDoubt):
            await desk.call()
    assert len(desk.placing.asked) == 1


async def test_its_end_as_the_provider_tells_it_lets_the_next_one_pass(desk: Desk) -> None:
    await in_doubt(desk)
    desk.floor.provider.reachable = True
    desk.floor.provider.ended["CA0"] = Disposition.BUSY
    assert isinstance(await desk.call(), Placed)
    assert await desk.floor.call_ends() == ["busy", None]


async def test_what_the_provider_denies_was_no_attempt(desk: Desk) -> None:
    await in_doubt(desk)
    desk.floor.provider.reachable = True
    desk.floor.provider.calls.clear()
    assert isinstance(await desk.call(), Placed)
    assert await desk.floor.call_ends() == ["blocked", None]


async def test_a_known_call_with_this_number_is_not_taken_for_the_doubtful_one(desk: Desk) -> None:
    """Its end would be written to the wrong record, and the doubtful call be followed by another."""
    assert isinstance(await desk.call(), Placed)
    await desk.floor.end(desk.placing.asked[0], Disposition.BUSY)
    desk.floor.later(minutes=1)
    desk.placing.refuses = NoAnswer()
    with pytest.raises(NoAnswer):
        # The list holds the first call alone, and without an end: this provider's list is late.
        await desk.call()
    assert await desk.floor.call_ends() == ["busy", "failed"]


async def test_the_dialler_waits_for_a_call_in_doubt_that_was_placed_by_hand(desk: Desk) -> None:
    await in_doubt(desk)
    floor = desk.floor
    await floor.start()
    assert (await floor.worker().dial_due())["held back"] == 1
    floor.provider.reachable = True
    floor.later(minutes=2)
    assert (await floor.worker().dial_due())["held back"] == 1
    assert len(floor.provider.calls) == 1
    floor.provider.ended["CA0"] = Disposition.NO_ANSWER
    floor.later(minutes=2)
    assert (await floor.worker().dial_due())["placed"] == 1


async def test_a_campaigns_call_in_doubt_keeps_a_call_by_hand_back(desk: Desk) -> None:
    floor = desk.floor
    floor.provider.answers = [Unknown("no answer")]
    await floor.start()
    assert (await floor.worker().dial_due())["ambiguous"] == 1
    floor.later(minutes=10)
    await floor.records.close_expired(floor.clock.at)
    with pytest.raises(EarlierCallInDoubt):
        await desk.call()
    floor.provider.calls.clear()
    with pytest.raises(EarlierCallInDoubt):
        # Only the dialler knows how to plan it again.
        await desk.call()
    assert await floor.states() == ["ambiguous"]


async def test_a_number_that_the_provider_calls_dead_is_suppressed(desk: Desk) -> None:
    desk.placing.refuses = DeadNumber()
    with pytest.raises(DeadNumber):
        await desk.call()
    desk.placing.refuses = None
    desk.floor.later(hours=2)
    assert isinstance(await desk.call(), Refused)
    assert len(desk.placing.asked) == 1
    desk.floor.later(days=40)
    assert isinstance(await desk.call(), Refused)
