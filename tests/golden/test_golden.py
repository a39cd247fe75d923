"""Every golden conversation goes as somebody would have it, and what holds for one call holds for all of them."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any, Final

import pytest

from tests.golden.player import Golden, GoldenInvalid, as_script, load_all, play, read_text
from voicebot.application.conversation import Collaborators
from voicebot.application.portfolio_files import Portfolio, read_portfolio
from voicebot.bootstrap.text import collaborators
from voicebot.clock import StandingClock
from voicebot.settings import ROOT, Settings

GOLDEN: Final = load_all()
DEBT_WORDS: Final = re.compile(
    r"dívida|débito|fatura|parcela|cobran|em aberto|atras|reais|centavos|acordo|pendência|negocia|desconto|cartão",
    re.IGNORECASE,
)
every_golden = pytest.mark.parametrize("golden", [pytest.param(each, id=each.title) for each in GOLDEN])


@pytest.fixture(scope="module")
def portfolio() -> Portfolio:
    return read_portfolio(ROOT / "samples")


@pytest.fixture(scope="module")
def with_() -> Collaborators:
    """One set for all conversations: reading the script and fitting the understanding takes a while."""
    settings = Settings(_env_file=None)
    return collaborators(settings, StandingClock(datetime(2026, 11, 23, 13, tzinfo=UTC)))


def before_verification(lines: list[dict[str, Any]]) -> str:
    """What was said to somebody not verified."""
    return "\n".join(line["say"] for line in lines if not line["verified"])


def faults_of_any_call(golden: Golden, lines: list[dict[str, Any]]) -> list[str]:
    """What no call may do, whatever its story."""
    faults = [f"the gate refused a line: {line['incident']}" for line in lines if line["incident"]]
    faults += [f"two questions at once: {line['say']}" for line in lines if line["say"].count("?") > 1]
    faults += [f"{word!r} is never to be said" for word in golden.never_said if _spoken(word, lines)]
    faults += [
        f"a debt word before verification: {found.group()}" for found in DEBT_WORDS.finditer(before_verification(lines))
    ]
    spoken = [line["say"] for line in lines if line["say"]]
    faults += [f"said twice, word for word: {words}" for words in {each for each in spoken if spoken.count(each) > 1}]
    if any(line["ended"] for line in lines[: len(golden.turns)]):
        faults.append("the call ended before its last turn")
    return faults


def _spoken(word: str, lines: list[dict[str, Any]]) -> bool:
    return any(word.casefold() in line["say"].casefold() for line in lines)


@every_golden
async def test_goes_as_written(golden: Golden, portfolio: Portfolio, with_: Collaborators) -> None:
    lines = await play(golden, portfolio, with_)
    misses = [
        miss for expected, line in zip(golden.expectations, lines, strict=False) for miss in expected.misses(line)
    ]
    faults = misses + faults_of_any_call(golden, lines)
    assert not faults, "\n".join([*faults, "", as_script(golden, lines)])


async def test_a_conversation_is_the_same_every_time(portfolio: Portfolio, with_: Collaborators) -> None:
    first = await play(GOLDEN[0], portfolio, with_)
    assert await play(GOLDEN[0], portfolio, with_) == first


def test_titles_are_distinct() -> None:
    titles = [each.title for each in GOLDEN]
    assert sorted(set(titles)) == sorted(titles)


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        pytest.param("{title: t, debtor: D001, at: x, turn: []}", "unknown keys", id="a mistyped key"),
        pytest.param("{title: t, debtor: D001, at: x, turns: [{say: oi}]}", "one of", id="a turn without an event"),
        pytest.param(
            "{title: t, debtor: D001, at: x, turns: [{text: oi, act: []}]}", "cannot expect", id="a mistyped hope"
        ),
    ],
)
def test_a_mistyped_file_is_refused(text: str, complaint: str) -> None:
    with pytest.raises(GoldenInvalid, match=complaint):
        read_text(text)


@pytest.mark.parametrize(
    ("turn", "complaint"),
    [
        pytest.param("{text: Sou eu., acts: [MakeOffer]}", "act MakeOffer is missing", id="an act"),
        pytest.param("{text: Sou eu., not_said: [cpf]}", "says 'cpf'", id="a word"),
        pytest.param("{text: Sou eu., verified: true}", "verified is False", id="a state"),
        pytest.param("{text: Sou eu., escalation: {reason: request}}", "escalation.reason is None", id="a part"),
    ],
)
async def test_the_comparison_can_fail(turn: str, complaint: str, portfolio: Portfolio, with_: Collaborators) -> None:
    (golden,) = read_text(f"{{title: t, debtor: D001, at: '2026-11-23T10:00', turns: [{turn}]}}")
    lines = await play(golden, portfolio, with_)
    assert any(complaint in miss for miss in golden.expectations[1].misses(lines[1]))
