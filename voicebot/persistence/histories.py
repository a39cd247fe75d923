"""What happened with a person, from rows: `Histories` on a `Database`, and the same inside another transaction."""

from __future__ import annotations

import hashlib
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, and_, exists, func, or_, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from voicebot.application.histories import (
    ABOUT_THE_NUMBER,
    ABOUT_THE_PERSON,
    LOOKED_BACK,
    ONLY_VERIFIED,
    Past,
    PastCall,
    contact_history,
)
from voicebot.application.outbox import Purpose, State
from voicebot.application.places import calendar_of, timezone_of
from voicebot.domain.compliance.contact import ContactHistory, suspends_all
from voicebot.domain.dialogue.phases import Disposition
from voicebot.domain.portfolio import Channel
from voicebot.domain.promises import latest_broken
from voicebot.persistence.database import Database
from voicebot.persistence.promises import Ledger, ledgers, payments_known_until
from voicebot.persistence.tables import (
    CallbackRow,
    CallRow,
    DebtorRow,
    HoldRow,
    LineRow,
    MessageRow,
    SuppressionRow,
)


class PostgresHistories:
    """Every method raises `RecordsUnavailable` when the database is away."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def history(self, ref: str, at: datetime) -> ContactHistory:
        """Give the history of the person behind the reference at `at`; empty for an unknown one."""
        async with self._database.transaction() as connection:
            return await history_of(connection, ref, at)

    async def broken_promise(self, ref: str, at: datetime) -> date | None:
        """Give the day of the latest payment that was promised and did not come; None where nothing is broken."""
        async with self._database.transaction() as connection:
            who = await _debtor(connection, ref)
            ledger = (await ledgers(connection, [ref])).get(ref)
            if who is None or ledger is None:
                return None
            known_until = await payments_known_until(connection, who.creditor_id)
        today = at.astimezone(ZoneInfo(timezone_of(who.state, who.city))).date()
        calendar = calendar_of(who.state, today.year - 1, today.year + 1)
        return latest_broken(ledger.promises, ledger.received, calendar=calendar, today=today, known_until=known_until)


async def history_of(connection: AsyncConnection, ref: str, at: datetime) -> ContactHistory:
    """Give the history inside the caller's transaction."""
    who = await _debtor(connection, ref)
    if who is None:
        return ContactHistory()
    refs = list(await connection.scalars(select(DebtorRow.ref).where(DebtorRow.cpf == who.cpf)))
    ledger = (await ledgers(connection, [ref])).get(ref, Ledger())
    past = Past(
        calls=await _calls(connection, refs, who.phone, at),
        reminders=await _reminders(connection, refs, at),
        for_ever=await _for_ever(connection, ref, refs, who.phone),
        promises=ledger.promises,
        received=ledger.received,
        callbacks=tuple(
            await connection.scalars(
                select(CallbackRow.due_at).where(
                    CallbackRow.debtor_ref == func.any(refs), CallbackRow.done_at.is_(None), CallbackRow.at <= at
                )
            )
        ),
    )
    return contact_history(past, at.astimezone(ZoneInfo(timezone_of(who.state, who.city))))


def person_digest(cpf: str) -> str:
    """Name a person in the record of calls without writing the document there again."""
    return hashlib.sha256(f"cpf:{cpf}".encode()).hexdigest()[:32]


async def lock_person(connection: AsyncConnection, cpf: str, phone: str) -> None:
    """Let one transaction at a time judge and dial this person and this number; released at its end."""
    names = (f"dial:{person_digest(cpf)}", f"dial:{phone}")
    keys = sorted(int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], signed=True) for name in names)
    for key in keys:
        await connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": key})


def about_person(ref: str, refs: Any, phone: str) -> ColumnElement[bool]:
    """Choose the suppressions that hold for a debtor: their own, their person's at any creditor, their number's."""
    return or_(
        and_(SuppressionRow.phone == phone, SuppressionRow.kind.in_(ABOUT_THE_NUMBER)),
        and_(SuppressionRow.debtor_ref == ref, SuppressionRow.kind.not_in(ABOUT_THE_NUMBER)),
        and_(
            SuppressionRow.debtor_ref.in_(refs),
            or_(SuppressionRow.kind.in_(ABOUT_THE_PERSON), SuppressionRow.kind.like("stop\\_%")),
        ),
    )


async def _debtor(connection: AsyncConnection, ref: str) -> Any:
    return (await connection.execute(select(DebtorRow).where(DebtorRow.ref == ref))).first()


async def _calls(connection: AsyncConnection, refs: list[str], phone: str, at: datetime) -> tuple[PastCall, ...]:
    own = CallRow.debtor_ref == func.any(refs)
    told = exists(
        select(LineRow.index).where(
            LineRow.call_id == CallRow.id, LineRow.phase.in_([phase.value for phase in ONLY_VERIFIED])
        )
    )
    rows = await connection.execute(
        select(
            CallRow.started_at,
            CallRow.direction,
            CallRow.disposition,
            func.coalesce(own, False).label("own"),
            told.label("told"),
        ).where(or_(own, CallRow.phone == phone), CallRow.started_at.between(at - LOOKED_BACK, at))
    )
    return tuple(
        PastCall(
            at=row.started_at,
            inbound=row.direction == "inbound",
            same_person=row.own,
            disposition=Disposition(row.disposition) if row.disposition else None,
            verified=row.told,
        )
        for row in rows
    )


async def _reminders(
    connection: AsyncConnection, refs: list[str], at: datetime
) -> tuple[tuple[Channel, datetime], ...]:
    rows = await connection.execute(
        select(MessageRow.channel, MessageRow.sent_at)
        .join(CallRow, CallRow.id == MessageRow.call_id)
        .where(
            CallRow.debtor_ref == func.any(refs),
            MessageRow.purpose == Purpose.REMINDER.value,
            MessageRow.state == State.SENT.value,
            MessageRow.sent_at.between(at - LOOKED_BACK, at),
        )
    )
    return tuple((Channel(row.channel), row.sent_at) for row in rows)


async def _for_ever(connection: AsyncConnection, ref: str, refs: list[str], phone: str) -> frozenset[str]:
    """Kinds without an end: what the person said, and what the file says of them that closes a single channel."""
    said = await connection.scalars(
        select(SuppressionRow.kind).where(about_person(ref, refs, phone), SuppressionRow.until.is_(None))
    )
    loaded = await connection.scalars(
        select(HoldRow.kind).where(HoldRow.debtor_ref == func.any(refs), HoldRow.until.is_(None))
    )
    return frozenset(said) | {kind for kind in loaded if kind == "stop" or not suspends_all(kind)}
