"""The record as the export reads it: one snapshot, rows streamed, so memory does not grow with the export."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any

from sqlalchemy import Select, case, func, select, text
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.orm import InstrumentedAttribute

from voicebot.application.export import ClosedCall, MadeAgreement, Suppression
from voicebot.persistence.database import Database
from voicebot.persistence.tables import (
    AgreementRow,
    CallbackRow,
    CallRow,
    CreditorRow,
    DebtorRow,
    EscalationRow,
    SuppressionRow,
)

PATIENCE_S = 60.0
"""For a `Database` that exports: the first rows of a large table may take longer than a call could wait."""
_ROWS_AT_ONCE = 500


class PostgresExport:
    """`Source` on a `Database`; `creditor_cnpj` leaves out what belongs to another creditor, or to none."""

    def __init__(self, database: Database, *, creditor_cnpj: str | None = None) -> None:
        self._database = database
        self._creditor_cnpj = creditor_cnpj

    @asynccontextmanager
    async def snapshot(self) -> AsyncIterator[PostgresSnapshot]:
        """Open a read-only view of one instant, so that no agreement is without its call.

        Raises:
            RecordsUnavailable: the database is away.
        """
        async with self._database.transaction() as connection:
            await connection.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY"))
            yield PostgresSnapshot(connection, self._creditor_cnpj)


class PostgresSnapshot:
    """The three streams, each ordered by instant and call."""

    def __init__(self, connection: AsyncConnection, creditor_cnpj: str | None) -> None:
        self._connection = connection
        self._creditor_cnpj = creditor_cnpj

    async def closed_calls(self, since: datetime) -> AsyncIterator[ClosedCall]:
        """Give the calls closed at or after `since`."""
        callback = select(func.max(CallbackRow.due_at)).where(CallbackRow.call_id == CallRow.id).scalar_subquery()
        rank = case({"immediate": 2, "today": 1}, value=EscalationRow.urgency, else_=0)
        escalation = (
            select(EscalationRow.urgency)
            .where(EscalationRow.call_id == CallRow.id)
            .order_by(rank.desc(), EscalationRow.id)
            .limit(1)
            .scalar_subquery()
        )
        query = (
            select(
                CallRow.id,
                CreditorRow.cnpj,
                CallRow.debtor_ref,
                CallRow.direction,
                CallRow.started_at,
                CallRow.closed_at,
                CallRow.disposition,
                CallRow.closed_by,
                CallRow.notice_given_at,
                callback.label("callback_at"),
                escalation.label("escalation"),
            )
            .where(CallRow.closed_at >= since)
            .order_by(CallRow.closed_at, CallRow.id)
        )
        async for row in self._rows(query, CallRow.debtor_ref):
            yield ClosedCall(
                call_id=str(row.id),
                creditor_cnpj=row.cnpj,
                debtor_ref=row.debtor_ref,
                direction=row.direction,
                started_at=row.started_at,
                closed_at=row.closed_at,
                disposition=row.disposition,
                closed_by=row.closed_by,
                notice_given_at=row.notice_given_at,
                callback_at=row.callback_at,
                escalation=row.escalation,
            )

    async def agreements(self, since: datetime) -> AsyncIterator[MadeAgreement]:
        """Give the agreements made at or after `since`."""
        query = (
            select(
                AgreementRow.call_id,
                CreditorRow.cnpj,
                AgreementRow.debtor_ref,
                AgreementRow.agreement,
                AgreementRow.state,
                AgreementRow.agreed_at,
            )
            .where(AgreementRow.agreed_at >= since)
            .order_by(AgreementRow.agreed_at, AgreementRow.call_id)
        )
        async for row in self._rows(query, AgreementRow.debtor_ref):
            yield MadeAgreement(
                call_id=str(row.call_id),
                creditor_cnpj=row.cnpj,
                debtor_ref=row.debtor_ref,
                terms=row.agreement,
                state=row.state,
                agreed_at=row.agreed_at,
            )

    async def suppressions(self, since: datetime) -> AsyncIterator[Suppression]:
        """Give the suppressions recorded at or after `since`."""
        query = (
            select(
                SuppressionRow.call_id,
                CreditorRow.cnpj,
                SuppressionRow.debtor_ref,
                SuppressionRow.phone,
                SuppressionRow.kind,
                SuppressionRow.until,
                SuppressionRow.at,
            )
            .where(SuppressionRow.at >= since)
            .order_by(SuppressionRow.at, SuppressionRow.id)
        )
        async for row in self._rows(query, SuppressionRow.debtor_ref):
            yield Suppression(
                call_id=str(row.call_id),
                creditor_cnpj=row.cnpj,
                debtor_ref=row.debtor_ref,
                phone=row.phone,
                kind=row.kind,
                until=row.until,
                recorded_at=row.at,
            )

    async def _rows(
        self, query: Select[*tuple[Any, ...]], debtor_ref: InstrumentedAttribute[str | None]
    ) -> AsyncIterator[Any]:
        """Stream a query, with the creditor of the debtor; a call of an unknown debtor has none."""
        joined = query.outerjoin(DebtorRow, DebtorRow.ref == debtor_ref).outerjoin(
            CreditorRow, CreditorRow.id == DebtorRow.creditor_id
        )
        if self._creditor_cnpj is not None:
            joined = joined.where(CreditorRow.cnpj == self._creditor_cnpj)
        streamed = await self._connection.stream(joined.execution_options(yield_per=_ROWS_AT_ONCE))
        async for row in streamed:
            yield row
