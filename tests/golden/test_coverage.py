"""Every class of edge that a call can take is in a golden conversation."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache

import pytest

from tests.golden.classes import classes, listed
from tests.golden.player import decisions, load_all
from tests.voicebot.domain.dialogue.exploration import classes_of
from voicebot.application.portfolio_files import read_portfolio
from voicebot.bootstrap.text import collaborators
from voicebot.clock import StandingClock
from voicebot.settings import ROOT, Settings

FEWEST = 60
"""Conversations, by the issue of record."""


@cache
def covered() -> frozenset[str]:
    portfolio = read_portfolio(ROOT / "samples")
    parts = collaborators(Settings(_env_file=None), StandingClock(datetime(2026, 11, 23, 13, tzinfo=UTC)))
    return frozenset(
        one
        for golden in load_all()
        for state, decision in decisions(golden, portfolio, parts.understanding)
        for one in classes(classes_of(state, decision))
    )


@pytest.mark.parametrize("one", sorted(listed()))
def test_a_golden_conversation_takes_every_class_of_edge(one: str) -> None:
    assert one in covered(), f"no golden conversation shows {one!r}: add one to tests/golden"


def test_no_conversation_goes_where_the_walks_did_not() -> None:
    assert covered() <= listed(), "the walks miss an event or case fact: see tests/voicebot/domain/dialogue/starts.py"


def test_there_are_enough_conversations() -> None:
    assert len(load_all()) >= FEWEST
