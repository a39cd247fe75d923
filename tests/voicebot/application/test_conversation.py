"""One turn's order, and that nothing is said which the gate, the limits or the record would not bear."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from tests.voicebot.application.desk import CALL_ID, World, script
from voicebot.application.conversation import Conversation, Turn
from voicebot.application.foreseen import FORESEEN, in_rounds
from voicebot.application.ports import MarkOutcome, RecordsUnavailable, Voice
from voicebot.domain.dialogue.acts import Act, AskForPerson, DebtAct, MakeOffer, MakeTwoOffers, NeutralLine
from voicebot.domain.dialogue.phases import Asks, Direction, Disposition
from voicebot.domain.dialogue.utterance import Utterance
from voicebot.domain.money import Money
from voicebot.domain.offers import Offer, Payment

WRONG_NUMBER = "não, é engano, não conheço ninguém com esse nome"
UNTIL_AN_OFFER = ("sou eu", "529", "doze de março", "foi que eu perdi o emprego", "sim")


@dataclass
class Journal:
    """Records that note the order of what is written, and a script that notes when it is asked."""

    world: World
    entries: list[str] = field(default_factory=list)
    tamper: Callable[[Utterance], Utterance] = lambda line: line

    def __getattr__(self, name: str) -> Any:
        real = getattr(self.world.records, name)

        async def noted(*arguments: Any) -> Any:
            detail = getattr(arguments[1], "speaker", "") if name == "add_line" else ""
            self.entries.append(f"{name} {detail}".strip())
            return await real(*arguments)

        return noted

    def render(self, act: Act, voice: Voice) -> Utterance:
        self.entries.append(f"render {type(act).__name__}")
        return self.tamper(script().render(act, voice))


async def talk(*texts: str, journal: Journal, direction: Direction = Direction.OUTBOUND) -> tuple[Conversation, Turn]:
    conversation = await journal.world.conversation(direction=direction, script_=journal, records=journal)
    turn = await conversation.start()
    for text in texts:
        journal.entries.clear()
        turn = await conversation.hear(text)
    return conversation, turn


def acts(turn: Turn) -> list[str]:
    return [type(line.act).__name__ for line in turn.lines]


# --- order ---------------------------------------------------------------------------------------------------------


async def test_a_turn_is_heard_decided_done_said_recorded_and_only_then_closed() -> None:
    journal = Journal(World())
    _, turn = await talk(WRONG_NUMBER, journal=journal)
    said = acts(turn)
    assert journal.entries == [
        "add_line caller",
        "suppress",
        "record_event",
        *(f"render {act}" for act in said),
        *("add_line agent" for _ in said),
        "close",
    ]
    assert turn.state.disposition is Disposition.WRONG_NUMBER


async def test_each_line_of_the_turn_knows_its_place_in_the_record() -> None:
    journal = Journal(World())
    _, turn = await talk("sou eu", journal=journal)
    lines = await journal.world.records.lines_since(CALL_ID, 0)
    assert [lines[index].line.text for index in turn.indexes] == [line.text for line in turn.lines]
    assert [lines[index].line.acts for index in turn.indexes] == [(act,) for act in acts(turn)]


async def test_a_record_that_cannot_be_written_stops_the_turn_before_anything_is_said() -> None:
    journal = Journal(World())
    conversation, _ = await talk("sou eu", journal=journal)
    before = conversation.state
    journal.world.records.away = True
    journal.entries.clear()
    with pytest.raises(RecordsUnavailable):
        await conversation.hear(WRONG_NUMBER)
    assert not any(entry.startswith("render") for entry in journal.entries)
    assert conversation.state == before


async def test_keys_are_masked_in_the_record() -> None:
    journal = Journal(World())
    conversation, _ = await talk("sou eu", journal=journal)
    await conversation.pressed("529")
    texts = [each.line.text for each in await journal.world.records.lines_since(CALL_ID, 0)]
    assert "[teclado: 3 dígitos]" in texts
    assert not any("529" in text for text in texts)


@pytest.mark.parametrize(
    ("outcome", "expected"), [(MarkOutcome.PLAYED, True), (MarkOutcome.CLEARED, False)], ids=["played", "cleared"]
)
async def test_the_notice_counts_once_it_was_heard(outcome: MarkOutcome, expected: bool) -> None:
    journal = Journal(World())
    conversation, turn = await talk("sou eu", journal=journal)
    notice = turn.indexes[acts(turn).index("NoticeRecording")]
    for index in turn.indexes:
        assert not conversation.notice_heard
        await conversation.played(index, outcome if index == notice else MarkOutcome.PLAYED)
        if index == notice:
            break
    assert conversation.notice_heard is expected


# --- the gate ------------------------------------------------------------------------------------------------------


def leaking(words: str) -> Callable[[Utterance], Utterance]:
    """A script that says more than the act means."""
    return lambda line: replace(line, text=words) if isinstance(line.act, AskForPerson) else line


@pytest.mark.parametrize(
    "words",
    [
        "Ana Beatriz? É sobre a sua dívida.",
        "Falo com a Ana? Você tem uma fatura em aberto.",
        "A Ana está? O valor é de mil duzentos e cinquenta reais.",
    ],
)
async def test_what_the_gate_refuses_becomes_a_neutral_line_and_an_incident(words: str) -> None:
    journal = Journal(World(), tamper=leaking(words))
    _, turn = await talk(journal=journal)
    assert acts(turn) == ["Greet", "NeutralLine"]
    assert words not in turn.text
    assert turn.incident
    found = await journal.world.records.outcome(CALL_ID)
    assert found.incidents == 1
    lines = await journal.world.records.lines_since(CALL_ID, 0)
    assert words not in " ".join(each.line.text for each in lines), "it was never said, so it is not in the transcript"
    assert journal.entries.index("refuse") < journal.entries.index("render NeutralLine")


def cheaper(offer: Offer) -> Offer:
    """Half of what it was, with the figures that go with it."""
    total = Money(offer.total.cents // 2)
    percent = (Decimal(100) * (1 - Decimal(total.cents) / offer.debt_total.cents)).quantize(Decimal("0.01"))
    due = offer.instalments[0].due
    return replace(offer, total=total, discount_percent=percent, entry=None, instalments=(Payment(due, total),))


def later(offer: Offer) -> Offer:
    """A year's time to pay it in one sum."""
    moved = tuple(replace(each, due=each.due + timedelta(days=365)) for each in offer.instalments)
    return replace(offer, instalments=moved)


