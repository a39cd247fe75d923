"""What a finding changes: machines are left without a word, whoever is known for a person never."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from voicebot.domain.callee import TREATMENTS, Callee, Evidence, Finding, answer_to, event_of, treatment
from voicebot.domain.dialogue.acts import Verified
from voicebot.domain.dialogue.phases import Direction, Disposition, Phase
from voicebot.domain.dialogue.state import CallState, DeleteAudio, Identity
from voicebot.domain.dialogue.transitions import Move

MORNING = datetime(2026, 11, 23, 10, tzinfo=UTC)
OPENING = CallState(Direction.OUTBOUND, introduced=True, identity=Identity(confirmed=True))
VERIFIED = replace(OPENING, phase=Phase.EXPLANATION, identity=Identity(confirmed=True, token=Verified("D001", MORNING)))


def finding(callee: Callee, evidence: Evidence = Evidence.WORDS) -> Finding:
    return Finding(callee, evidence, 1.0, 1.2)


def test_every_callee_has_a_treatment_and_no_machine_is_talked_to_of_its_own() -> None:
    assert set(TREATMENTS) == set(Callee)
    talked_to = {callee for callee in Callee if treatment(callee).disposition is None}
    assert talked_to == {Callee.HUMAN, Callee.SILENCE, Callee.SCREENING}


@pytest.mark.parametrize(
    ("callee", "disposition"),
    [
        pytest.param(Callee.VOICEMAIL, Disposition.VOICEMAIL, id="a recorder"),
        pytest.param(Callee.IVR, Disposition.VOICEMAIL, id="a menu"),
        pytest.param(Callee.TONE, Disposition.NO_ANSWER, id="a tone"),
        pytest.param(Callee.INTERCEPT_UNAVAILABLE, Disposition.NO_ANSWER, id="out of reach"),
        pytest.param(Callee.INTERCEPT_INVALID, Disposition.FAILED, id="no such number"),
        pytest.param(Callee.FAX, Disposition.FAILED, id="a fax"),
    ],
)
def test_a_machine_ends_the_call_without_a_word(callee: Callee, disposition: Disposition) -> None:
    decision = answer_to(OPENING, finding(callee))
    assert decision.acts == ()
    assert decision.effects == (DeleteAudio(),)
    assert decision.move is Move.MACHINE_ANSWERED
    assert (decision.state.phase, decision.state.disposition) == (Phase.VOICEMAIL, disposition)
    assert decision.state.ended


@pytest.mark.parametrize(
    "state",
    [
        pytest.param(VERIFIED, id="verified"),
        pytest.param(replace(OPENING, phase=Phase.DISTRESS), id="in distress"),
        pytest.param(replace(OPENING, phase=Phase.CLOSING, ended=True), id="over"),
    ],
)
@pytest.mark.parametrize("callee", list(Callee))
def test_nothing_changes_for_whoever_is_known_for_a_person(state: CallState, callee: Callee) -> None:
    decision = answer_to(state, finding(callee))
    assert (decision.state, decision.acts, decision.effects) == (state, (), ())


@pytest.mark.parametrize(
    "found",
    [
        pytest.param(finding(Callee.HUMAN), id="a person"),
        pytest.param(finding(Callee.SILENCE, Evidence.QUIET), id="silence"),
        pytest.param(finding(Callee.SCREENING), id="whoever asks back: an assistant?"),
        pytest.param(finding(Callee.SCREENING, Evidence.CARRIER), id="the carrier against a person's words"),
    ],
)
def test_a_person_loses_nothing(found: Finding) -> None:
    assert answer_to(OPENING, found).state == OPENING


def test_the_record_holds_what_was_found_and_nothing_that_was_said() -> None:
    found = Finding(Callee.INTERCEPT_INVALID, Evidence.WORDS, 2.0, 2.25, "numero nao existe")
    assert event_of(found) == {
        "callee": "intercept_invalid",
        "evidence": "words",
        "detail": "numero nao existe",
        "after_ms": "250",
        "number_is_dead": "True",
    }
