"""Recordings and what was said are kept for as long as the operator says, then erased; the record of the call stays."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Protocol

import structlog

from voicebot.application.ports import Clock

log = structlog.get_logger(__name__)
BECAUSE: Final = "past the time that it is kept"
_AT_ONCE: Final = 200
"""Files a round: the next minute goes on."""


class KeptRecordings(Protocol):
    """Each method raises `RecordsUnavailable`."""

    async def started_before(self, instant: datetime, *, limit: int) -> list[str]:
        """List calls whose recordings are older."""
        ...

    async def delete(self, call_id: str, *, because: str, at: datetime) -> bool:
        """Erase the file and enter when and why; False where there was nothing left."""
        ...


class KeptWords(Protocol):
    async def blank_before(self, instant: datetime, *, limit: int) -> int:
        """Blank what was said in calls that were closed before; gives how many calls. Raises `RecordsUnavailable`."""
        ...


@dataclass(frozen=True, slots=True)
class Retention:
    """One round of the chore; safe to run twice, and anywhere."""

    recordings: KeptRecordings
    words: KeptWords
    clock: Clock
    kept: timedelta

    async def __call__(self) -> int:
        """Erase what is past its time, a bounded number; gives how many recordings and calls.

        A file that cannot be erased is told of and tried again in the next round, after the others.

        Raises:
            RecordsUnavailable: the database went away; what was erased by then is on record.
        """
        now = self.clock.now()
        instant = now - self.kept
        erased = 0
        for call_id in await self.recordings.started_before(instant, limit=_AT_ONCE):
            try:
                erased += await self.recordings.delete(call_id, because=BECAUSE, at=now)
            except OSError as error:
                log.warning("a recording cannot be erased", call_id=call_id, error=type(error).__name__)
        return erased + await self.words.blank_before(instant, limit=_AT_ONCE)
