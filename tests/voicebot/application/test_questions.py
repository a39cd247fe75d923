"""Who only asks is answered at once; who asks and tells may have more to say."""

from __future__ import annotations

import pytest

from voicebot.application.questions import is_question
from voicebot.domain.meaning import Intent, Meaning


@pytest.mark.parametrize(
    ("intents", "confidence", "asks"),
    [
        pytest.param((Intent.WHO_IS_CALLING,), 0.95, True, id="a question"),
        pytest.param((Intent.ASK_DISCOUNT, Intent.ASK_INSTALLMENTS), 0.95, True, id="two at once"),
        pytest.param((Intent.GREETING, Intent.WHO_IS_CALLING), 0.95, True, id="alô, quem é?"),
        pytest.param((Intent.GREETING,), 0.95, False, id="alô"),
        pytest.param((Intent.WHO_IS_CALLING,), 0.5, False, id="a guess"),
        pytest.param((Intent.ASK_DISCOUNT, Intent.JOB_LOSS), 0.95, False, id="a question and a story"),
        pytest.param((Intent.SELF_HARM,), 1.0, False, id="no question"),
    ],
)
def test_only_a_question_that_is_understood_counts(intents: tuple[Intent, ...], confidence: float, asks: bool) -> None:
    main, *also = intents
    assert is_question(Meaning("...", main, confidence, tuple(also))) is asks
