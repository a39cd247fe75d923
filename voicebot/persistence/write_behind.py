"""Records that nobody waits for before they speak: a line's place is known at once, its write follows in order.

What promises something to the caller still waits: agreements, what the dialler must respect, escalations and the close
are in the database, with all that came before them, when their method returns.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

import structlog

from voicebot.application.ports import MarkOutcome, Records, SpokenLine
from voicebot.domain.dialogue.phases import Disposition

_log = structlog.get_logger(__name__)
WAITED_FOR: Final = frozenset({"escalation", "callback", "delete_audio", "on_call_alert"})
"""Events that somebody acts on: what is said of them must be true."""

Write = Callable[[], Awaitable[None]]


@dataclass(slots=True)
class _Desk:
    """One call's writes in their order."""

    next_line: int
    places: dict[int, int] = field(default_factory=dict)
    """Where a line that was announced at one place came to lie, if elsewhere."""
    waiting: asyncio.Queue[Write] = field(default_factory=asyncio.Queue)
    clerk: asyncio.Task[None] | None = None


class WriteBehind:
    """`Records` in front of others that survive a database that is away (`BufferedRecords`); one writer a call.

    A killed process loses the writes that were on their way, some milliseconds' worth: the turn in flight at most.
    """

    def __init__(self, inner: Records) -> None:
        self._inner = inner
        self._desks: dict[str, _Desk] = {}

    async def add_line(self, call_id: str, line: SpokenLine) -> int:
        """Give the line's index at once; only a call's first line is waited for.

        Raises:
            RecordsUnavailable: as the inner records do, for the first line.
        """
        desk = self._desks.get(call_id)
        if desk is None:
            index = await self._inner.add_line(call_id, line)
            self._desks[call_id] = _Desk(index + 1)
            return index
        announced, desk.next_line = desk.next_line, desk.next_line + 1

        async def write() -> None:
            place = await self._inner.add_line(call_id, line)
            if place != announced:
                desk.places[announced] = place

        self._later(call_id, desk, write)
        return announced

    async def mark(self, call_id: str, line: int, outcome: MarkOutcome, at: datetime) -> None:
        desk = self._desks.get(call_id)
        if desk is None:
            await self._inner.mark(call_id, line, outcome, at)
            return

        async def write() -> None:
            await self._inner.mark(call_id, desk.places.get(line, line), outcome, at)

        self._later(call_id, desk, write)

    async def refuse(self, call_id: str, variant: str, rule: str, at: datetime) -> None:
        await self._either(call_id, lambda: self._inner.refuse(call_id, variant, rule, at))

    async def record_event(self, call_id: str, kind: str, data: dict[str, str], at: datetime) -> None:
        if kind in WAITED_FOR:
            await self._settled(call_id)
            await self._inner.record_event(call_id, kind, data, at)
            return
        await self._either(call_id, lambda: self._inner.record_event(call_id, kind, data, at))

    async def agree(self, call_id: str, agreement: dict[str, object], at: datetime) -> None:
        await self._settled(call_id)
        await self._inner.agree(call_id, agreement, at)

    async def suppress(self, call_id: str, kind: str, until: datetime | None, at: datetime) -> None:
        await self._settled(call_id)
        await self._inner.suppress(call_id, kind, until, at)

    async def close(self, call_id: str, disposition: Disposition, at: datetime) -> None:
        await self._settled(call_id)
        await self._inner.close(call_id, disposition, at)
        # Marks of the last words still come; they need nothing but their own place.
        desk = self._desks.get(call_id)
        if desk is not None and not desk.places:
            self._desks.pop(call_id, None)

    async def _either(self, call_id: str, write: Write) -> None:
        desk = self._desks.get(call_id)
        if desk is None:
            await write()
        else:
            self._later(call_id, desk, write)

    async def _settled(self, call_id: str) -> None:
        desk = self._desks.get(call_id)
        if desk is not None:
            await desk.waiting.join()

    def _later(self, call_id: str, desk: _Desk, write: Write) -> None:
        desk.waiting.put_nowait(write)
        if desk.clerk is None or desk.clerk.done():
            desk.clerk = asyncio.create_task(_write_all(call_id, desk.waiting), name="write-behind")


async def _write_all(call_id: str, waiting: asyncio.Queue[Write]) -> None:
    """Write what waits, in order, and end with the queue."""
    while not waiting.empty():
        write = waiting.get_nowait()
        try:
            await write()
        except Exception as error:  # noqa: BLE001 - the edge of one write: those after it are still made
            _log.error("a write of the call's record was lost", call_id=call_id, error=type(error).__name__)
        finally:
            waiting.task_done()
