from __future__ import annotations

import asyncio
from collections.abc import Collection
from datetime import UTC, datetime
from uuid import UUID

import pytest

from voicebot.bootstrap.console_takeovers import Takeovers, Transfers, take_over

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
    """A carrier and a call in one: notes what was done to it."""

    def __init__(self, *, takes: bool = True) -> None:
        self.takes = takes
        self.done: list[str] = []

    async def transfer(self) -> bool:
        self.done.append("transfer")
        return self.takes

    async def take_over(self, at_once: Transfers) -> bool:
        self.done.append("told")
        return await at_once.transfer()


@pytest.mark.parametrize("takes", [True, False], ids=["taken", "refused by the carrier"])
async def test_only_calls_held_here_are_answered_for_and_once(takes: bool) -> None:
    line, wishes, takeovers = Line(takes=takes), Wishes(MINE, OTHER), Takeovers()
    with takeovers.held(str(MINE), lambda: take_over(line, line)):
        assert await takeovers.answer(wishes, Clock()) == int(takes)
        assert await takeovers.answer(wishes, Clock()) == 0
    assert wishes.answers == {MINE: takes}
    assert line.done == ["told", "transfer"]


async def test_a_call_that_has_ended_is_nobodys_any_more() -> None:
    line, wishes, takeovers = Line(), Wishes(MINE), Takeovers()
    with takeovers.held(str(MINE), lambda: take_over(line, line)):
        pass
    assert await takeovers.answer(wishes, Clock()) == 0
    assert (wishes.answers, line.done) == ({}, [])


async def test_without_a_way_to_a_person_the_answer_is_no() -> None:
    line = Line()
    assert not await take_over(None, line)
    assert line.done == []


async def test_one_caller_who_is_being_told_keeps_no_other_waiting() -> None:
    first_told, wishes, takeovers = asyncio.Event(), Wishes(MINE, OTHER), Takeovers()

    async def slow() -> bool:
        return await first_told.wait()

    async def quick() -> bool:
        first_told.set()
        return True

    with takeovers.held(str(MINE), slow), takeovers.held(str(OTHER), quick):
        assert await takeovers.answer(wishes, Clock()) == 2


async def test_one_call_that_breaks_is_answered_with_a_no_and_the_others_as_they_are() -> None:
    wishes, takeovers = Wishes(MINE, OTHER), Takeovers()

    async def breaks() -> bool:
        raise OSError("no line")

    async def works() -> bool:
        return True

    with takeovers.held(str(MINE), breaks), takeovers.held(str(OTHER), works):
        assert await takeovers.answer(wishes, Clock()) == 1
    assert wishes.answers == {MINE: False, OTHER: True}
