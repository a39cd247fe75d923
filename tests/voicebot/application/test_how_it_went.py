"""The last question of a call on record: the mark is the call's event, and what was agreed stands whatever is said."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.voicebot.application.desk import CALL_ID, World, case
from voicebot.application.conversation import Conversation, Turn
from voicebot.domain.dialogue.phases import Disposition, Phase

UNTIL_THE_QUESTION = (
    *("sou eu", "529", "doze de março", "quero pagar de uma vez, faz um desconto?", "pode ser", "isso mesmo"),
    *("mil e sessenta e cinco reais na quinta", "pode mandar no whatsapp"),
)


async def asked(world: World) -> tuple[Conversation, Turn]:
    """Hold a call up to the question."""
    of = case()
    conversation = await world.conversation(of=replace(of, creditor=replace(of.creditor, asks_satisfaction=True)))
    turn = await conversation.start()
    for text in UNTIL_THE_QUESTION:
        turn = await conversation.hear(text)
    return conversation, turn


def marks(world: World) -> list[str]:
    return [data["score"] for kind, data, _ in world.records.calls[CALL_ID].events if kind == "satisfaction"]


async def test_the_question_comes_after_all_is_on_record() -> None:
    world = World()
    conversation, turn = await asked(world)
    assert [type(line.act).__name__ for line in turn.lines][-1] == "AskSatisfaction"
    assert turn.incident is None
    assert conversation.state.phase is Phase.SATISFACTION
    record = world.records.calls[CALL_ID]
    assert record.agreement is not None
    assert record.disposition is None, "the call is still open"


@pytest.mark.parametrize(("answer", "mark"), [("dez", ["10"]), ("nota três", ["3"]), ("prefiro não responder", [])])
async def test_the_answer_is_on_record_and_closes_the_call(answer: str, mark: list[str]) -> None:
    world = World()
    conversation, _ = await asked(world)
    turn = await conversation.hear(answer)
    assert marks(world) == mark
    assert turn.incident is None
    assert world.records.calls[CALL_ID].disposition is Disposition.AGREEMENT


async def test_who_hangs_up_instead_has_agreed() -> None:
    world = World()
    conversation, _ = await asked(world)
    await conversation.hung_up()
    assert marks(world) == []
    assert world.records.calls[CALL_ID].disposition is Disposition.AGREEMENT


async def test_the_lines_made_ready_while_it_is_asked_leave_no_mark() -> None:
    world = World()
    conversation, _ = await asked(world)
    assert conversation.foresee()
    assert marks(world) == []
