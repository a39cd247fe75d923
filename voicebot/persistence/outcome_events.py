"""`OutcomeEvents` on a `Database`."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import and_, func, or_, select, update
from sqlalchemy.dialects.postgresql import insert

from voicebot.application.dialler.outcomes import CLAIM, OutcomeEvent
from voicebot.domain.dialogue.phases import Disposition
from voicebot.persistence.database import Database
from voicebot.persistence.dial_tables import OutcomeRow
from voicebot.persistence.tables import (
    AgreementRow,
    CallbackRow,
    CallRow,
    CreditorRow,
    DebtorRow,
    EscalationRow,
    SuppressionRow,
)

LOST_WAITS: Final = timedelta(minutes=10)
"""A call closed because its process died may still tell its own end; so long is that waited for."""
_LOOKED_BACK: Final = timedelta(days=7)
_BATCH: Final = 500
_HEALTH: Final = frozenset({"crisis", "illness", "bereavement"})
"""Kinds that would tell of somebody's life; told as `vulnerable_hold`, as the export does."""


class PostgresOutcomes:
    """Every method is one transaction, and raises `RecordsUnavailable` when the database is away."""

    def __init__(self, database: Database, *, lost_waits: timedelta = LOST_WAITS) -> None:
        self._database = database
        self._lost_waits = lost_waits

    async def sweep(self, now: datetime) -> int:
        """Make an event for each call closed in the last days that has none for its end.

        A call that was never dialled (`blocked`) is no call; one that lost its owner waits for its own word.
        """
        known = (
            select(OutcomeRow.id)
            .where(OutcomeRow.call_id == CallRow.id, OutcomeRow.disposition == CallRow.disposition)
            .exists()
        )
        certain = or_(CallRow.closed_by != "lease", CallRow.closed_at < now - self._lost_waits)
        async with self._database.transaction() as connection:
            ended = await connection.execute(
                select(CallRow.id, CallRow.disposition)
                .where(
                    CallRow.closed_at >= now - _LOOKED_BACK,
                    CallRow.disposition != Disposition.BLOCKED.value,
                    certain,
                    ~known,
                )
                .order_by(CallRow.closed_at)
                .limit(_BATCH)
            )
            rows = [
                {
                    "id": uuid.uuid5(row.id, str(row.disposition)),
                    "call_id": row.id,
                    "disposition": row.disposition,
                    "state": "queued",
                    "attempts": 0,
                    "next_at": now,
                    "created_at": now,
                }
                for row in ended
            ]
            if not rows:
                return 0
            made = await connection.scalars(
                insert(OutcomeRow).values(rows).on_conflict_do_nothing().returning(OutcomeRow.id)
            )
            return len(made.all())

    async def claim(self, now: datetime, *, limit: int) -> list[OutcomeEvent]:
        """Take up to `limit` due events; nobody else gets them for `CLAIM`."""
        due = (
            select(OutcomeRow.id)
            .where(OutcomeRow.state == "queued", OutcomeRow.next_at <= now)
            .order_by(OutcomeRow.next_at)
            .limit(limit)
            .with_for_update(skip_locked=True)
            .cte("due")
        )
        taken = (
            update(OutcomeRow)
            .where(OutcomeRow.id.in_(select(due.c.id)))
            .values(attempts=OutcomeRow.attempts + 1, next_at=now + CLAIM)
            .returning(OutcomeRow.id)
        )
        async with self._database.transaction() as connection:
            ids = list(await connection.scalars(taken))
            rows = (await connection.execute(_TOLD.where(OutcomeRow.id.in_(ids)).order_by(OutcomeRow.created_at))).all()
            return [OutcomeEvent(str(row.event_id), row.created_at, row.attempts, _told(row)) for row in rows]

    async def sent(self, event_id: str, at: datetime) -> None:
        await self._note(event_id, state="sent", sent_at=at, reason=None)

    async def retry(self, event_id: str, at: datetime, reason: str) -> None:
        """Put it back until `at`."""
        await self._note(event_id, next_at=at, reason=reason)

    async def give_up(self, event_id: str, reason: str) -> None:
        """End it undelivered."""
        await self._note(event_id, state="failed", reason=reason)

    async def _note(self, event_id: str, **values: object) -> None:
        async with self._database.transaction() as connection:
            await connection.execute(
                update(OutcomeRow)
                .where(OutcomeRow.id == uuid.UUID(event_id), OutcomeRow.state == "queued")
                .values(values)
            )


_CALL: Final = CallRow.id
_TOLD: Final = (
    select(
        OutcomeRow.id.label("event_id"),
        OutcomeRow.disposition,
        OutcomeRow.created_at,
        OutcomeRow.attempts,
        CallRow.id,
        CreditorRow.cnpj,
        CallRow.debtor_ref,
        CallRow.direction,
        CallRow.started_at,
        CallRow.closed_at,
        CallRow.closed_by,
        CallRow.notice_given_at,
        AgreementRow.agreement,
        select(func.max(CallbackRow.due_at)).where(CallbackRow.call_id == _CALL).scalar_subquery().label("callback_at"),
        select(func.array_agg(EscalationRow.urgency))
        .where(EscalationRow.call_id == _CALL)
        .scalar_subquery()
        .label("escalations"),
        select(func.array_agg(SuppressionRow.kind))
        .where(SuppressionRow.call_id == _CALL)
        .scalar_subquery()
        .label("suppressions"),
    )
    .join(CallRow, CallRow.id == OutcomeRow.call_id)
    .outerjoin(DebtorRow, DebtorRow.ref == CallRow.debtor_ref)
    .outerjoin(CreditorRow, CreditorRow.id == DebtorRow.creditor_id)
    .outerjoin(AgreementRow, and_(AgreementRow.call_id == CallRow.id))
)


def _told(row: Any) -> dict[str, Any]:
    """Give what the receiver gets; instants in UTC, money as in the contract."""
    urgencies = [each for each in ("immediate", "today", "normal") if each in (row.escalations or ())]
    kinds = {"vulnerable_hold" if kind in _HEALTH else kind for kind in row.suppressions or ()}
    return {
        "event": "call.closed",
        "call_id": str(row.id),
        "creditor_cnpj": row.cnpj,
        "debtor_ref": row.debtor_ref,
        "direction": row.direction,
        "started_at": _instant(row.started_at),
        "closed_at": _instant(row.closed_at),
        "disposition": row.disposition,
        "closed_by": row.closed_by,
        "notice_given_at": _instant(row.notice_given_at),
        "callback_at": _instant(row.callback_at),
        "escalation": urgencies[0] if urgencies else None,
        "suppressions": sorted(kinds),
        "agreement": row.agreement,
    }


def _instant(at: datetime | None) -> str | None:
    return at.isoformat(timespec="seconds") if at is not None else None
