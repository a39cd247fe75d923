"""Short answers that may bind: a yes is one that people say, not any short word on a bad line."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from tests.voicebot.understanding.conftest import reader
from voicebot.domain.dialogue.phases import Asks
from voicebot.domain.meaning import Intent

NOW = datetime(2026, 11, 23, 10, tzinfo=ZoneInfo("America/Sao_Paulo"))


@pytest.mark.parametrize("text", ["Singa", "Bonga", "Amara", "Zim", "Cima", "Vinga lá", "São"])
def test_a_word_that_nobody_says_for_yes_is_none(text: str) -> None:
    meaning = reader().understand(text, expecting=Asks.YES_NO, at=NOW)
    assert not meaning.has(Intent.AFFIRM)
    assert meaning.confidence < 0.5


@pytest.mark.parametrize(
    "text",
    ["sim", "aham", "é", "pode falar", "demorou", "confirmo", "manda ver", "é uai", "diga", "apois", "tá, visse"],
)
def test_the_ways_people_say_yes_are_heard(text: str) -> None:
    assert reader().understand(text, expecting=Asks.YES_NO, at=NOW).intent is Intent.AFFIRM
