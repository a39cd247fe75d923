"""A number is struck off for good, so a hint of a wrong one is not enough."""

from __future__ import annotations

import pytest

from tests.voicebot.domain.dialogue.cases import means, play
from voicebot.domain.dialogue.phases import Phase
from voicebot.domain.dialogue.state import Heard
from voicebot.domain.meaning import Intent, Meaning

FIRST = "Ana"


@pytest.mark.parametrize(
    ("event", "expected"),
    [
        pytest.param(means(Intent.WRONG_NUMBER), Phase.WRONG_NUMBER, id="said"),
        pytest.param(means(Intent.DENY, Intent.WRONG_NUMBER), Phase.WRONG_NUMBER, id="said beside a no"),
        pytest.param(
            Heard(Meaning(f"não, {FIRST} não", Intent.OTHER, 0.3, (Intent.WRONG_NUMBER,))),
            Phase.WRONG_NUMBER,
            id="the name, with a no",
        ),
        pytest.param(
            Heard(Meaning(f"é aqui {FIRST.lower()} né ahn", Intent.OTHER, 0.3, (Intent.WRONG_NUMBER,))),
            Phase.OPENING,
            id="the name asked for, on a bad line",
        ),
        pytest.param(
            means(Intent.IDENTITY_CONFIRM, Intent.WRONG_NUMBER), Phase.VERIFICATION, id="a hint of it beside a yes"
        ),
        pytest.param(means(Intent.EVASIVE, Intent.WRONG_NUMBER), Phase.OPENING, id="sei não"),
    ],
)
def test_only_a_wrong_number_that_was_said_is_struck_off(event: Heard, expected: Phase) -> None:
    assert play(event)[-1].state.phase is expected
