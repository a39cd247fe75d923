"""`EarlierCalls` on a `Database`."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy import and_, func, or_, select, union
from sqlalchemy.ext.asyncio import AsyncConnection

from voicebot.application.dialler.earlier_calls import UnsureCall
from voicebot.domain.portfolio import Case
from voicebot.persistence.database import Database
from voicebot.persistence.dial_steps import FOLLOWED, never_dialled
from voicebot.persistence.dial_tables import AttemptRow, IntentRow
from voicebot.persistence.histories import person_digest
from voicebot.persistence.operations import call_uuid
from voicebot.persistence.tables import CallRow, EventRow

PLACED = "placed"
"""Event kind with `provider_call_id`."""
_PLACED_AS = EventRow.data["provider_call_id"].astext


class PostgresEarlierCalls:
    """Each method is one transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def unsure(self, case: Case, *, provider: str, since: datetime, now: datetime) -> list[UnsureCall]:
        """Give the calls to this person or number since then of which nobody knows the end."""
        placed_as = (
            select(_PLACED_AS)
            .where(EventRow.call_id == CallRow.id, EventRow.kind == PLACED)
            .order_by(EventRow.id.desc())
            .limit(1)
            .scalar_subquery()
        )
        followed = select(IntentRow.id).where(IntentRow.call_id == CallRow.id, IntentRow.state.in_(FOLLOWED)).exists()
        lost = or_(CallRow.closed_by == "lease", and_(CallRow.closed_at.is_(None), CallRow.lease_until < now))
        query = (
            select(
                CallRow.id,
                CallRow.phone,
                CallRow.started_at,
                func.coalesce(AttemptRow.provider_call_id, CallRow.provider_call_id, placed_as).label("sid"),
                followed.label("followed"),
            )
            .outerjoin(AttemptRow, AttemptRow.call_id == CallRow.id)
            .where(
                CallRow.direction == "outbound",
                CallRow.provider == provider,
                CallRow.started_at >= since,
                CallRow.media_started_at.is_(None),
                or_(CallRow.person == person_digest(case.debtor.cpf), CallRow.phone == case.debtor.phone),
                lost,
            )
            .order_by(CallRow.started_at)
        )
        async with self._database.transaction() as connection:
            rows = await connection.execute(query)
            return [UnsureCall(str(row.id), row.phone, row.started_at, row.sid, row.followed) for row in rows]

    async def known(self, phone: str, *, but: str) -> frozenset[str]:
        """Give the provider's ids of all calls with this number that are on record, but of the call `but`."""
        async with self._database.transaction() as connection:
            return await known_ids(connection, phone, call_uuid(but))

    async def never_placed(self, call_id: str, at: datetime) -> None:
        """Close the record as of a call that never was."""
        async with self._database.transaction() as connection:
            await never_dialled(connection, call_uuid(call_id), at)


async def known_ids(connection: AsyncConnection, phone: str, but: uuid.UUID) -> frozenset[str]:
    """Give them inside the caller's transaction: ids of attempts, of calls with media, and of those placed by hand."""
    theirs = (CallRow.phone == phone, CallRow.id != but)
    found = union(
        select(CallRow.provider_call_id.label("sid")).where(*theirs),
        select(AttemptRow.provider_call_id).join(CallRow, CallRow.id == AttemptRow.call_id).where(*theirs),
        select(_PLACED_AS).join(CallRow, CallRow.id == EventRow.call_id).where(EventRow.kind == PLACED, *theirs),
    )
    return frozenset(str(sid) for sid in await connection.scalars(found) if sid is not None)
