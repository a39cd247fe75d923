"""Calls that asked for a person and wait for one."""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import ColumnElement, case, or_, select, true, update

from voicebot.application.handover_sheet import LINK, Sheet
from voicebot.application.ports import Speaker
from voicebot.application.qa.calls import Handover, NoSuchCall
from voicebot.application.qa.desk import Action
from voicebot.persistence.console_tables import AuditRow, TakeoverRow
from voicebot.persistence.database import Database
from voicebot.persistence.tables import CallRow, EscalationRow, EventRow, LineRow, TokenRow

_SHOWN: Final = 100


def _taken(by: int, since: datetime) -> ColumnElement[bool]:
    """Calls that this person took off the list or opened by a link, or asked for in the live view."""
    noted = select(AuditRow.call_id).where(
        AuditRow.user_id == by, AuditRow.action == Action.HANDOVER_TAKEN.value, AuditRow.at >= since
    )
    asked = select(TakeoverRow.call_id).where(
        TakeoverRow.asked_by == by, TakeoverRow.asked_at >= since, TakeoverRow.accepted.is_not(False)
    )
    return or_(CallRow.id.in_(noted), CallRow.id.in_(asked))


class PostgresHandovers:
    """`Handovers` and `Sheets` on a `Database`."""

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
        known = select(EscalationRow.id).where(EscalationRow.id == handover_id, EscalationRow.call_id.in_(mine))
        async with self._database.transaction() as connection:
            if await connection.scalar(known) is None:
                raise NoSuchCall(str(handover_id))
            return await connection.scalar(statement)

    async def open(self, token: str, *, creditors: tuple[str, ...] | None, at: datetime) -> UUID | None:
        mine = select(CallRow.id).where(true() if creditors is None else CallRow.creditor_name.in_(creditors))
        spend = (
            update(TokenRow)
            .where(
                TokenRow.sha256 == hashlib.sha256(token.encode("utf-8", "replace")).digest(),
                TokenRow.provider_call_id == LINK,
                TokenRow.used_at.is_(None),
                TokenRow.expires_at > at,
                TokenRow.call_id.in_(mine),
            )
            .values(used_at=at)
            .returning(TokenRow.call_id)
        )
        async with self._database.transaction() as connection:
            return await connection.scalar(spend)

    async def was_taken(self, call_id: UUID, *, by: int, since: datetime) -> bool:
        mine = select(CallRow.id).where(CallRow.id == call_id, _taken(by, since))
        async with self._database.transaction() as connection:
            return await connection.scalar(mine) is not None

    async def taken(
        self, *, by: int, creditors: tuple[str, ...] | None, since: datetime
    ) -> tuple[tuple[UUID, datetime, str | None], ...]:
        query = (
            select(CallRow.id, CallRow.started_at, CallRow.creditor_name)
            .where(_taken(by, since), true() if creditors is None else CallRow.creditor_name.in_(creditors))
            .order_by(CallRow.started_at.desc(), CallRow.id)
            .limit(_SHOWN)
        )
        async with self._database.transaction() as connection:
            rows = (await connection.execute(query)).all()
        return tuple((row.id, row.started_at, row.creditor_name) for row in rows)

    async def provider_call(self, call_id: UUID) -> str | None:
        """Give the provider's id of a call; None where there is none."""
        async with self._database.transaction() as connection:
            return await connection.scalar(select(CallRow.provider_call_id).where(CallRow.id == call_id))

    async def sheet(self, call_id: UUID, *, creditors: tuple[str, ...] | None) -> Sheet | None:
        head = select(CallRow.debtor_name, CallRow.creditor_name, CallRow.closed_at).where(
            CallRow.id == call_id, true() if creditors is None else CallRow.creditor_name.in_(creditors)
        )
        noted = select(EventRow.data).where(EventRow.call_id == call_id, EventRow.kind == "handover_sheet")
        said = select(LineRow.speaker, LineRow.text).where(LineRow.call_id == call_id).order_by(LineRow.index)
        async with self._database.transaction() as connection:
            call = (await connection.execute(head)).first()
            if call is None:
                return None
            facts = await connection.scalar(noted.order_by(EventRow.id.desc()).limit(1))
            lines = (await connection.execute(said)).all()
        return Sheet(
            call_id=call_id,
            debtor_name=call.debtor_name,
            creditor=call.creditor_name,
            is_over=call.closed_at is not None,
            facts=facts or {},
            lines=tuple((row.speaker, row.text) for row in lines if row.speaker != Speaker.SYSTEM.value),
        )
