"""Blanking what was said once its time is over; that there was a call, how it went and ended stays on record."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import exists, or_, select, update

from voicebot.persistence.database import Database
from voicebot.persistence.operations import ESCALATION
from voicebot.persistence.tables import CallRow, EscalationRow, EventRow, LineRow


class PostgresKeptWords:
    """Every method raises `RecordsUnavailable` when the database is away."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def blank_before(self, instant: datetime, *, limit: int = 200) -> int:
        """Blank every line, and every summary for people, of calls closed before; gives how many calls had any."""
        has_words = exists().where(LineRow.call_id == CallRow.id, LineRow.text != "")
        has_summary = exists().where(EscalationRow.call_id == CallRow.id, EscalationRow.summary != "")
        async with self._database.transaction() as connection:
            old = await connection.scalars(
                select(CallRow.id)
                .where(CallRow.closed_at < instant, or_(has_words, has_summary))
                .order_by(CallRow.closed_at)
                .limit(limit)
            )
            calls = list(old)
            if not calls:
                return 0
            await connection.execute(update(LineRow).where(LineRow.call_id.in_(calls)).values(text=""))
            await connection.execute(update(EscalationRow).where(EscalationRow.call_id.in_(calls)).values(summary=""))
            await connection.execute(
                update(EventRow)
                .where(EventRow.call_id.in_(calls), EventRow.kind == ESCALATION)
                .values(data=EventRow.data.op("-")("summary"))
            )
            return len(calls)
