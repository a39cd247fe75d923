"""Closed calls get their row in the console's lists, and their score from whatever scorer was offered."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final
from uuid import UUID

import structlog
from sqlalchemy import select

from voicebot.application.call_record import CallRecords
from voicebot.application.ports import Clock, RecordsUnavailable
from voicebot.application.qa.scorecard import ScorecardInvalid, Scorer
from voicebot.bootstrap.store import Store
from voicebot.domain.portfolio import Creditor
from voicebot.persistence import creditor_json
from voicebot.persistence.console_figures import PostgresFigures
from voicebot.persistence.console_quality import PostgresQuality
from voicebot.persistence.database import Database
from voicebot.persistence.records import PostgresRecords
from voicebot.persistence.tables import CreditorRow

log = structlog.get_logger(__name__)

EVER: Final = datetime(2000, 1, 1, tzinfo=UTC)
ENTER_S: Final = 10.0
"""A call shows in the console's lists this many seconds after its end, at most."""
LEAST_REFRESH_S: Final = 60.0
_IDLE_SHARE: Final = 50
"""Counting anew may take one fiftieth of the time, however many calls there are."""
_LATE: Final = timedelta(days=3)
"""A call whose record waited on disk for the database may be closed late."""
_AT_ONCE: Final = 50
_PATIENCE_S: Final = 300.0
_OFFERED: dict[str, Callable[[], Scorer]] = {}


def offer(name: str, make: Callable[[], Scorer]) -> None:
    """Have closed calls scored by this one; whoever is above production calls it, the last one counts."""
    _OFFERED.clear()
    _OFFERED[name] = make


@dataclass(frozen=True, slots=True)
class Scoring:
    """Scores what waits.

    Args:
        calls: Where transcripts are read.
        quality: Where scores go.
        database: Where creditors' limits are read.
        clock: When it was scored.
    """

    calls: CallRecords
    quality: PostgresQuality
    database: Database
    clock: Clock

    async def waiting(self, *, limit: int = _AT_ONCE) -> int:
        """Score up to `limit` calls, off the event loop; gives how many. What cannot be judged is not tried again."""
        if not _OFFERED:
            return 0
        ((name, make),) = _OFFERED.items()
        scorer = make()
        found = await self.quality.unscored(limit=limit)
        creditors = await self._creditors() if found else {}
        for call_id in found:
            await self._score(scorer, name, call_id, creditors)
        return len(found)

    async def _score(self, scorer: Scorer, name: str, call_id: UUID, creditors: Mapping[str, Creditor]) -> None:
        transcript = await self.calls.transcript(str(call_id))
        creditor = creditors.get(str(transcript.get("creditor")))
        now = self.clock.now()
        if not any(turn["speaker"] == "caller" for turn in transcript["turns"]):
            # Nobody spoke: there is nothing to judge.
            await self.quality.passed_over(call_id, scorer=name, at=now)
            return
        try:
            card = await asyncio.to_thread(scorer.score, transcript, creditor)
            await self.quality.scored(call_id, card, scorer=name, at=now)
        except (ScorecardInvalid, ArithmeticError, LookupError, TypeError, ValueError) as error:
            # One call that the scorer cannot read must not stop the others.
            log.warning("call_not_scored", call_id=str(call_id), error=type(error).__name__)
            await self.quality.passed_over(call_id, scorer=name, at=now)

    async def _creditors(self) -> dict[str, Creditor]:
        async with self.database.transaction() as connection:
            rows = (await connection.execute(select(CreditorRow.name, CreditorRow.settings))).all()
        return {row.name: creditor_json.from_json(row.settings) for row in rows}


async def keep_entering(store: Store, clock: Clock) -> None:
    """Enter, score and count closed calls for as long as the process runs."""
    database = Database(store.url, patience_s=_PATIENCE_S, pool_size=1)
    quality, figures = PostgresQuality(database), PostgresFigures(database)
    scoring = Scoring(PostgresRecords(database), quality, database, clock)
    since, count_at = EVER, 0.0
    try:
        while True:
            await asyncio.sleep(ENTER_S)
            try:
                await quality.enter_closed(since)
                since = clock.now() - _LATE
                await scoring.waiting()
                count_at = await _counted(figures, count_at)
            except RecordsUnavailable:
                log.warning("quality_not_entered", why="database away")
    finally:
        await database.dispose()


async def _counted(figures: PostgresFigures, due: float) -> float:
    """Count anew where that is due; give when it is due next, on the monotonic clock."""
    began = time.monotonic()
    if began < due:
        return due
    await figures.refresh()
    took = time.monotonic() - began
    return began + max(LEAST_REFRESH_S, _IDLE_SHARE * took)
