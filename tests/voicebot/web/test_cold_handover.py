"""A caller whose line is given to a person at once, and who hears the truth where that person does not answer."""

from __future__ import annotations

import asyncio
from urllib.parse import urlencode

import pytest

from telephony.call import CallStatus
from telephony.providers.simulator.calls import PickUp
from tests.voicebot.web.handover_stage import Agent, Caller, Scene, loud, waiting_caller
from tests.voicebot.web.stage import Operate, Operation, eventually
from voicebot.application.handover_call import Joined, NobodyAnswered
from voicebot.domain.dialogue.phases import Disposition
from voicebot.web.handover_board import Dialled
from voicebot.web.handover_routes import ANSWERED, ENDED

pytestmark = [pytest.mark.postgres, pytest.mark.timeout(90)]
IN_A_CRISIS = "eu não aguento mais, quero morrer, vou me matar"


async def said_by_nobody(scene: Scene) -> list[str]:
    lines = await scene.operation.lines(await scene.call_id())
    return [each.line.text for each in lines if "NobodyCame" in each.line.acts]


async def test_the_line_moves_at_once_and_is_handed_over_when_somebody_answers(operate: Operate) -> None:
    async with waiting_caller(operate, Agent(), handover="cold") as scene:
        await scene.call.ended.wait()
        assert scene.call.transferred_to is not None
        assert scene.human_calls == []
        assert (await scene.event("handover_result"))["result"] == "Joined"
        outcome = await scene.operation.closed(await scene.call_id())
        assert (outcome.disposition, outcome.callbacks) == (Disposition.HANDED_OVER, ())
        assert await said_by_nobody(scene) == []


@pytest.mark.parametrize(
    ("on_ring", "why"),
    [
        pytest.param(PickUp(CallStatus.NO_ANSWER, rings=1), "rang out", id="rings out"),
        pytest.param(PickUp(rings=20), "rang out", id="would answer after the dial has given up"),
        pytest.param(PickUp(CallStatus.BUSY), "busy", id="busy"),
        pytest.param(PickUp(CallStatus.FAILED), "not reached", id="not reached"),
    ],
)
async def test_where_nobody_answers_the_caller_is_told_and_called_again(
    operate: Operate, on_ring: PickUp, why: str
) -> None:
    agent = Agent(on_ring=on_ring)
    async with waiting_caller(operate, agent, copies=2, handover="cold") as scene:
        await scene.call.ended.wait()
        noted = await scene.event("handover_result")
        assert (noted["result"], noted["why"]) == ("NobodyAnswered", why)
        outcome = await scene.operation.closed(await scene.call_id())
        assert [at.isoformat() for at in outcome.callbacks] == ["2026-11-24T13:00:00+00:00"]
        [text] = await said_by_nobody(scene)
        assert text.partition("A gente")[2] == " liga de novo amanhã, às dez horas. Até logo."
        assert scene.call.phone is not None
        _, heard = scene.call.phone.recording()
        assert loud(heard[-8_000:])
        assert (scene.call.failure, agent.talked) == (None, 0)


async def test_a_caller_who_hangs_up_while_it_rings_is_not_called_again(operate: Operate) -> None:
    agent = Agent(on_ring=PickUp(rings=5))
    async with waiting_caller(operate, agent, caller=Caller(stays_s=60), ring_s=5.0, handover="cold") as scene:

        async def has_left() -> bool | None:
            return "transferred" in scene.kinds() or None

        await eventually(has_left)
        scene.call.hang_up_asked.set()
        assert (await scene.event("handover_result"))["result"] == "CallerLeft"
        assert (await scene.operation.closed(await scene.call_id())).callbacks == ()
        assert await said_by_nobody(scene) == []


async def test_a_provider_that_refuses_leaves_nobody_waiting_in_vain(operate: Operate) -> None:
    async with waiting_caller(operate, Agent(), handover="cold") as scene:
        scene.carrier.refusals = [400]
        await scene.call.ended.wait()
        noted = await scene.event("handover_result")
        assert (noted["result"], noted["why"]) == ("ProviderFailed", "ProviderRefused")
        assert len((await scene.operation.closed(await scene.call_id())).callbacks) == 1
        assert len(await said_by_nobody(scene)) == 1
        assert scene.call.transferred_to is None


