"""Nobody waits for a line's write, the order stays, and what promises something is written before it returns."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime

import pytest

from voicebot.application.ports import MarkOutcome, RecordsUnavailable, Speaker, SpokenLine
from voicebot.domain.dialogue.phases import Disposition
from voicebot.persistence.write_behind import WAITED_FOR, WriteBehind

NOW = datetime(2026, 11, 23, 13, tzinfo=UTC)
CALL = "7a1f7a52-52a8-4f5e-9c0c-0d0a3f4f6e11"


@dataclass
class SlowRecords:
    """Writes that go through when the test lets them, in a list."""

    written: list[str] = field(default_factory=list)
    gate: asyncio.Event = field(default_factory=asyncio.Event)
    failing: frozenset[str] = frozenset()
    offset: int = 0
    lines: int = 0

    async def _write(self, what: str) -> None:
        await self.gate.wait()
        if what in self.failing:
            raise RecordsUnavailable(what)
        self.written.append(what)

    async def add_line(self, call_id: str, line: SpokenLine) -> int:
        await self._write(f"line {line.text}")
        index, self.lines = self.lines, self.lines + 1
        return index + (self.offset if index else 0)

    async def mark(self, call_id: str, line: int, outcome: MarkOutcome, at: datetime) -> None:
        await self._write(f"mark {line} {outcome.value}")

    async def refuse(self, call_id: str, variant: str, rule: str, at: datetime) -> None:
        await self._write(f"refuse {variant} {rule}")

    async def record_event(self, call_id: str, kind: str, data: dict[str, str], at: datetime) -> None:
        await self._write(f"event {kind}")

    async def agree(self, call_id: str, agreement: dict[str, object], at: datetime) -> None:
        await self._write("agree")

    async def suppress(self, call_id: str, kind: str, until: datetime | None, at: datetime) -> None:
        await self._write(f"suppress {kind}")

    async def close(self, call_id: str, disposition: Disposition, at: datetime) -> None:
        await self._write(f"close {disposition.value}")


def line(text: str) -> SpokenLine:
    return SpokenLine(Speaker.AGENT, text, NOW, None, None)


async def begun(**inner: object) -> tuple[WriteBehind, SlowRecords]:
    """A call with its first line on record, and the records held up."""
    records = SlowRecords(**inner)  # type: ignore[arg-type]  # fields of the fake, by name
    records.gate.set()
    behind = WriteBehind(records)
    assert await behind.add_line(CALL, line("a")) == 0
    records.gate.clear()
    return behind, records


async def test_lines_know_their_places_before_they_are_written_and_are_written_in_order() -> None:
    behind, records = await begun()
    assert [await behind.add_line(CALL, line(text)) for text in "bcd"] == [1, 2, 3]
    await behind.mark(CALL, 1, MarkOutcome.PLAYED, NOW)
    await behind.record_event(CALL, "stages", {}, NOW)
    await behind.refuse(CALL, "v", "r", NOW)
    assert records.written == ["line a"], "nobody has waited"
    records.gate.set()
    await behind.close(CALL, Disposition.REFUSED, NOW)
    assert records.written == [
        *("line a", "line b", "line c", "line d", "mark 1 played", "event stages", "refuse v r"),
        "close refused",
    ]


def an_event(kind: str) -> Callable[[WriteBehind], Awaitable[None]]:
    return lambda behind: behind.record_event(CALL, kind, {}, NOW)


PROMISES: dict[str, Callable[[WriteBehind], Awaitable[None]]] = {
    "agree": lambda behind: behind.agree(CALL, {}, NOW),
    "suppress stop": lambda behind: behind.suppress(CALL, "stop", None, NOW),
    "close agreement": lambda behind: behind.close(CALL, Disposition.AGREEMENT, NOW),
    **{f"event {kind}": an_event(kind) for kind in sorted(WAITED_FOR)},
}


@pytest.mark.parametrize("what", PROMISES)
async def test_what_promises_something_waits_for_its_write_and_all_before_it(what: str) -> None:
    behind, records = await begun()
    await behind.add_line(CALL, line("b"))
    promised = asyncio.ensure_future(PROMISES[what](behind))
    for _ in range(20):
        await asyncio.sleep(0)
    assert not promised.done()
    records.gate.set()
    await promised
    assert records.written == ["line a", "line b", what]


async def test_the_first_line_of_a_call_is_waited_for_so_that_its_failure_stops_the_turn() -> None:
    records = SlowRecords(failing=frozenset({"line a"}))
    records.gate.set()
    with pytest.raises(RecordsUnavailable):
        await WriteBehind(records).add_line(CALL, line("a"))


async def test_one_write_that_fails_takes_no_other_with_it() -> None:
    behind, records = await begun(failing=frozenset({"line b"}))
    await behind.add_line(CALL, line("b"))
    await behind.add_line(CALL, line("c"))
    records.gate.set()
    await behind.agree(CALL, {}, NOW)
    assert records.written == ["line a", "line c", "agree"]


async def test_a_mark_finds_its_line_where_the_record_put_it() -> None:
    behind, records = await begun(offset=5)
    place = await behind.add_line(CALL, line("b"))
    await behind.mark(CALL, place, MarkOutcome.CLEARED, NOW)
    records.gate.set()
    await behind.agree(CALL, {}, NOW)
    assert (place, records.written[-2]) == (1, "mark 6 cleared")


async def test_marks_that_come_after_the_close_are_still_written() -> None:
    behind, records = await begun()
    records.gate.set()
    await behind.close(CALL, Disposition.AGREEMENT, NOW)
    await behind.mark(CALL, 0, MarkOutcome.PLAYED, NOW)
    assert records.written[-1] == "mark 0 played"
