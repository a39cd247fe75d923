"""A call with a proposer behind its understanding: the policy gets the same kind of meaning, and gets it in time."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest

from tests.voicebot.application.desk import CALL_ID, World, case
from tests.voicebot.understanding.conftest import reader
from tests.voicebot.understanding.proposer.conftest import opened
from tests.voicebot.understanding.proposer.server import Reply, answers, drips, hangs, proposal, says
from voicebot.application.conversation import CallFacts, Conversation, Turn
from voicebot.application.ports import Understanding
from voicebot.domain.dialogue.phases import Direction
from voicebot.domain.meaning import Intent, Meaning
from voicebot.understanding.proposer.proposer import DEADLINE_S

UNCLEAR = "fulano da tal coisa que passou nele"
SLACK_S = 0.5


async def heard(understanding: Understanding, text: str) -> tuple[Conversation, Turn]:
    world = World()
    await world.records.begin(CALL_ID, direction=Direction.OUTBOUND, provider="simulator", at=world.at)
    facts = CallFacts(CALL_ID, Direction.OUTBOUND, case(), protocol="23110071", seed=7)
    conversation = Conversation(facts, replace(world.collaborators(), understanding=understanding))
    await conversation.start()
    return conversation, await conversation.hear(text)


async def test_what_the_proposer_hears_reaches_the_policy() -> None:
    async with opened(answers(proposal("wrong_number"))) as (advised, server):
        conversation, turn = await heard(advised, UNCLEAR)
    assert type(turn.heard) is Meaning
    assert turn.heard.intent is Intent.WRONG_NUMBER
    assert conversation.state.identity.denied or conversation.state.phase.value == "wrong_number"
    assert server.questions[0].asked["pergunta"] == "yes_no"


@pytest.mark.parametrize(
    "reply",
    [
        pytest.param(hangs, id="no answer"),
        pytest.param(drips, id="a byte at a time"),
        pytest.param(answers("abacaxi"), id="nonsense"),
        pytest.param(says(b"", "500 Internal Server Error"), id="server error"),
        pytest.param(answers(proposal("identity_confirm", "affirm", confidence=1.0)), id="a yes nobody said"),
    ],
)
async def test_whatever_the_server_does_the_turn_is_the_one_without_it(reply: Reply) -> None:
    alone, expected = await heard(reader(), UNCLEAR)
    async with opened(reply) as (advised, _):
        started = time.monotonic()
        conversation, turn = await heard(advised, UNCLEAR)
        waited = time.monotonic() - started
    assert turn == expected
    assert conversation.state == alone.state
    assert waited <= DEADLINE_S + SLACK_S


async def test_the_debtors_name_does_not_leave() -> None:
    name = case().debtor.name
    async with opened(answers(proposal("evasive"))) as (advised, server):
        await heard(advised, f"rolou um lance com {name.lower()} lá no trem")
    assert server.questions
    assert not any(part in server.questions[0].asked["fala"] for part in name.lower().split() if len(part) > 3)
