"""A pause offered to who is ill: it is theirs unless they would rather settle, also if they hang up or say nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.voicebot.domain.dialogue.cases import BIRTH, CPF, MONDAY, SIM, SOU_EU, context, means, money, play, said
from voicebot.domain.dialogue.phases import Disposition, Phase
from voicebot.domain.dialogue.state import BookCallback, Decision, Escalation, Event, HungUp, Silence, Suppress
from voicebot.domain.meaning import Entity, EntityType, Intent

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


def test_with_an_offer_on_the_table_a_no_to_the_pause_brings_the_offer_back_and_no_goodbye() -> None:
    told = play(*KNOWN, SIM, ILL, means(Intent.DENY))
    assert said(told[-1]) == ["Acknowledge", "AskIfItFits"]
    assert not told[-1].state.ended
    assert play(*KNOWN, SIM, ILL, means(Intent.DENY), HungUp())[-1].state.disposition is Disposition.HUNG_UP


def test_asked_what_fits_before_they_are_asked_again_and_not_dismissed() -> None:
    told = play(*KNOWN, means(Intent.CANNOT_PAY), ILL, means(Intent.DENY))
    assert said(told[-1])[-1] == "AskCapacity"
    assert done(told, Suppress) == []


@pytest.mark.parametrize("main", [Intent.PROPOSE_AMOUNT, Intent.DENY])
def test_a_wish_to_settle_in_spite_of_the_illness_is_heard(main: Intent) -> None:
    entities = money("120.00").meaning.entities
    wish = means(
        main,
        Intent.ILLNESS,
        Intent.PROPOSE_AMOUNT,
        text="mesmo doente consigo cento e vinte por mês",
        entities=entities,
    )
    told = play(*KNOWN, ILL, wish)
    assert said(told[-1])[-1] == "MakeOffer"


def test_told_again_after_a_no_the_pause_is_offered_again_and_nobody_is_called_twice() -> None:
    told = play(*KNOWN, ILL, means(Intent.DENY), ILL)
    assert said(told[-1]) == ["AcknowledgeHardship", "AskPause"]
    assert len(done(told, Escalation)) == 1


@pytest.mark.parametrize(
    "between",
    [
        pytest.param((means(Intent.SUSPECTS_FRAUD),), id="the ways to check"),
        pytest.param((means(Intent.CONFUSED), means(Intent.CONFUSED)), id="is somebody there to help"),
        pytest.param((means(Intent.OTHER),) * 3, id="shall a person come"),
    ],
)
def test_another_question_in_between_costs_nobody_the_rest(between: tuple[Event, ...]) -> None:
    told = play(*KNOWN, ILL, *between, HungUp())
    assert done(told, Suppress) == [REST]


def test_a_callback_that_was_asked_for_is_not_held_back_by_the_rest() -> None:
    at_three = (Entity(EntityType.TIME, "às três", "15:00"),)
    told = play(*KNOWN, ILL, means(Intent.REQUEST_CALLBACK, text="me liga às três", entities=at_three))
    assert done(told, BookCallback)
    assert done(told, Suppress) == []


def test_until_a_day_is_a_yes() -> None:
    told = play(*KNOWN, ILL, means(Intent.AFFIRM, Intent.PROPOSE_DATE, text="pode deixar até dia vinte e três"))
    assert said(told[-1]) == ["RestContact", "SayGoodbye"]


def test_nothing_is_asked_of_a_debt_that_has_lapsed() -> None:
    ctx = context()
    debts = tuple(replace(debt, due_date=debt.due_date.replace(year=2015)) for debt in ctx.case.debts)
    lapsed = replace(ctx, case=replace(ctx.case, debts=debts))
    assert said(play(*KNOWN, ILL, ctx=lapsed)[-1]) == ["AcknowledgeHardship", "RestContact", "SayGoodbye"]


def test_a_wish_to_be_left_alone_is_more_than_a_pause() -> None:
    told = play(*KNOWN, ILL, means(Intent.STOP_CALLING))
    assert told[-1].state.disposition is Disposition.STOP_CALLING
    assert done(told, Suppress) == [Suppress("stop")]


def test_before_the_identity_is_proven_nothing_is_asked() -> None:
    told = play(SOU_EU, ILL)
    assert said(told[-1]) == ["AcknowledgeHardship", "RestContact", "SayGoodbye"]