def foreign(offer: Offer) -> Offer:
    """For a contract of somebody else."""
    return replace(offer, contracts=("C-9999",))


@pytest.mark.parametrize("bend", [cheaper, later, foreign])
@pytest.mark.parametrize("place", ["alone", "first of two", "second of two"])
async def test_an_offer_outside_the_limits_is_never_spoken(bend: Callable[[Offer], Offer], place: str) -> None:
    seen: list[Offer] = []

    def tamper(line: Utterance) -> Utterance:
        if not isinstance(line.act, MakeOffer):
            return line
        good, bad = line.act.offer, bend(line.act.offer)
        seen.append(bad)
        match place:
            case "alone":
                return replace(line, act=replace(line.act, offer=bad))
            case "first of two":
                return replace(line, act=MakeTwoOffers(line.act.token, bad, good))
            case _:
                return replace(line, act=MakeTwoOffers(line.act.token, good, bad))

    journal = Journal(World(), tamper=tamper)
    _, turn = await talk(*UNTIL_AN_OFFER, journal=journal)
    assert seen, "the negotiation came to an offer"
    assert turn.incident == "OFFER-LIMITS"
    assert acts(turn) == ["NeutralLine"]


async def test_the_offer_as_it_was_decided_is_spoken() -> None:
    _, turn = await talk(*UNTIL_AN_OFFER, journal=Journal(World()))
    assert (acts(turn), turn.incident) == (["MakeOffer"], None)


async def test_a_neutral_line_is_always_sayable() -> None:
    """Or the gate would leave the caller in silence."""
    journal = Journal(World())
    conversation, _ = await talk(journal=journal)
    line = script().render(NeutralLine(), conversation._voice(conversation.state, conversation.now(), (), 0))
    assert line.text
    assert not isinstance(line.act, DebtAct)


