"""`Outbox` on a `Database`: claims that nobody shares, and what came of each message."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from voicebot.application.outbox import CLAIM, STUCK_AFTER, Backlog, Purpose, QueuedMessage, State
from voicebot.persistence.database import Database
from voicebot.persistence.tables import CallbackRow, CallRow, MessageRow

_ENDS_WITH_A_PAYMENT = (Purpose.PAYMENT.value, Purpose.REMINDER.value)


class PostgresOutbox:
    """Every method is one transaction, and raises `RecordsUnavailable` when the database is away."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def claim(self, now: datetime, *, limit: int) -> list[QueuedMessage]:
        """Take up to `limit` due messages, alerts first, then the oldest; nobody else gets them for `CLAIM`."""
        alerts_first = MessageRow.purpose != Purpose.ALERT.value
        due = (
            select(MessageRow.id)
            .where(MessageRow.state == State.QUEUED.value, MessageRow.next_at <= now)
            .order_by(alerts_first, MessageRow.next_at, MessageRow.id)
            .limit(limit)
            .with_for_update(skip_locked=True)
            .cte("due")
        )
        taken = (
            update(MessageRow)
            .where(MessageRow.id.in_(select(due.c.id)))
            .values(attempts=MessageRow.attempts + 1, next_at=now + CLAIM)
            .returning(MessageRow.id)
        )
        async with self._database.transaction() as connection:
            ids = list(await connection.scalars(taken))
            rows = await connection.execute(
                select(MessageRow, CallRow.debtor_ref)
                .join(CallRow, CallRow.id == MessageRow.call_id)
                .where(MessageRow.id.in_(ids))
                .order_by(alerts_first, MessageRow.id)
            )
            return [
                QueuedMessage(
                    key=str(row.key),
                    call_id=str(row.call_id),
                    debtor_ref=row.debtor_ref,
                    channel=row.channel,
                    purpose=Purpose(row.purpose),
                    text=row.text,
                    created_at=row.created_at,
                    expires_on=row.expires_on,
                    attempts=row.attempts,
                )
                for row in rows
            ]

    async def sent(self, key: str, at: datetime) -> None:
        await self._note(key, state=State.SENT.value, sent_at=at)

    async def retry(self, key: str, at: datetime) -> None:
        """Put it back until `at`."""
        await self._note(key, next_at=at)

    async def postpone(self, key: str, until: datetime) -> None:
        """Put it back until contact is permitted; that was no try."""
        await self._note(key, next_at=until, attempts=MessageRow.attempts - 1)

    async def give_up(self, key: str, state: State, reason: str) -> None:
        """End it unsent."""
        await self._note(key, state=state.value, reason=reason)

    async def backlog(self, now: datetime) -> Backlog:
        """Count what waits longer than it should, and what was given up."""
        late = MessageRow.next_at < now - STUCK_AFTER
        async with self._database.transaction() as connection:
            row = (
                await connection.execute(
                    select(
                        func.count().filter(MessageRow.state == State.QUEUED.value, late).label("stuck"),
                        func.count().filter(MessageRow.state == State.FAILED.value).label("failed"),
                    )
                )
            ).one()
        return Backlog(row.stuck, row.failed)

    async def _note(self, key: str, **values: object) -> None:
        """Change a message that is still queued; one that was cancelled meanwhile and sent all the same is sent."""
        open_states = [State.QUEUED.value, State.CANCELLED.value] if "sent_at" in values else [State.QUEUED.value]
        async with self._database.transaction() as connection:
            await connection.execute(
                update(MessageRow)
                .where(MessageRow.key == uuid.UUID(key), MessageRow.state.in_(open_states))
                .values(values)
            )


async def cancel_contacts(connection: AsyncConnection, refs: Sequence[str]) -> None:
    """Take back what was queued for debtors who paid: callbacks, reminders, and how to pay what is paid now."""
    if not refs:
        return
    theirs = select(CallRow.id).where(CallRow.debtor_ref == func.any(list(refs)))
    await connection.execute(
        update(MessageRow)
        .where(
            MessageRow.state == State.QUEUED.value,
            MessageRow.purpose.in_(_ENDS_WITH_A_PAYMENT),
            MessageRow.call_id.in_(theirs),
        )
        .values(state=State.CANCELLED.value, reason="a payment came in")
    )
    await connection.execute(
        update(CallbackRow)
        .where(CallbackRow.debtor_ref == func.any(list(refs)), CallbackRow.done_at.is_(None))
        .values(done_at=func.now())
    )
