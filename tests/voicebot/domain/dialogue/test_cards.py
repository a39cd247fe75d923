"""Somebody tells the number of a card: it is declined kindly, and the call goes on where it was."""

from __future__ import annotations

import pytest

from tests.voicebot.domain.dialogue.cases import BIRTH, CPF, SOU_EU, means, play, said
from voicebot.domain.dialogue.phases import Phase
from voicebot.domain.dialogue.state import Heard
from voicebot.domain.meaning import Entity, EntityType, Intent

CARD = Entity(EntityType.CARD, "[cartão]", None)


def card(intent: Intent = Intent.OTHER) -> Heard:
    return means(intent, text="[cartão]", entities=(CARD,))


def test_before_the_identity_it_is_declined_without_a_word_of_paying_and_the_question_stands() -> None:
    last = play(SOU_EU, card(Intent.PROVIDE_DOCUMENT))[-1]
    assert said(last) == ["DeclineCard", "AskIdentityFactor"]
    assert last.state.identity.failed_rounds == 0
    assert last.state.phase is Phase.VERIFICATION


@pytest.mark.parametrize("intent", [Intent.OTHER, Intent.ASK_PAYMENT_METHOD, Intent.PROVIDE_DOCUMENT])
def test_afterwards_the_ways_to_pay_are_told(intent: Intent) -> None:
    last = play(SOU_EU, CPF, BIRTH, card(intent))[-1]
    assert said(last)[:2] == ["DeclineCard", "ExplainMethods"]
    assert last.state.verified


def test_a_crisis_in_the_same_breath_comes_first() -> None:
    last = play(SOU_EU, CPF, BIRTH, card(Intent.SELF_HARM))[-1]
    assert last.state.phase is Phase.DISTRESS
    assert "DeclineCard" not in said(last)
