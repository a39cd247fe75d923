"""What is left of an answer that was heard badly, and what doubt may never take away."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voicebot.application.doubts import ENOUGH, PLAIN, Answered, as_heard, chance_right
from voicebot.domain.dialogue.phases import Asks
from voicebot.domain.heard import Sureness
from voicebot.domain.meaning import MUST_CATCH, Entity, EntityType, Intent, Meaning

SURE = Sureness(-0.1, 0.9)
FAIR = Sureness(-0.4, 0.6)
BAD = Sureness(-1.6, 0.05, 0.3)


def meaning(intent: Intent, *entities: Entity, also: tuple[Intent, ...] = ()) -> Meaning:
    return Meaning("(palavras)", intent, 0.95, also, entities)


def entity(kind: EntityType, value: str) -> Entity:
    return Entity(kind, value, value)


CPF = meaning(Intent.PROVIDE_DOCUMENT, entity(EntityType.CPF, "529"))
BIRTH = meaning(Intent.PROVIDE_BIRTH_DATE, entity(EntityType.DATE, "--03-12"))
AMOUNT = meaning(Intent.PROPOSE_AMOUNT, entity(EntityType.MONEY, "120.00"))
DAY = meaning(Intent.PROPOSE_DATE, entity(EntityType.DATE, "2026-12-05"))
YES = meaning(Intent.AFFIRM)


@pytest.mark.parametrize(
    ("said", "asks", "left"),
    [
        pytest.param(CPF, Asks.CPF_FIRST3, Intent.PROVIDE_DOCUMENT, id="digits: the try is known, the digits are not"),
        pytest.param(BIRTH, Asks.BIRTH_DAY_MONTH, Intent.PROVIDE_BIRTH_DATE, id="birthday"),
        pytest.param(AMOUNT, Asks.AMOUNT, Intent.OTHER, id="amount"),
        pytest.param(AMOUNT, Asks.YES_NO, Intent.OTHER, id="amount against an offer"),
        pytest.param(DAY, Asks.DATE, Intent.OTHER, id="day"),
        pytest.param(YES, Asks.YES_NO, Intent.OTHER, id="yes"),
        pytest.param(meaning(Intent.DENY), Asks.YES_NO, Intent.OTHER, id="no"),
        pytest.param(meaning(Intent.IDENTITY_CONFIRM), Asks.YES_NO, Intent.OTHER, id="it is me"),
        pytest.param(meaning(Intent.GOODBYE), Asks.YES_NO, Intent.OTHER, id="what would end the call"),
        pytest.param(meaning(Intent.JOB_LOSS), Asks.OPEN, Intent.OTHER, id="a sentence"),
    ],
)
def test_a_badly_heard_answer_loses_its_value_and_is_unsure(said: Meaning, asks: Asks, left: Intent) -> None:
    found = as_heard(said, BAD, asks)
    assert found.intent is left
    assert found.confidence < 0.5
    assert all(each.value is None for each in found.entities)


@pytest.mark.parametrize("said", [CPF, BIRTH, AMOUNT, DAY, YES])
def test_a_plainly_heard_answer_stands(said: Meaning) -> None:
    found = as_heard(said, SURE, Asks.YES_NO)
    assert (found.intent, found.also) == (said.intent, said.also)
    assert [each.value for each in found.entities] == [each.value for each in said.entities]
    assert 0.5 < found.confidence <= said.confidence


def test_an_amount_heard_fairly_is_roughly_known() -> None:
    found = as_heard(AMOUNT, FAIR, Asks.AMOUNT)
    assert ENOUGH[Answered.AMOUNT] <= chance_right(Answered.AMOUNT, FAIR) < PLAIN
    assert found.intent is Intent.PROPOSE_AMOUNT
    assert [(each.value, each.approx) for each in found.entities] == [("120.00", True)]


def test_what_was_said_beside_a_doubtful_answer_stays() -> None:
    found = as_heard(meaning(Intent.AFFIRM, also=(Intent.JOB_LOSS,)), BAD, Asks.YES_NO)
    assert found.intents == (Intent.JOB_LOSS,)


@pytest.mark.parametrize("grave", sorted(MUST_CATCH))
def test_doubt_never_holds_back_what_may_not_be_missed(grave: Intent) -> None:
    said = meaning(Intent.AFFIRM, entity(EntityType.MONEY, "120.00"), also=(grave,))
    assert as_heard(said, BAD, Asks.YES_NO) is said


@pytest.mark.parametrize(
    ("said", "asks", "sureness"),
    [
        pytest.param(CPF, Asks.CPF_FIRST3, None, id="text has no sound"),
        pytest.param(AMOUNT, Asks.TEACH_BACK, BAD, id="a retelling is compared with the agreement"),
        pytest.param(meaning(Intent.REPEAT), Asks.AMOUNT, BAD, id="no answer"),
        pytest.param(
            meaning(Intent.PROVIDE_DOCUMENT, entity(EntityType.CPF, "52998224725")),
            Asks.CPF,
            BAD,
            id="a whole CPF has its check digits",
        ),
    ],
)
def test_what_is_left_alone(said: Meaning, asks: Asks, sureness: Sureness | None) -> None:
    assert as_heard(said, sureness, asks) is said


def test_a_yes_that_was_not_listened_for_needs_a_better_sound() -> None:
    """ "Prefiro SMS" was once heard as "sim, sim, sim" where the channel was asked for."""
    poor = Sureness(-1.2, 0.1)
    assert as_heard(YES, poor, Asks.CHANNEL).intent is Intent.OTHER
    assert as_heard(YES, poor, Asks.YES_NO).intent is Intent.AFFIRM


def test_the_same_heard_badly_twice_is_what_was_said() -> None:
    assert as_heard(CPF, BAD, Asks.CPF_FIRST3, CPF).entities[0].value == "529"
    other = meaning(Intent.PROVIDE_DOCUMENT, entity(EntityType.CPF, "528"))
    assert as_heard(CPF, BAD, Asks.CPF_FIRST3, other).entities[0].value is None
    assert as_heard(YES, BAD, Asks.YES_NO, YES).intent is Intent.AFFIRM
    assert as_heard(YES, BAD, Asks.YES_NO, meaning(Intent.DENY)).intent is Intent.OTHER


@given(
    st.sampled_from(list(Answered)),
    st.floats(-5, 0),
    st.floats(-5, 0),
    st.floats(0, 1),
)
def test_worse_sound_is_never_likelier(kind: Answered, one: float, other: float, agreement: float) -> None:
    better, worse = Sureness(max(one, other)), Sureness(min(one, other))
    assert 0 < chance_right(kind, worse) <= chance_right(kind, better) < 1
    assert chance_right(kind, Sureness(one, None, agreement)) <= chance_right(kind, Sureness(one))
