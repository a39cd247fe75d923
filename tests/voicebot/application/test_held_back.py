"""Whole turns heard badly: asked again, the keypad offered, and never acted on."""

from __future__ import annotations

from tests.voicebot.application.desk import World, script
from voicebot.application.conversation import Conversation, HeardSpan, Turn
from voicebot.domain.dialogue.phases import Asks, Phase
from voicebot.domain.heard import Sureness

PLAIN = HeardSpan(1.0, 2.0, Sureness(-0.15, 0.9))
BAD = HeardSpan(1.0, 2.0, Sureness(-2.4, 0.05, 0.3))


def acts(turn: Turn) -> list[str]:
    return [type(line.act).__name__ for line in turn.lines]


async def call(*texts: str) -> Conversation:
    conversation = await World().conversation(script_=script())
    await conversation.start()
    for text in texts:
        await conversation.hear(text, PLAIN)
    return conversation


async def test_badly_heard_digits_are_asked_for_again_with_the_keypad_and_cost_no_round() -> None:
    conversation = await call("sou eu")
    turn = await conversation.hear("cinco dois oito", BAD)
    assert acts(turn) == ["NotUnderstood", "OfferKeypad", "AskIdentityFactor"]
    assert (turn.state.identity.cpf, turn.state.identity.failed_rounds) == (None, 0)
    turn = await conversation.hear("cinco dois nove", PLAIN)
    assert turn.state.identity.cpf is True


async def test_the_same_digits_heard_badly_twice_are_judged() -> None:
    conversation = await call("sou eu")
    await conversation.hear("cinco dois nove", BAD)
    turn = await conversation.hear("cinco dois nove", BAD)
    assert turn.state.identity.cpf is True


async def test_a_badly_heard_yes_to_the_read_back_is_no_yes() -> None:
    conversation = await call(
        "sou eu", "529", "doze de março", "foi que eu perdi o emprego", "uns cento e vinte por mês"
    )
    assert conversation.state.asks is Asks.YES_NO
    turn = await conversation.hear("sim, cabe", PLAIN)
    assert acts(turn) == ["ConfirmAgreement"]
    turn = await conversation.hear("sim", BAD)
    assert "ConfirmAgreement" in acts(turn)
    assert turn.state.phase is Phase.CONFIRMATION
    turn = await conversation.hear("sim, pode confirmar", PLAIN)
    assert acts(turn) == ["AskTeachBack"]


async def test_a_crisis_heard_badly_is_still_a_crisis() -> None:
    conversation = await call("sou eu", "529", "doze de março")
    turn = await conversation.hear("eu vou me matar", BAD)
    assert {"SupportCrisis", "CheckSafety"} & set(acts(turn))


async def test_a_goodbye_heard_badly_ends_nothing() -> None:
    conversation = await call("sou eu", "529", "doze de março")
    turn = await conversation.hear("tchau", BAD)
    assert not turn.state.ended
