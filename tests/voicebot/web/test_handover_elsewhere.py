"""Hand-overs whose webhooks all reach another gateway than the one that holds the call."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from functools import partial
from pathlib import Path

import pytest

from telephony.call import CallStatus
from telephony.providers.simulator.calls import PickUp
from tests.voicebot.web.handover_stage import ELSEWHERE, Agent, Scene, loud, waiting_caller
from tests.voicebot.web.stage import eventually, operating
from voicebot.bootstrap import among_gateways
from voicebot.bootstrap.handover_post import keep_answering
from voicebot.domain.dialogue.phases import Disposition
from voicebot.persistence.database import Database

pytestmark = [pytest.mark.postgres, pytest.mark.timeout(90)]


@asynccontextmanager
async def two(
    database: Database, url: str, folder: Path, agent: Agent, *, is_answering: bool = True, handover: str = "warm"
) -> AsyncIterator[Scene]:
    """A caller at one gateway, whose hand-overs the provider speaks of with another one."""
    at_first = partial(operating, database, url, folder / "a")
    async with (
        operating(database, url, folder / "b", public_url=ELSEWHERE) as other,
        waiting_caller(at_first, agent, copies=2, other=other, handover=handover, handover_ring_s=5) as scene,
    ):
        app = scene.operation.app
        assert app is not None
        holder = app.state.gateway.hold
        doors = among_gateways.handover_doors(
            holder.settings, scene.operation.store, scene.operation.clock, holder.desk.owner, scene.board
        )
        # A chore of the running gateway.
        chore = asyncio.create_task(keep_answering(doors) if is_answering else asyncio.sleep(0))
        try:
            yield scene
        finally:
            chore.cancel()
            with suppress(asyncio.CancelledError):
                await chore


@pytest.mark.parametrize("handover", ["warm", "cold"])
async def test_a_person_gets_the_call_by_whichever_gateway_the_provider_asks(
    database: Database, database_url: str, tmp_path: Path, handover: str
) -> None:
    agent = Agent()
    async with two(database, database_url, tmp_path, agent, handover=handover) as scene:
        await scene.call.ended.wait()
        call_id = await scene.call_id()
        assert await scene.results() == ["Joined"]
        outcome = await scene.operation.closed(call_id)
        assert (outcome.disposition, outcome.callbacks) == (Disposition.HANDED_OVER, ())
        assert scene.agent.talked == 1
        if handover == "warm":
            assert loud(agent.heard[0]), "the summary was fetched by way of the other gateway"

        async def answered() -> bool | None:
            return await scene.operation.rows("SELECT 1 FROM handover_letters") == [] or None

        await eventually(answered)


@pytest.mark.parametrize("handover", ["warm", "cold"])
async def test_who_finds_nobody_hears_our_words_by_whichever_gateway(
    database: Database, database_url: str, tmp_path: Path, handover: str
) -> None:
    agent = Agent(on_ring=PickUp(CallStatus.BUSY))
    async with two(database, database_url, tmp_path, agent, handover=handover) as scene:
        await scene.call.ended.wait()
        call_id = await scene.call_id()
        assert await scene.results() == ["NobodyAnswered"]
        assert (await scene.operation.closed(call_id)).callbacks
        assert scene.call.phone is not None
        _, heard = scene.call.phone.recording()
        assert loud(heard[-8_000:])


async def test_a_holder_that_does_not_answer_costs_the_hand_over_and_not_the_caller(
    database: Database, database_url: str, tmp_path: Path
) -> None:
    """The person is let go, and the caller keeps the bot until they are told the truth."""
    agent = Agent()
    async with two(database, database_url, tmp_path, agent, is_answering=False) as scene:
        await scene.call.ended.wait()
        assert await scene.results() == ["NobodyAnswered"]
        assert (agent.heard, agent.talked) == ([], 0)
        assert (await scene.operation.closed(await scene.call_id())).callbacks
