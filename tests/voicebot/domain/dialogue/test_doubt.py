"""A sign of crisis that may only sound so is asked about, once; anything but a plain no is taken for a yes."""

from __future__ import annotations

import pytest

from tests.voicebot.domain.dialogue.cases import BIRTH, CPF, NAO, SIM, SOU_EU, context, means, play, said, unsure
from voicebot.domain.dialogue import acts
from voicebot.domain.dialogue.phases import Phase, Urgency
from voicebot.domain.dialogue.state import Escalation, Event, Heard, Silence, Suppress
from voicebot.domain.meaning import Intent, Meaning

PERHAPS = unsure(Intent.SELF_HARM)
"""Such as "eu me mato de trabalhar", or half a line on a bad phone."""
KNOWN: tuple[Event, ...] = (SOU_EU, CPF, BIRTH)


def test_the_question_has_the_number_and_no_word_of_money() -> None:
    asked = play(*KNOWN, PERHAPS)[-1]

    assert said(asked) == ["CheckSafety"]
    assert isinstance(asked.acts[0], acts.CheckSafety)
    assert asked.acts[0].number == "188"
    assert asked.state.phase is not Phase.DISTRESS


def test_violence_is_asked_about_with_its_own_number() -> None:
    [check] = play(*KNOWN, unsure(Intent.DOMESTIC_VIOLENCE))[-1].acts

    assert isinstance(check, acts.CheckSafety)
    assert check.number == "180"


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(NAO, id="a plain no"),
        pytest.param(means(Intent.PROPOSE_DATE), id="plain business"),
        pytest.param(means(Intent.CANNOT_PAY), id="trouble of another kind"),
    ],
)
def test_a_plain_no_leads_back_to_what_was_asked_before(answer: Heard) -> None:
    before = play(*KNOWN)[-1]
    back = play(*KNOWN, PERHAPS, answer)[-1]

    assert said(back)[0] == "Relieved"
    assert back.state.phase is before.state.phase
    assert back.state.asks is before.state.asks


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(SIM, id="yes"),
        pytest.param(Silence(), id="silence"),
        pytest.param(means(Intent.OTHER), id="not understood"),
        pytest.param(means(Intent.EVASIVE), id="sei lá"),
        pytest.param(means(Intent.CONFUSED), id="lost"),
        pytest.param(means(Intent.THANKS), id="thanks"),
        pytest.param(Heard(Meaning("...", Intent.DENY, 0.4)), id="a no that may be none"),
        pytest.param(means(Intent.AFFIRM, Intent.STOP_CALLING), id="yes, and do not call me"),
        pytest.param(unsure(Intent.ACUTE_DISTRESS), id="another doubtful sign"),
    ],
)
def test_whatever_else_is_answered_the_collection_stops_and_a_person_is_called(answer: Event) -> None:
    after = play(*KNOWN, PERHAPS, answer)[-1]

    assert after.state.phase is Phase.DISTRESS
    requests = [effect for effect in after.effects if isinstance(effect, Escalation)]
    assert [request.urgency for request in requests] == [Urgency.IMMEDIATE]
    assert any(isinstance(effect, Suppress) for effect in after.effects)


def test_a_second_doubtful_sign_is_no_longer_asked_about() -> None:
    assert play(*KNOWN, PERHAPS, NAO, PERHAPS)[-1].state.phase is Phase.DISTRESS


def test_a_plain_sign_is_never_asked_about() -> None:
    assert play(*KNOWN, means(Intent.SELF_HARM))[-1].state.phase is Phase.DISTRESS


def test_the_question_is_put_again_to_whoever_did_not_hear_it() -> None:
    again = play(*KNOWN, PERHAPS, means(Intent.REPEAT))[-1]

    assert said(again)[-1] == "CheckSafety"
    assert again.state.phase is not Phase.DISTRESS


def test_stop_is_honoured_while_the_question_is_open() -> None:
    assert play(*KNOWN, PERHAPS, means(Intent.STOP_CALLING))[-1].state.ended


def test_where_nobody_is_in_the_truth_is_told() -> None:
    ctx = context(staffed=False)

    assert "StayAndListen" in said(play(*KNOWN, PERHAPS, SIM, ctx=ctx)[-1])
