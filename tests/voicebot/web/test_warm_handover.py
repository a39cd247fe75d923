"""A caller who wants a person keeps the bot until that person is on the line, and is told the truth if nobody comes."""

from __future__ import annotations

from dataclasses import replace

import pytest

from telephony.call import CallStatus
from telephony.providers.simulator.calls import PickUp
from telephony.providers.simulator.human import Reply
from tests.voicebot.web import stage
from tests.voicebot.web.handover_stage import Agent, Caller, loud, waiting_caller
from tests.voicebot.web.stage import Operate, eventually
from voicebot.domain.dialogue.phases import Disposition

pytestmark = [pytest.mark.postgres, pytest.mark.timeout(90)]
RINGS_OUT = PickUp(CallStatus.NO_ANSWER, rings=1)
SAYS_YES = Reply(speech="Sim, pode passar")
SAYS_NOTHING = Reply()


@pytest.mark.parametrize(
    ("replies", "times"),
    [
        pytest.param([Reply(digits="1")], 1, id="presses one"),
        pytest.param([SAYS_YES], 1, id="says yes"),
        pytest.param([SAYS_NOTHING, Reply(digits="1")], 2, id="is asked again and takes it"),
    ],
)
async def test_the_caller_is_put_through_once_the_human_takes_it(
    operate: Operate, replies: list[Reply], times: int
) -> None:
    async with waiting_caller(operate, Agent(replies=replies), copies=2) as scene:
        await scene.call.ended.wait()
        call_id = await scene.call_id()
        assert (await scene.event("handover_result"))["result"] == "Joined"
        assert (await scene.operation.closed(call_id)).disposition is Disposition.HANDED_OVER
        assert scene.kinds() == ["transferred", "human joined", "over"]
        assert scene.agent.talked == 1
        assert len(scene.agent.heard) == times
        assert loud(scene.agent.heard[0])
        assert scene.call.failure is None
        [human] = scene.human_calls
        assert human.status is CallStatus.COMPLETED


async def test_the_bot_stays_until_the_human_is_in_the_room(operate: Operate) -> None:
    """The caller's stream lives on while the phone rings, and nothing moves them before somebody has said yes."""
    async with waiting_caller(operate, Agent(on_ring=PickUp(rings=3))) as scene:
        await scene.event("handover_sheet")
        assert scene.kinds() == []
        await scene.call.ended.wait()
        assert scene.kinds()[:2] == ["transferred", "human joined"]


@pytest.mark.parametrize(
    ("agent", "result"),
    [
        pytest.param(Agent(on_ring=RINGS_OUT), "NobodyAnswered", id="rings out"),
        pytest.param(Agent(on_ring=PickUp(CallStatus.BUSY)), "NobodyAnswered", id="busy"),
        pytest.param(Agent(on_ring=PickUp(CallStatus.FAILED)), "NobodyAnswered", id="not reached"),
        pytest.param(Agent(replies=[Reply(digits="2")]), "Refused", id="another key"),
        pytest.param(Agent(replies=[Reply(speech="agora não posso")]), "Refused", id="says no"),
        pytest.param(Agent(replies=[Reply(hangs_up=True)]), "Refused", id="hangs up on the summary"),
        pytest.param(Agent(replies=[SAYS_NOTHING]), "NobodyAnswered", id="says nothing, as an answering machine"),
    ],
)
async def test_where_nobody_comes_the_caller_is_told_and_called_again(
    operate: Operate, agent: Agent, result: str
) -> None:
    async with waiting_caller(operate, agent, copies=2) as scene:
        await scene.call.ended.wait()
        call_id = await scene.call_id()
        outcome = await scene.operation.closed(call_id)
        assert (await scene.event("handover_result"))["result"] == result
        assert outcome.disposition is Disposition.HANDED_OVER
        assert [at.isoformat() for at in outcome.callbacks] == ["2026-11-24T13:00:00+00:00"]
        said = [each.line.text for each in await scene.operation.lines(call_id) if "NobodyCame" in each.line.acts]
        assert [text.partition("A gente")[2] for text in said] == [" liga de novo amanhã, às dez horas. Até logo."]
        assert scene.call.phone is not None
        _, heard = scene.call.phone.recording()
        assert loud(heard[-8_000:])
        assert agent.talked == 0


async def test_a_caller_who_hangs_up_while_waiting_stops_the_ringing(operate: Operate) -> None:
    agent = Agent(on_ring=PickUp(rings=5))
    async with waiting_caller(operate, agent, caller=Caller(stays_s=60), ring_s=2.0) as scene:
        await scene.event("handover_sheet")

        async def rings() -> bool | None:
            return any(call.status is CallStatus.RINGING for call in scene.human_calls) or None

        await eventually(rings)
        scene.call.hang_up_asked.set()
        await scene.call.ended.wait()

        async def let_go() -> bool | None:
            return all(call.status.is_final for call in scene.human_calls) or None

        await eventually(let_go)
        [human] = scene.human_calls
        assert human.status is CallStatus.CANCELED
        assert (await scene.event("handover_result"))["result"] == "CallerLeft"
        assert (await scene.operation.closed(await scene.call_id())).callbacks == ()
        assert agent.talked == 0


async def test_a_human_who_leaves_the_room_at_once_leaves_nobody_in_silence(operate: Operate) -> None:
    async with waiting_caller(operate, Agent(room_patience_s=0.0)) as scene:
        await scene.call.ended.wait()
        result = (await scene.event("handover_result"))["result"]
        assert result in {"LostHuman", "NobodyAnswered"}
        outcome = await scene.operation.closed(await scene.call_id())
        assert len(outcome.callbacks) == 1


async def test_a_provider_that_refuses_leaves_the_caller_with_the_truth(operate: Operate) -> None:
    async with waiting_caller(operate, Agent()) as scene:
        scene.carrier.refusals = [400]
        await scene.call.ended.wait()
        assert (await scene.event("handover_result"))["result"] == "ProviderFailed"
        assert len((await scene.operation.closed(await scene.call_id())).callbacks) == 1


@pytest.mark.parametrize(
    ("creditor", "setting", "people_called"),
    [
        pytest.param("cold", "warm", 0, id="cold at this creditor of a warm deployment"),
        pytest.param("warm", "cold", 1, id="warm at this creditor of a cold deployment"),
    ],
)
async def test_a_creditor_says_how_its_people_take_calls(
    operate: Operate, monkeypatch: pytest.MonkeyPatch, creditor: str, setting: str, people_called: int
) -> None:
    given = stage.samples()
    own_way = replace(given, creditor=replace(given.creditor, handover=creditor))
    monkeypatch.setattr(stage, "samples", lambda: own_way)
    async with waiting_caller(operate, Agent(), handover=setting) as scene:
        await scene.call.ended.wait()
        assert len(scene.human_calls) == people_called
        assert (await scene.operation.closed(await scene.call_id())).disposition is Disposition.HANDED_OVER
