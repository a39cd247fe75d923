"""Records that a dead database cannot stop: writes wait on the local disk and are replayed in order."""

from __future__ import annotations

import asyncio
import uuid
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Final, Protocol

import structlog
from sqlalchemy.exc import SQLAlchemyError

from voicebot.application.call_record import UnknownCall
from voicebot.application.ports import MarkOutcome, RecordsUnavailable, SpokenLine
from voicebot.domain.dialogue.phases import Disposition
from voicebot.persistence import operations
from voicebot.persistence.errors import PersistenceError
from voicebot.persistence.operations import Operation, OperationKind, call_uuid
from voicebot.persistence.spool import Spool

PATIENCE_S: Final = 0.5
"""A turn waits no longer for its record; a write takes 5 ms when all is well."""
RETRY_S: Final = 1.0
_log = structlog.get_logger(__name__)


class AppliesOperations(Protocol):
    async def apply(self, operation: Operation) -> int | None: ...

    async def next_line(self, call_id: str) -> int: ...


class BufferedRecords:
    """`Records` around `PostgresRecords`, used as `async with`; one for a process.

    A write goes straight through; when the database is away or takes over `patience_s`, this write and all after it
    are appended to an encrypted file under `folder` and return at once. In the background they are replayed, in
    order, each counting once. What a killed process left there is replayed by the next to start.

    The database must have been there when a call began (`begin` is not buffered); `UnknownCall` comes at once when
    it is there, and otherwise the write is put aside at the replay, and logged.
    """

    def __init__(
        self,
        inner: AppliesOperations,
        folder: Path,
        key: bytes,
        *,
        patience_s: float = PATIENCE_S,
        retry_s: float = RETRY_S,
    ) -> None:
        self._inner = inner
        self._spool = Spool(folder, key)
        self._patience_s = patience_s
        self._retry_s = retry_s
        self._next: dict[uuid.UUID, int] = {}
        self._stragglers: set[asyncio.Task[int | None]] = set()
        self._wake = asyncio.Event()
        self._empty = asyncio.Event()
        self._replayer: asyncio.Task[None] | None = None

    async def __aenter__(self) -> BufferedRecords:
        self._empty.set()
        if left := self._spool.take_over():
            _log.warning("writes that an earlier process could not make are replayed", count=left)
            self._spooled()
        self._replayer = asyncio.create_task(self._replay(), name="replay of records")
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Try once more to write what waits; the rest is the next process's."""
        replayer, self._replayer = self._replayer, None
        if replayer is not None:
            replayer.cancel()
            await asyncio.wait({replayer})
        await self._drain()
        self._spool.close()

    @property
    def waiting(self) -> int:
        """Writes not in the database yet; for metrics and readiness."""
        return len(self._spool)

    async def settled(self) -> None:
        """Wait until everything is in the database."""
        await self._empty.wait()

    async def add_line(self, call_id: str, line: SpokenLine) -> int:
        """Append a line and give its index, from 0; one writer a call.

        Raises:
            RecordsUnavailable: the database is away and this process has not written to the call before.
        """
        index = await self._take_index(call_uuid(call_id))
        await self._submit(operations.line(call_id, line, index))
        return index

    async def mark(self, call_id: str, line: int, outcome: MarkOutcome, at: datetime) -> None:
        await self._submit(operations.mark(call_id, line, outcome, at))

    async def refuse(self, call_id: str, variant: str, rule: str, at: datetime) -> None:
        await self._submit(operations.event(call_id, operations.REFUSED, {"variant": variant, "rule": rule}, at))

    async def record_event(self, call_id: str, kind: str, data: dict[str, str], at: datetime) -> None:
        await self._submit(operations.event(call_id, kind, data, at))

    async def agree(self, call_id: str, agreement: dict[str, object], at: datetime) -> None:
        await self._submit(operations.agree(call_id, agreement, at))

    async def suppress(self, call_id: str, kind: str, until: datetime | None, at: datetime) -> None:
        await self._submit(operations.suppress(call_id, kind, until, at))

    async def close(self, call_id: str, disposition: Disposition, at: datetime) -> None:
        await self._submit(operations.close(call_id, disposition, at))
        self._next.pop(call_uuid(call_id), None)

    def began(self, call_id: str) -> None:
        """Say that this process has just begun the call: its first line needs no question to the database."""
        self._next[call_uuid(call_id)] = 0

    async def _take_index(self, key: uuid.UUID) -> int:
        if key not in self._next:
            waiting = self._spool.lines_of(key)
            found = waiting if waiting is not None else await self._inner.next_line(str(key))
            self._next.setdefault(key, found)
        index = self._next[key]
        self._next[key] = index + 1
        return index

    async def _submit(self, operation: Operation) -> None:
        if not len(self._spool) and await self._went_through(operation):
            return
        await self._put(operation)

    async def _went_through(self, operation: Operation) -> bool:
        attempt = asyncio.create_task(self._inner.apply(operation), name="write to records")
        self._stragglers.add(attempt)
        attempt.add_done_callback(self._finished)
        await asyncio.wait({attempt}, timeout=self._patience_s)
        if not attempt.done():
            return False
        try:
            attempt.result()
        except RecordsUnavailable:
            return False
        return True

    def _finished(self, attempt: asyncio.Task[int | None]) -> None:
        self._stragglers.discard(attempt)
        if not attempt.cancelled():
            # Looked at, so that a straggler's failure is not reported as lost: its write waits in the spool.
            attempt.exception()

    async def _put(self, operation: Operation) -> None:
        if not len(self._spool):
            _log.warning("the database is away, records wait on the local disk")
        putting = self._spool.put(operation)
        self._spooled()
        await putting

    def _spooled(self) -> None:
        self._empty.clear()
        self._wake.set()

    async def _replay(self) -> None:
        while True:
            await self._wake.wait()
            if await self._drain():
                self._wake.clear()
                self._empty.set()
                _log.info("records are all in the database")
            else:
                await asyncio.sleep(self._retry_s)

    async def _drain(self) -> bool:
        """Write what waits, in order; False when the database is still away."""
        if self._stragglers:
            # One of them may be the first in the queue, still on its way; written later it would undo newer writes.
            await asyncio.wait(set(self._stragglers))
        while len(self._spool):
            operation = self._spool.first
            try:
                await self._inner.apply(operation)
            except RecordsUnavailable:
                return False
            except (UnknownCall, PersistenceError, SQLAlchemyError, ValueError) as error:
                self._spool.reject(type(error).__name__)
                _log.error(
                    "a write can never be made and was put aside",
                    call_id=str(operation.call_id),
                    kind=str(OperationKind(operation.kind)),
                    reason=type(error).__name__,
                )
            else:
                self._spool.done()
        return True
