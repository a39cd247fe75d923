"""`OpinionBoard` on a `Database`: the carrier's opinions on who answered, between the gateways of one operation."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Final

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from voicebot.persistence.database import Database
from voicebot.persistence.operations import call_uuid
from voicebot.persistence.tables import CallRow, EventRow

ANSWERED_BY: Final = "answered_by"
"""Event kind with `opinion`; once a call."""


class PostgresOpinions:
    """Raises `RecordsUnavailable` when the database is away."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def put_up(self, call_id: str, provider_call_id: str, opinion: str, at: datetime) -> bool:
        """Keep the first opinion on a call whose audio flows now.

        Raises:
            UnknownCall: no call id.
        """
        key = call_uuid(call_id)
        live = select(CallRow.id).where(
            CallRow.id == key,
            CallRow.provider_call_id == provider_call_id,
            CallRow.media_started_at.is_not(None),
            CallRow.closed_at.is_(None),
            CallRow.lease_until >= at,
        )
        row = {
            "call_id": key,
            "op_id": uuid.uuid5(key, ANSWERED_BY),
            "kind": ANSWERED_BY,
            "data": {"opinion": opinion},
            "at": at,
        }
        async with self._database.transaction() as connection:
            if await connection.scalar(live) is None:
                return False
            made = await connection.scalar(insert(EventRow).values(row).on_conflict_do_nothing().returning(EventRow.id))
            return made is not None

    async def of(self, call_ids: Collection[str]) -> Mapping[str, str]:
        """Give what was put up about these calls."""
        if not call_ids:
            return {}
        names = {uuid.uuid5(key, ANSWERED_BY): call_id for call_id in call_ids for key in (call_uuid(call_id),)}
        async with self._database.transaction() as connection:
            rows = await connection.execute(
                select(EventRow.op_id, EventRow.data).where(EventRow.op_id.in_(list(names)))
            )
            return {names[row.op_id]: str(row.data["opinion"]) for row in rows}
