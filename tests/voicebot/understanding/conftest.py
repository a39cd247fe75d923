from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import cache

import pytest

from voicebot.domain.dialogue.phases import Asks, Phase
from voicebot.domain.meaning import Meaning
from voicebot.understanding.understander import Understander, load_understander

MONDAY = datetime.fromisoformat("2026-11-23T10:00-03:00")

Understand = Callable[..., Meaning]


@cache
def reader() -> Understander:
    """One for all tests: fitting takes half a second."""
    return load_understander()


@pytest.fixture(scope="session")
def understander() -> Understander:
    return reader()


@pytest.fixture
def understand(understander: Understander) -> Understand:
    def ask(text: str, expecting: Asks | Phase | None = None) -> Meaning:
        return understander.understand(text, expecting=expecting, at=MONDAY)

    return ask
