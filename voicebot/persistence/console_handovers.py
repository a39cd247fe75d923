"""Calls that asked for a person and wait for one."""

from __future__ import annotations

from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import case, select, true, update

from voicebot.application.qa.calls import Handover
from voicebot.persistence.database import Database
from voicebot.persistence.tables import CallRow, EscalationRow

_SHOWN: Final = 100


class PostgresHandovers:
    """`Handovers` on a `Database`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def waiting(self, *, creditors: tuple[str, ...] | None) -> tuple[Handover, ...]:
        rank = case({"immediate": 0, "today": 1}, value=EscalationRow.urgency, else_=2)
        query = (
            select(EscalationRow.__table__, CallRow.creditor_name, CallRow.debtor_name)
            .join(CallRow, CallRow.id == EscalationRow.call_id)
            .where(
                EscalationRow.handled_at.is_(None),
                true() if creditors is None else CallRow.creditor_name.in_(creditors),
            )
            .order_by(rank, EscalationRow.at, EscalationRow.id)
            .limit(_SHOWN)
        )
        async with self._database.transaction() as connection:
            rows = (await connection.execute(query)).all()
        return tuple(
            Handover(
                row.id, row.call_id, row.creditor_name, row.reason, row.urgency, row.summary, row.at, row.debtor_name
            )
            for row in rows
        )

    async def handled(self, handover_id: int, *, creditors: tuple[str, ...] | None, at: datetime) -> UUID | None:
        mine = select(CallRow.id).where(true() if creditors is None else CallRow.creditor_name.in_(creditors))
        statement = (
            update(EscalationRow)
            .where(
                EscalationRow.id == handover_id,
                EscalationRow.handled_at.is_(None),
                EscalationRow.call_id.in_(mine),
            )
            .values(handled_at=at)
            .returning(EscalationRow.call_id)
        )
        async with self._database.transaction() as connection:
            return await connection.scalar(statement)
