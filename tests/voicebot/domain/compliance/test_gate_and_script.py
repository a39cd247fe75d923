"""The gate against the words the bot really has: all pass, and none passes with another act's figures."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import pytest

from tests.voicebot.domain.compliance.cases import CASE, MONDAY, MORNING
from voicebot.application.ports import Voice
from voicebot.domain.compliance.gate import Facts, Listener, Refused, Released, release
from voicebot.domain.dialogue.acts import DebtAct, Verified
from voicebot.domain.dialogue.utterance import Utterance
from voicebot.domain.money import Money
from voicebot.domain.portfolio import Treatment
from voicebot.script.render import ScriptBook
from voicebot.script.specimens import TOKEN, specimens

_PROMPTS: Final = Path(__file__).parents[4] / "prompts" / "pt-BR"
_FACTS: Final = Facts(MONDAY, Listener.SAYS_DEBTOR)


@pytest.fixture(scope="module")
def book() -> ScriptBook:
    return ScriptBook.load(_PROMPTS)


def voices() -> Iterator[Voice]:
    for treatment in Treatment:
        yield Voice("Clara", treatment, "Ana", caller_is_female=True, local_time=MORNING, seed=7)


def judged(line: Utterance) -> Released | Refused:
    token = TOKEN if isinstance(line.act, DebtAct) else None
    return release(line, case=CASE, token=token, facts=_FACTS)


def changed(value: Any, cents: int) -> Any:
    """Give the same value with every amount and every day a little off."""
    if isinstance(value, Money):
        return Money(value.cents + cents) if value else value
    if isinstance(value, date) and not isinstance(value, datetime):
        return value + timedelta(days=1)
    if isinstance(value, tuple):
        return tuple(changed(each, cents) for each in value)
    if is_dataclass(value) and not isinstance(value, type | Verified):
        return replace(value, **{each.name: changed(getattr(value, each.name), cents) for each in fields(value)})
    return value


def test_every_line_of_the_script_is_released(book: ScriptBook) -> None:
    lines = [line for act in specimens() for voice in voices() for line in book.variants(act, voice)]
    refused = [(line.variant, verdict.rule) for line in lines if isinstance(verdict := judged(line), Refused)]
    assert len(lines) > 500
    assert refused == []


@pytest.mark.parametrize("cents", [1, 100, 10_000])
def test_no_line_is_released_with_figures_its_act_does_not_carry(book: ScriptBook, cents: int) -> None:
    voice = next(voices())
    wrong = [
        (replace(other, act=act), own.text)
        for act in specimens()
        if isinstance(act, DebtAct)
        for own, other in zip(book.variants(act, voice), book.variants(changed(act, cents), voice), strict=True)
        if own.text != other.text
    ]
    released = [line.text for line, _ in wrong if isinstance(judged(line), Released)]
    assert len(wrong) > 100
    assert released == []
