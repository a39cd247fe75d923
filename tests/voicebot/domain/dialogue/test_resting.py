"""A pause offered to who is ill: it is theirs unless they would rather settle, also if they hang up or say nothing."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.voicebot.domain.dialogue.cases import BIRTH, CPF, MONDAY, SIM, SOU_EU, means, money, play, said
from voicebot.domain.dialogue.phases import Disposition, Phase
from voicebot.domain.dialogue.state import Decision, Escalation, Event, HungUp, Silence, Suppress
from voicebot.domain.meaning import Intent

KNOWN: tuple[Event, ...] = (SOU_EU, CPF, BIRTH)
ILL = means(Intent.ILLNESS)
REST = Suppress("illness", MONDAY.date() + timedelta(days=30))


def done(decisions: list[Decision], kind: type) -> list[object]:
    return [effect for each in decisions for effect in each.effects if isinstance(effect, kind)]


def test_a_pause_is_a_question_and_a_person_is_told_at_once() -> None:
    told = play(*KNOWN, ILL)
    assert said(told[-1]) == ["AcknowledgeHardship", "AskPause"]
    assert not told[-1].state.ended
    (request,) = done(told, Escalation)
    assert isinstance(request, Escalation)
    assert not request.to_line
    assert done(told, Suppress) == []


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(SIM, id="yes"),
        pytest.param(means(Intent.THANKS), id="thanks"),
        pytest.param(means(Intent.CANNOT_PAY), id="no money"),
        pytest.param(ILL, id="tells more of the illness"),
        pytest.param(means(Intent.NEEDS_TIME), id="needs time"),
    ],
)
def test_whatever_is_no_wish_to_settle_lets_it_rest_without_another_question(answer: Event) -> None:
    told = play(*KNOWN, ILL, answer)
    assert said(told[-1]) == ["RestContact", "SayGoodbye"]
    assert told[-1].state.disposition is Disposition.VULNERABLE_HOLD
    assert done(told, Suppress) == [REST]
    assert len(done(told, Escalation)) == 1, "one person is asked to look at it, not two"


@pytest.mark.parametrize(
    "leaving",
    [pytest.param((HungUp(),), id="hangs up"), pytest.param((Silence(), Silence(), Silence()), id="says nothing more")],
)
def test_who_leaves_without_an_answer_is_left_in_peace(leaving: tuple[Event, ...]) -> None:
    told = play(*KNOWN, ILL, *leaving)
    assert told[-1].state.ended
    assert told[-1].state.disposition is Disposition.VULNERABLE_HOLD
    assert done(told, Suppress) == [REST]


def test_who_would_rather_settle_goes_on_and_nothing_rests() -> None:
    told = play(*KNOWN, ILL, means(Intent.DENY), money("120.00", text="cento e vinte por mês"))
    assert said(told[-2])[-1] == "AskCapacity"
    assert told[-1].state.phase is Phase.NEGOTIATION
    assert said(told[-1])[-1] == "MakeOffer"
    assert done(told, Suppress) == []


def test_a_wish_to_be_left_alone_is_more_than_a_pause() -> None:
    told = play(*KNOWN, ILL, means(Intent.STOP_CALLING))
    assert told[-1].state.disposition is Disposition.STOP_CALLING
    assert done(told, Suppress) == [Suppress("stop")]


def test_before_the_identity_is_proven_nothing_is_asked() -> None:
    told = play(SOU_EU, ILL)
    assert said(told[-1]) == ["AcknowledgeHardship", "RestContact", "SayGoodbye"]
