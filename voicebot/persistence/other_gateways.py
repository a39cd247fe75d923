"""What the gateways of one operation know of each other: who has a line free, by what each announces and holds."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, select

from voicebot.persistence.database import Database
from voicebot.persistence.dial_tables import CapacityRow
from voicebot.persistence.tables import CallRow


async def another_has_room(database: Database, owner: str, now: datetime) -> bool:
    """Tell whether some gateway other than `owner` lives and holds fewer calls than it announced.

    Raises:
        RecordsUnavailable: the database is away.
    """
    held = (
        select(func.count())
        .select_from(CallRow)
        .where(CallRow.owner == CapacityRow.owner, CallRow.closed_at.is_(None), CallRow.lease_until >= now)
        .scalar_subquery()
    )
    free = (
        select(CapacityRow.owner)
        .where(CapacityRow.owner != owner, CapacityRow.until >= now, CapacityRow.calls > held)
        .limit(1)
    )
    async with database.transaction() as connection:
        return await connection.scalar(free) is not None
