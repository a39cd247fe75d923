"""Who has not said to be the person asked for is asked again."""

from __future__ import annotations

import pytest

from tests.voicebot.domain.dialogue.cases import means, play
from voicebot.domain.dialogue.phases import Phase
from voicebot.domain.dialogue.state import Heard
from voicebot.domain.meaning import Entity, EntityType, Intent

YES = (Entity(EntityType.BOOLEAN, "sim", "true"),)


@pytest.mark.parametrize(
    ("event", "expected"),
    [
        pytest.param(means(Intent.AFFIRM, text="isso"), Phase.VERIFICATION, id="isso"),
        pytest.param(
            means(Intent.AFFIRM, Intent.THANKS, text="sim, obrigada", entities=YES),
            Phase.VERIFICATION,
            id="a yes, thanks",
        ),
        pytest.param(means(Intent.AFFIRM, Intent.THANKS, text="hum é obrigada"), Phase.OPENING, id="thanks alone"),
        pytest.param(means(Intent.AFFIRM, Intent.GREETING, text="oi tudo bem"), Phase.OPENING, id="a greeting"),
    ],
)
def test_politeness_alone_is_no_yes_to_is_it_you(event: Heard, expected: Phase) -> None:
    assert play(event)[-1].state.phase is expected
