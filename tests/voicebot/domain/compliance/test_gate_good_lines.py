"""Nothing that may be said is held back."""

from __future__ import annotations

import pytest

from tests.voicebot.domain.compliance.cases import CASE, MONDAY, TOKEN
from tests.voicebot.domain.compliance.good_lines import GOOD_LINES, VERIFIED
from voicebot.domain.compliance.gate import Facts, Listener, Released, release
from voicebot.domain.dialogue.acts import Act
from voicebot.domain.dialogue.utterance import Utterance

_AFTER_VERIFICATION = {id(act) for act, _ in VERIFIED}


@pytest.mark.parametrize(
    ("listener", "act", "text"),
    [pytest.param(*line, id=f"{type(line[1]).__name__}-{index}") for index, line in enumerate(GOOD_LINES)],
)
def test_releases(listener: Listener, act: Act, text: str) -> None:
    token = TOKEN if id(act) in _AFTER_VERIFICATION else None
    line = Utterance(act, text, "test/0")
    assert release(line, case=CASE, token=token, facts=Facts(MONDAY, listener)) == Released(line)


def test_there_are_enough_good_lines() -> None:
    assert len(GOOD_LINES) >= 60