# --- foresight -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("texts", [(), ("sou eu",), ("sou eu", "529"), UNTIL_AN_OFFER], ids=len)
async def test_foreseeing_says_records_and_changes_nothing(texts: tuple[str, ...]) -> None:
    journal = Journal(World())
    conversation, _ = await talk(*texts, journal=journal)
    before = conversation.state
    count = await journal.world.records.next_line(CALL_ID)
    foreseen = conversation.foresee()
    assert 0 < len(foreseen) <= FORESEEN
    assert len(set(foreseen)) == len(foreseen)
    assert conversation.state == before
    assert await journal.world.records.next_line(CALL_ID) == count
    assert journal.world.messenger.sent == []


@pytest.mark.parametrize(
    ("before", "reply"),
    [
        pytest.param((), "sou eu", id="the person confirms"),
        pytest.param(("sou eu",), "529", id="the right digits"),
        pytest.param(("sou eu", "529"), "doze de março", id="the right birthday"),
    ],
)
async def test_the_likely_answer_is_ready_word_for_word(before: tuple[str, ...], reply: str) -> None:
    conversation, _ = await talk(*before, journal=Journal(World()))
    foreseen = conversation.foresee()
    turn = await conversation.hear(reply)
    missing = [line.text for line in turn.lines if line.text not in foreseen]
    assert missing == [], f"{len(missing)} of {len(turn.lines)} lines would have to be made while the caller waits"


@pytest.mark.parametrize(
    ("before", "reply"),
    [
        pytest.param(("sou eu", "529", "doze de março"), "já paguei essa conta", id="paid already"),
        pytest.param(("sou eu",), "mas do que se trata?", id="what is it about"),
        pytest.param(("sou eu", "529"), "pode repetir?", id="say it again"),
        pytest.param(UNTIL_AN_OFFER, "não, está caro", id="an offer refused"),
    ],
)
async def test_the_first_words_of_common_answers_are_ready(before: tuple[str, ...], reply: str) -> None:
    conversation, _ = await talk(*before, journal=Journal(World()))
    foreseen = conversation.foresee()
    assert (await conversation.hear(reply)).lines[0].text in foreseen


@pytest.mark.parametrize("reply", ["529", "uns cento e trinta e sete reais por mês"])
async def test_the_answer_to_given_words_is_foreseen_as_it_will_be_said(reply: str) -> None:
    conversation, _ = await talk(*UNTIL_AN_OFFER, journal=Journal(World()))
    before = conversation.state
    foreseen = conversation.foresee_answer(reply)
    assert conversation.state == before
    assert foreseen == tuple(line.text for line in (await conversation.hear(reply)).lines)


async def test_the_same_words_are_read_once_until_the_question_changes() -> None:
    world = World()
    read: list[str] = []
    conversation, _ = await talk("sou eu", journal=Journal(world))
    real = conversation._with.understanding.understand

    class Reading:
        def understand(self, text: str, **how: Any) -> Any:
            read.append(text)
            return real(text, **how)

    conversation._with = replace(conversation._with, understanding=Reading())
    for _ in range(3):
        conversation.answers_in_full("529")
    await conversation.hear("529")
    assert read == ["529"]
    conversation.answers_in_full("529")
    assert read == ["529", "529"], "another question is open now"


def test_lines_come_in_the_order_in_which_they_are_needed() -> None:
    answers = [("a", "b", "c"), ("d",), ("a", "e")]
    assert in_rounds(answers) == ["a", "d", "b", "e", "c"]


async def test_nothing_is_foreseen_of_a_call_that_is_over() -> None:
    conversation, _ = await talk(WRONG_NUMBER, journal=Journal(World()))
    assert conversation.foresee() == []


async def test_a_caller_who_has_left_is_a_closed_record() -> None:
    journal = Journal(World())
    conversation, _ = await talk("sou eu", journal=journal)
    turn = await conversation.hung_up()
    assert (turn.lines, turn.state.ended) == ((), True)
    assert (await journal.world.records.outcome(CALL_ID)).disposition is Disposition.HUNG_UP


@pytest.mark.parametrize(
    ("words", "enough"),
    [("sou eu", True), ("sim", True), ("sim mas olha só", False), ("é que", False), ("", False)],
)
async def test_a_short_plain_yes_or_no_is_enough_and_the_beginning_of_more_is_not(words: str, enough: bool) -> None:
    conversation, _ = await talk(journal=Journal(World()))
    assert conversation.state.asks is Asks.YES_NO
    assert conversation.answers_in_full(words) is enough
