"""Who holds a call: owners renew a lease while they live; a call whose lease ran out is closed as failed, once."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

import structlog
from sqlalchemy import ColumnElement, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from voicebot.domain.dialogue.phases import Disposition
from voicebot.persistence.database import Database
from voicebot.persistence.tables import CallRow

RENEW_EVERY_S: Final = 5.0
LEASE: Final = timedelta(seconds=20)
"""Four renewals: one that fails does not lose the call."""
_log = structlog.get_logger(__name__)


class CallLeases:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def renew_all(self, owner: str, now: datetime) -> int:
        """Renew every open call of `owner`, with one statement; give how many there are."""
        async with self._database.transaction() as connection:
            kept = await connection.scalars(
                update(CallRow)
                .where(CallRow.owner == owner, CallRow.closed_at.is_(None))
                .values(lease_until=now + LEASE)
                .returning(CallRow.id)
            )
            return len(kept.all())

    async def close_expired(self, now: datetime) -> list[str]:
        """Close as failed the calls whose lease ended before `now`; give those that this very call closed.

        Safe to run anywhere, at any time, any number of times at once: a row that another closer or its owner has
        in hand is passed over.
        """
        async with self._database.transaction() as connection:
            return await close_lost(connection, now)


async def close_lost(connection: AsyncConnection, now: datetime, *which: ColumnElement[bool]) -> list[str]:
    """Do what `close_expired` does, to the calls of `which`, in the caller's transaction."""
    expired = (
        select(CallRow.id)
        .where(CallRow.closed_at.is_(None), CallRow.lease_until < now, *which)
        .with_for_update(skip_locked=True)
    )
    closed = await connection.scalars(
        update(CallRow)
        .where(CallRow.id.in_(expired.scalar_subquery()), CallRow.closed_at.is_(None))
        .values(status="closed", disposition=Disposition.FAILED.value, closed_at=now, closed_by="lease")
        .returning(CallRow.id)
    )
    ids = [str(key) for key in closed]
    for call_id in ids:
        _log.warning("a call lost its owner and was closed as failed", call_id=call_id)
    return ids
