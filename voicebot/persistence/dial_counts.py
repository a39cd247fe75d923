"""`Counts` on a `Database`: calls and money of the account, over every process that places calls."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import delete, func, select, text, update
from sqlalchemy.dialects.postgresql import insert

from voicebot.persistence.database import Database
from voicebot.persistence.dial_tables import CountRow

_LOCK: Final = "SELECT pg_advisory_xact_lock(hashtextextended('dial_counts:' || :kind, 0))"
_KEPT: Final = timedelta(days=2)


class PostgresCounts:
    """Each method is one transaction, and raises `RecordsUnavailable` when the database is away."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def take(self, kind: str, at: datetime, *, since: datetime, amount: int, cap: int) -> bool:
        """Count in, unless that were more than `cap` after `since`; whoever else asks meanwhile waits."""
        used = select(func.coalesce(func.sum(CountRow.used), 0)).where(CountRow.kind == kind, CountRow.at > since)
        async with self._database.transaction() as connection:
            await connection.execute(text(_LOCK), {"kind": kind})
            if int(await connection.scalar(used) or 0) + amount > cap:
                return False
            row = insert(CountRow).values(kind=kind, at=at, used=amount)
            await connection.execute(
                row.on_conflict_do_update(
                    index_elements=[CountRow.kind, CountRow.at], set_={"used": CountRow.used + row.excluded.used}
                )
            )
            await connection.execute(delete(CountRow).where(CountRow.kind == kind, CountRow.at < since - _KEPT))
            return True

    async def give_back(self, kind: str, at: datetime, amount: int) -> None:
        """Take out again what was counted at `at`."""
        async with self._database.transaction() as connection:
            await connection.execute(
                update(CountRow)
                .where(CountRow.kind == kind, CountRow.at == at)
                .values(used=func.greatest(CountRow.used - amount, 0))
            )
