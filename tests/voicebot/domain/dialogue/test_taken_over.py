"""A person of the desk takes a call over: the caller is told once, whoever they are and wherever the talk stands."""

from __future__ import annotations

import pytest

from tests.voicebot.domain.dialogue.cases import BIRTH, CPF, SIM, SOU_EU, means, play, said
from voicebot.domain.dialogue import acts
from voicebot.domain.dialogue.phases import Disposition, EscalationReason, Phase
from voicebot.domain.dialogue.state import Event, HumanJoined, HungUp, NotTaken, Silence, TakenOver
from voicebot.domain.meaning import Intent

TOLD = acts.Escalate(EscalationReason.REQUEST, now=True)


@pytest.mark.parametrize(
    "before",
    [
        pytest.param((), id="at the greeting"),
        pytest.param((SOU_EU,), id="before anybody is verified"),
        pytest.param((SOU_EU, CPF, BIRTH), id="verified"),
        pytest.param((SOU_EU, CPF, BIRTH, SIM), id="while it is negotiated"),
        pytest.param((SOU_EU, Silence()), id="in a silence"),
        pytest.param((means(Intent.DENY),), id="it is not them"),
    ],
)
def test_the_caller_is_told_once_and_asked_nothing(before: tuple[Event, ...]) -> None:
    once, again, joined = play(*before, TakenOver(), TakenOver(), HumanJoined())[-3:]
    assert once.acts == (TOLD,)
    assert (once.state.phase, once.state.asks, once.effects) == (Phase.HAND_OVER, None, ())
    assert again.acts == ()
    assert joined.state.disposition is Disposition.HANDED_OVER


def test_whoever_is_in_a_crisis_stays_in_it_and_hears_so() -> None:
    taken = play(SOU_EU, means(Intent.SELF_HARM), TakenOver())[-1]
    assert taken.state.phase is Phase.DISTRESS
    assert taken.acts in {(acts.Escalate(EscalationReason.SELF_HARM, now=True),), ()}
    assert taken.state.human_called


def test_after_the_end_nobody_is_told_anything() -> None:
    assert said(play(SOU_EU, HungUp(), TakenOver())[-1]) == []


def test_who_was_promised_a_person_in_vain_has_one_called_when_they_speak_on() -> None:
    taken_back, speaks = play(SOU_EU, TakenOver(), NotTaken(), means(Intent.OTHER))[-2:]
    assert (taken_back.acts, taken_back.state.human_called) == ((), False)
    assert (speaks.acts, speaks.state.human_called) == ((TOLD,), True)


def test_in_a_crisis_a_person_is_called_again_after_a_promise_in_vain() -> None:
    quiet = play(SOU_EU, means(Intent.SELF_HARM), TakenOver(), NotTaken(), Silence())[-1]
    assert quiet.acts == (acts.Escalate(EscalationReason.SELF_HARM, now=True),)
    assert (quiet.state.phase, quiet.state.human_called) == (Phase.DISTRESS, True)
