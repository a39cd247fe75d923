"""Nobody's phone rings after hours, nor after the kill switch, because a provider's queue was slow."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from telephony.call import CallStatus
from telephony.providers.simulator.calls import CarriedCall, PickUp
from telephony.providers.simulator.dialler import SimulatorDialler
from telephony.providers.simulator.weather import Weather
from tests.telephony.stage import Person, Stage, staged
from tests.voicebot.persistence.dialling import Floor, floor_on
from voicebot.application.dialler.dial import DialIntent
from voicebot.application.dialler.reconcile import Reconcile
from voicebot.application.dialler.take_back import TakeBack
from voicebot.application.dialler.worker import DialWorker
from voicebot.bootstrap.dial_line import ProviderLine
from voicebot.domain.dialogue.phases import Disposition
from voicebot.persistence.database import Database
from voicebot.persistence.dial_tables import AttemptRow

pytestmark = pytest.mark.timeout(60)
LAST_MINUTE = datetime(2026, 11, 23, 19, 59, tzinfo=ZoneInfo("America/Sao_Paulo"))
"""Where these three live, calling hours end at 20:00."""
CALLED = ("D001", "D005", "D007")
SLOW = Weather(calls_per_s=0.001)


@dataclass
class Evening:
    floor: Floor
    stage: Stage
    worker: DialWorker

    @property
    def carried(self) -> list[CarriedCall]:
        return list(self.stage.carrier.calls.values())

    async def over(self) -> None:
        for call in self.carried:
            await asyncio.wait_for(call.ended.wait(), 20)


class QuickReports(ProviderLine):
    """The report of a cancelled call is there before the answer to the cancelling."""

    floor: Floor | None = None

    async def cancel(self, provider_call_id: str) -> bool:
        done = await super().cancel(provider_call_id)
        if self.floor is not None:
            async with self.floor.database.transaction() as connection:
                call = select(AttemptRow.call_id).where(AttemptRow.provider_call_id == provider_call_id)
                call_id = str(await connection.scalar(call))
            now = self.floor.clock.at
            assert await self.floor.records.close_unanswered(call_id, Disposition.NO_ANSWER, now)
            assert await self.floor.queue.settle(now) == 1
        return done


@asynccontextmanager
async def evening(database: Database, *, quick_reports: bool = False) -> AsyncIterator[Evening]:
    """Three calls that were permitted when they were asked for; the queue has let the first one ring."""
    floor = await floor_on(database)
    floor.clock.at = LAST_MINUTE
    async with staged(SimulatorDialler, Person(PickUp(CallStatus.NO_ANSWER)), weather=SLOW) as stage:
        line = QuickReports(SimulatorDialler(stage.account))
        line.floor = floor if quick_reports else None
        worker = DialWorker(
            floor.queue,
            DialIntent(floor.store, floor.records, floor.queue, line, floor.clock, floor.timings),
            Reconcile(floor.queue, floor.records, line, floor.clock, floor.timings),
            floor.clock,
            "w1",
            batch=1,
            lines=10,
            take_back=TakeBack(floor.queue, floor.store, line, floor.clock),
        )
        running = Evening(floor, stage, worker)
        await floor.start(*CALLED)
        for _ in CALLED:
            assert (await worker.dial_due())["placed"] == 1
            floor.later(seconds=2)
        first = running.carried[0]
        await asyncio.wait_for(first.ended.wait(), 20)
        assert (await worker.tidy())["cancelled"] == 0, "it is before eight, and nobody has stopped anything"
        yield running
        await line.aclose()


@pytest.mark.parametrize("quick_reports", [False, True], ids=["reports come later", "reports come first"])
async def test_at_the_hours_end_what_waits_at_the_provider_is_taken_back(
    database: Database, *, quick_reports: bool
) -> None:
    async with evening(database, quick_reports=quick_reports) as running:
        running.floor.later(minutes=1)
        assert (await running.worker.tidy())["cancelled"] == 2
        await running.over()
        assert [call.history[-1] for call in running.carried] == [
            CallStatus.NO_ANSWER,
            CallStatus.CANCELED,
            CallStatus.CANCELED,
        ]
        assert [CallStatus.RINGING in call.history for call in running.carried] == [True, False, False]
        # It counts as no attempt with anybody, and waits for the morning.
        assert sorted(await running.floor.states()) == ["planned", "planned", "ringing"]
        assert len(await running.floor.attempts()) == 1
        assert (await running.floor.call_ends()).count("blocked") == 2
        assert await running.worker.tidy() == {}
        assert (await running.worker.dial_due())["waits"] == 1
        assert len(running.carried) == 3


@pytest.mark.parametrize("how", ["kill switch", "campaign held back"])
async def test_who_stops_dialling_stops_what_waits_too(database: Database, how: str) -> None:
    async with evening(database) as running:
        floor = running.floor
        if how == "kill switch":
            await floor.queue.stop("a test", floor.clock.at)
        else:
            await floor.campaigns.set_state("c1", "paused", floor.clock.at)
        assert (await running.worker.tidy())["cancelled"] == 2
        await running.over()
        assert [CallStatus.RINGING in call.history for call in running.carried] == [True, False, False]


async def test_without_an_answer_from_the_provider_nothing_is_taken_for_cancelled(database: Database) -> None:
    async with evening(database) as running:
        running.floor.later(minutes=1)
        carrier = running.stage.carrier
        carrier.forecast = type(carrier.forecast)(replace(SLOW, broken=1.0))
        assert (await running.worker.tidy())["cancelled"] == 0
        assert sorted(await running.floor.states()) == ["ringing"] * 3
        carrier.forecast = type(carrier.forecast)(SLOW)
        assert (await running.worker.tidy())["cancelled"] == 2
        await running.over()