async def test_a_transfer_in_doubt_is_left_alone_and_what_came_of_it_is_noted(operate: Operate) -> None:
    async with waiting_caller(operate, Agent(), handover="cold") as scene:
        scene.carrier.refusals = [500]
        await scene.heard_out()
        board = scene.board

        async def dialled() -> Dialled | None:
            return next(iter(board.dialled.values()), None)

        (await eventually(dialled)).note(Joined())
        scene.call.hang_up_asked.set()
        assert await scene.results() == ["Joined"]
        assert await said_by_nobody(scene) == []
        assert board.dialled == {}


async def test_a_crisis_is_never_given_to_a_phone_that_may_ring_out(operate: Operate) -> None:
    """Cold is for the others: who is in need keeps the bot until a person is there."""
    async with waiting_caller(operate, Agent(), IN_A_CRISIS, "sim", "sim", handover="cold") as scene:
        assert (await scene.event("handover_result"))["result"] == "Joined"
        await scene.call.ended.wait()
        assert scene.call.transferred_to is None
        assert len(scene.human_calls) == 1


@pytest.mark.parametrize(
    ("said", "told"),
    [
        pytest.param("pode falar", ["ProviderFailed"], id="is told so, and that ends the call"),
        pytest.param(IN_A_CRISIS, ["ProviderFailed", "Joined"], id="in a crisis keeps the bot, and a person is called"),
    ],
)
async def test_who_was_promised_the_desk_and_is_not_moved(operate: Operate, said: str, told: list[str]) -> None:
    async with waiting_caller(operate, Agent(), said, "sim", handover="cold") as scene:
        await scene.heard_out()
        scene.carrier.refusals = [400]
        assert not await scene.wanted_at_the_desk()
        await scene.call.ended.wait()
        assert await scene.results() == told
        in_vain = told[-1] == "ProviderFailed"
        assert len(await said_by_nobody(scene)) == int(in_vain)
        assert len((await scene.operation.closed(await scene.call_id())).callbacks) == int(in_vain)


async def test_the_desk_may_ask_again_after_a_refusal(operate: Operate) -> None:
    async with waiting_caller(operate, Agent(), IN_A_CRISIS, "sim", handover="cold") as scene:
        await scene.heard_out()
        scene.carrier.refusals = [400]
        assert not await scene.wanted_at_the_desk()
        assert await scene.wanted_at_the_desk()
        await scene.call.ended.wait()
        assert scene.call.transferred_to is not None
        assert (await scene.results())[-1] == "Joined"


@pytest.mark.parametrize("path", [ENDED, ANSWERED])
async def test_a_forged_word_of_the_humans_phone_changes_nothing(operation: Operation, path: str) -> None:
    answer = await operation.post(
        f"{path}?{urlencode({'handover': 'k'})}", {"DialCallStatus": "busy"}, sign="https://x"
    )
    assert answer.status_code == 403


async def test_words_that_are_not_made_in_time_are_said_by_the_providers_own_voice(operation: Operation) -> None:
    assert operation.app is not None
    board = operation.app.state.gateway.hold.board
    dialled = Dialled(
        "CA1", board.offer_audio(asyncio.get_running_loop().create_future()), "A gente liga de novo hoje."
    )
    key = board.put_up_dialled(dialled)
    path = f"{ENDED}?{urlencode({'handover': key})}"
    answer = await operation.post(path, {"DialCallStatus": "busy", "CallStatus": "in-progress"})
    assert '<Say language="pt-BR">A gente liga de novo hoje.</Say><Hangup' in answer.text
    assert await dialled.outcome == NobodyAnswered("busy")


@pytest.mark.parametrize(
    ("status", "verbs"),
    [
        pytest.param("completed", ["Hangup"], id="after the talk"),
        pytest.param("no-answer", ["Say", "Hangup"], id="nobody answered"),
    ],
)
async def test_a_process_that_knows_nothing_of_the_call_still_tells_the_truth(
    operation: Operation, status: str, verbs: list[str]
) -> None:
    path = f"{ENDED}?{urlencode({'handover': 'of another process'})}"
    answer = await operation.post(path, {"DialCallStatus": status, "CallStatus": "in-progress"})
    assert answer.status_code == 200
    assert [verb for verb in ("Say", "Play", "Hangup") if f"<{verb}" in answer.text] == verbs
