from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, datetime
from uuid import UUID

import pytest

from voicebot.bootstrap.console_takeovers import Takeovers, take_over

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
MINE, OTHER = UUID(int=1), UUID(int=2)


class Clock:
    def now(self) -> datetime:
        return NOW


class Wishes:
    """`Desired` in memory."""

    def __init__(self, *wanted: UUID) -> None:
        self.wanted = list(wanted)
        self.answers: dict[UUID, bool] = {}

    async def asked(self, held: Collection[UUID]) -> tuple[UUID, ...]:
        return tuple(each for each in self.wanted if each in held and each not in self.answers)

    async def answered(self, call_id: UUID, *, accepted: bool, at: datetime) -> None:
        assert at == NOW
        self.answers[call_id] = accepted


class Line:
    """A carrier: notes what was done to it."""

    def __init__(self, *, takes: bool = True) -> None:
        self.takes = takes
        self.done: list[str] = []

    async def transfer(self) -> bool:
        self.done.append("transfer")
        return self.takes


@pytest.mark.parametrize("takes", [True, False], ids=["taken", "refused by the carrier"])
async def test_only_calls_held_here_are_answered_for_and_once(takes: bool) -> None:
    line, wishes, takeovers = Line(takes=takes), Wishes(MINE, OTHER), Takeovers()
    with takeovers.held(str(MINE), lambda: take_over(line)):
        assert await takeovers.answer(wishes, Clock()) == int(takes)
        assert await takeovers.answer(wishes, Clock()) == 0
    assert wishes.answers == {MINE: takes}
    assert line.done == ["transfer"]


async def test_a_call_that_has_ended_is_nobodys_any_more() -> None:
    line, wishes, takeovers = Line(), Wishes(MINE), Takeovers()
    with takeovers.held(str(MINE), lambda: take_over(line)):
        pass
    assert await takeovers.answer(wishes, Clock()) == 0
    assert (wishes.answers, line.done) == ({}, [])


async def test_without_a_way_to_a_person_the_answer_is_no() -> None:
    assert not await take_over(None)
