"""What a caller asks over words that answer it, and what still wants an answer."""

from __future__ import annotations

import pytest

from tests.voicebot.application.desk import World, script
from voicebot.application.conversation import Conversation, HeardSpan, Turn
from voicebot.application.ports import MarkOutcome
from voicebot.application.running import Told
from voicebot.domain.dialogue.acts import AwaitPerson
from voicebot.domain.dialogue.phases import Asks


def acts(turn: Turn) -> list[str]:
    return [type(line.act).__name__ for line in turn.lines]


async def introduced() -> tuple[Conversation, Turn]:
    conversation = await World().conversation(script_=script())
    await conversation.start()
    return conversation, await conversation.hear("sou eu")


async def test_a_question_over_its_answer_is_let_go() -> None:
    conversation, telling = await introduced()
    asked = conversation.state

    turn = await conversation.hear("quem está falando?", HeardSpan(3.0, 4.0, over=frozenset(telling.indexes)))

    assert turn.lines == ()
    assert turn.state == asked, "the running question stands"


@pytest.mark.parametrize(
    ("text", "over"),
    [
        pytest.param("quem está falando?", False, id="the telling was over, or was cut off"),
        pytest.param("quem está falando? é golpe?", True, id="more was said than the running words answer"),
        pytest.param("você é um robô?", True, id="another question"),
    ],
)
async def test_whatever_else_is_asked_is_answered(text: str, over: bool) -> None:
    conversation, telling = await introduced()
    span = HeardSpan(3.0, 4.0, over=frozenset(telling.indexes) if over else frozenset())

    turn = await conversation.hear(text, span)

    assert acts(turn)


async def read_back() -> tuple[Conversation, frozenset[int]]:
    conversation = await World().conversation(script_=script())
    await conversation.start()
    for text in ("sou eu", "529", "doze de março", "perdi o emprego", "uns cento e vinte por mês"):
        await conversation.hear(text)
    turn = await conversation.hear("sim, cabe")
    assert acts(turn) == ["ConfirmAgreement"]
    return conversation, frozenset(turn.indexes)


async def test_a_yes_to_terms_cut_short_is_no_yes() -> None:
    conversation, terms = await read_back()

    turn = await conversation.hear("isso, pode fechar", HeardSpan(3.0, 4.0, unheard=terms))

    assert (turn.says_on, turn.lines) == (True, ())
    assert conversation.state.asks is Asks.YES_NO, "the same question stands"
    await conversation.played(next(iter(terms)), MarkOutcome.PLAYED)
    assert acts(await conversation.hear("isso, pode fechar", HeardSpan(9.0, 10.0))) == ["AskTeachBack"]


async def test_terms_cut_short_stay_unheard_until_they_are_read_to_their_end() -> None:
    """Fails if a minute asked for over the read-back makes the next "pode fechar" a yes to what nobody heard."""
    conversation, terms = await read_back()

    held = await conversation.hear("só um minutinho", HeardSpan(3.0, 4.0, unheard=terms))
    again = await conversation.hear("pronto, pode fechar", HeardSpan(9.0, 10.0))

    assert acts(held) == ["HoldOn"]
    assert acts(again)[-1] == "ConfirmAgreement", "read once more, and whole"
    assert acts(await conversation.hear("isso, pode fechar", HeardSpan(20.0, 21.0))) == ["AskTeachBack"]


async def test_who_comes_to_the_phone_has_heard_no_notice() -> None:
    conversation = await World().conversation(script_=script())
    opening = await conversation.start()
    told = await conversation.hear("sou eu")
    for index in (*opening.indexes, *told.indexes):
        await conversation.played(index, MarkOutcome.PLAYED)
    assert conversation.notice_heard

    fetching = Told(notice_heard=True)
    fetching.say({7: AwaitPerson("Ana")})

    assert not fetching.notice_heard


@pytest.mark.parametrize("text", ["não, assim não dá", "quero falar com uma pessoa", "prefiro no boleto"])
async def test_whatever_else_is_said_over_the_terms_counts(text: str) -> None:
    conversation, terms = await read_back()

    turn = await conversation.hear(text, HeardSpan(3.0, 4.0, unheard=terms))

    assert not turn.says_on
    assert acts(turn)
