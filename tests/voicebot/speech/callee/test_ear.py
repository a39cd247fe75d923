"""The ear's own rules, without audio of voices: who is believed when, and what it costs a person to be listened to."""

from __future__ import annotations

import numpy as np
import pytest

from voicebot.domain.callee import Callee, Evidence
from voicebot.speech.callee.ear import LONG_S, CalleeEar
from voicebot.speech.callee.tones import FRAME, FRAME_S, RATE_HZ

QUIET = np.zeros(FRAME, np.int16)


def passes(ear: CalleeEar, seconds: float, *, speech: bool = False, hertz: float = 0.0) -> list[Callee]:
    """Feed quiet, speech as the voice detector tells it, or a tone; gives what was found."""
    found = []
    for number in range(round(seconds / FRAME_S)):
        at = (np.arange(FRAME) + number * FRAME) / RATE_HZ
        frame = (9_000 * np.sin(2 * np.pi * hertz * at)).astype(np.int16) if hertz else QUIET
        finding = ear.feed(frame, speech=speech)
        found += [finding.callee] if finding is not None else []
    return found


def test_long_speech_is_worth_hearing_ahead_until_a_person_is_believed() -> None:
    ear = CalleeEar()
    passes(ear, LONG_S + 0.1, speech=True)
    assert ear.wants_words
    person = CalleeEar()
    passes(person, 0.5, speech=True)
    assert passes(person, 1.0) == [Callee.HUMAN]
    passes(person, LONG_S + 1.0, speech=True)
    assert not person.wants_words, "somebody who tells a story does not wait for it"


def test_somebody_whose_room_is_never_quiet_is_believed_by_how_they_speak() -> None:
    ear = CalleeEar()
    passes(ear, LONG_S + 0.5, speech=True)
    finding = ear.heard("deixa eu sair daqui que tá muito barulho no bar", ear.at_s)
    assert finding is not None
    assert (finding.callee, finding.evidence) == (Callee.HUMAN, Evidence.WORDS_OF_A_PERSON)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(
            "Oi, aqui é a Bia, hoje eu estou na praia", Callee.VOICEMAIL, id="a recording that begins with oi"
        ),
        pytest.param("", Callee.VOICEMAIL, id="nothing was understood"),
        pytest.param("Alô, com quem eu falo, pode falar", Callee.HUMAN, id="a person by their words, and some oven"),
    ],
)
def test_a_beep_after_long_speech(text: str, expected: Callee) -> None:
    ear = CalleeEar()
    passes(ear, 3.0, speech=True)
    passes(ear, 0.3)
    ear.heard(text, ear.at_s)
    passes(ear, 0.5, hertz=1_000)
    passes(ear, 1.5)
    assert ear.finding is not None
    assert ear.finding.callee is expected


def test_a_machine_s_words_outweigh_the_greeting_that_came_before() -> None:
    ear = CalleeEar()
    passes(ear, 0.6, speech=True)
    assert passes(ear, 1.0) == [Callee.HUMAN]
    found = ear.heard("Oi, deixe seu recado depois do sinal", ear.at_s)
    assert found is not None
    assert (found.callee, found.evidence) == (Callee.VOICEMAIL, Evidence.WORDS)


def test_the_carrier_can_only_make_the_bot_more_careful() -> None:
    nobody, person = CalleeEar(), CalleeEar()
    passes(nobody, 1.0)
    assert nobody.carrier(None) is None
    told = nobody.carrier(Callee.VOICEMAIL)
    assert told is not None and told.callee is Callee.VOICEMAIL
    passes(person, 0.5, speech=True)
    passes(person, 1.0)
    against = person.carrier(Callee.VOICEMAIL)
    assert against is not None and against.callee is Callee.SCREENING, "against a person's words nobody is hung up on"
