"""The console's accounts, sessions, limit on sign-ins, and audit trail."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ARRAY, ColumnElement, Text, and_, cast, delete, func, insert, or_, select, text, true, update
from sqlalchemy.engine import Row
from sqlalchemy.exc import IntegrityError

from voicebot.application.qa.desk import Action, AuditEntry
from voicebot.application.qa.people import Credentials, LoginTaken, Person, Role
from voicebot.persistence.console_tables import AttemptRow, AuditRow, SessionRow, UserRow
from voicebot.persistence.database import Database
from voicebot.persistence.tables import CallRow

IDLE: Final = timedelta(minutes=30)
"""A session ends after this long without a request."""
LONGEST: Final = timedelta(hours=12)
"""A session ends after this long in any case: one working day."""
LOOK_BACK: Final = timedelta(minutes=15)
FAILURES_PER_LOGIN: Final = 5
FAILURES_PER_ADDRESS: Final = 30
"""An office shares one address."""
ONE_HEARING: Final = timedelta(minutes=10)
"""Within this the requests of one player for one recording are one hearing."""
_SEEN_EVERY: Final = timedelta(minutes=1)


class PostgresPeople:
    """`People` on a `Database`; every method raises `RecordsUnavailable` when it is away."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(
        self,
        *,
        login: str,
        name: str,
        role: Role,
        password_hash: str,
        creditors: tuple[str, ...] | None,
        at: datetime,
    ) -> int:
        """Add somebody; the login is kept in lower case.

        Raises:
            LoginTaken: the login is taken.
        """
        row = {
            "login": login.lower(),
            "name": name,
            "role": role.value,
            "password_hash": password_hash,
            "creditors": None if creditors is None else list(creditors),
            "created_at": at,
        }
        try:
            async with self._database.transaction() as connection:
                added = await connection.scalar(insert(UserRow).values(row).returning(UserRow.id))
        except IntegrityError:
            raise LoginTaken("this login is taken; choose another") from None
        return int(added or 0)

    async def credentials(self, login: str) -> Credentials | None:
        query = select(UserRow.__table__).where(UserRow.login == login.lower(), UserRow.left_at.is_(None))
        async with self._database.transaction() as connection:
            found = (await connection.execute(query)).first()
        return Credentials(person_of(found), found.password_hash) if found is not None else None

    async def vouched(self, *, issuer: str, subject: str, login: str) -> Person | None:
        here = (UserRow.left_at.is_(None),)
        tied = select(UserRow.__table__).where(UserRow.oidc_issuer == issuer, UserRow.oidc_subject == subject, *here)
        tie = (
            update(UserRow)
            .where(UserRow.login == login.lower(), UserRow.oidc_subject.is_(None), *here)
            .values(oidc_issuer=issuer, oidc_subject=subject)
            .returning(*UserRow.__table__.c)
        )
        async with self._database.transaction() as connection:
            found = (await connection.execute(tied)).first()
            if found is None:
                found = (await connection.execute(tie)).first()
        return person_of(found) if found is not None else None

    async def attempt(self, login: str, address: str, *, at: datetime) -> bool:
        """Count an attempt before the password is looked at, so that many at once are counted too."""
        digest = _digest(login)
        since = at - LOOK_BACK
        async with self._database.transaction() as connection:
            await connection.execute(delete(AttemptRow).where(AttemptRow.at < since - LOOK_BACK))
            await connection.execute(insert(AttemptRow).values(login_sha256=digest, address=address, at=at))
            tried = select(func.count()).select_from(AttemptRow).where(AttemptRow.at >= since)
            by_login = await connection.scalar(tried.where(AttemptRow.login_sha256 == digest))
            by_address = await connection.scalar(tried.where(AttemptRow.address == address))
        return (by_login or 0) <= FAILURES_PER_LOGIN and (by_address or 0) <= FAILURES_PER_ADDRESS

    async def succeeded(self, login: str) -> None:
        async with self._database.transaction() as connection:
            await connection.execute(delete(AttemptRow).where(AttemptRow.login_sha256 == _digest(login)))

    async def open_session(self, digest: bytes, person_id: int, *, at: datetime) -> None:
        async with self._database.transaction() as connection:
            await connection.execute(delete(SessionRow).where(SessionRow.opened_at < at - LONGEST))
            await connection.execute(
                insert(SessionRow).values(sha256=digest, user_id=person_id, opened_at=at, seen_at=at)
            )

    async def session(self, digest: bytes, *, at: datetime) -> Person | None:
        query = (
            select(UserRow.__table__, SessionRow.seen_at)
            .join(SessionRow, SessionRow.user_id == UserRow.id)
            .where(
                SessionRow.sha256 == digest,
                SessionRow.seen_at >= at - IDLE,
                SessionRow.opened_at >= at - LONGEST,
                UserRow.left_at.is_(None),
            )
        )
        async with self._database.transaction() as connection:
            found = (await connection.execute(query)).first()
            if found is not None and at - found.seen_at > _SEEN_EVERY:
                await connection.execute(update(SessionRow).where(SessionRow.sha256 == digest).values(seen_at=at))
        return person_of(found) if found is not None else None

    async def close_session(self, digest: bytes) -> None:
        async with self._database.transaction() as connection:
            await connection.execute(delete(SessionRow).where(SessionRow.sha256 == digest))


class PostgresAudit:
    """`Audit` on a `Database`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def note(
        self, action: Action, *, at: datetime, who: int | None = None, call_id: UUID | None = None, detail: str = ""
    ) -> None:
        row = {"at": at, "user_id": who, "action": action.value, "call_id": call_id, "detail": detail}
        async with self._database.transaction() as connection:
            await connection.execute(insert(AuditRow).values(row))

    async def heard(self, call_id: UUID, *, who: int, at: datetime) -> None:
        recent = select(AuditRow.id).where(
            AuditRow.call_id == call_id,
            AuditRow.user_id == who,
            AuditRow.action == Action.HEARD.value,
            AuditRow.at > at - ONE_HEARING,
        )
        async with self._database.transaction() as connection:
            # A player asks for several pieces at once; one lock a person makes them one entry.
            await connection.execute(text("SELECT pg_advisory_xact_lock(:space, :who)"), {"space": 0x7161, "who": who})
            if await connection.scalar(recent.limit(1)) is None:
                row = {"at": at, "user_id": who, "action": Action.HEARD.value, "call_id": call_id, "detail": ""}
                await connection.execute(insert(AuditRow).values(row))

    async def newest(
        self,
        *,
        limit: int,
        creditors: tuple[str, ...] | None,
        who: int | None = None,
        action: Action | None = None,
        before: int | None = None,
    ) -> tuple[AuditEntry, ...]:
        query = (
            select(AuditRow.id, AuditRow.at, UserRow.name, AuditRow.action, AuditRow.call_id, AuditRow.detail)
            .outerjoin(UserRow, UserRow.id == AuditRow.user_id)
            .where(_audited_for(creditors))
            .order_by(AuditRow.id.desc())
            .limit(limit)
        )
        if who is not None:
            query = query.where(AuditRow.user_id == who)
        if action is not None:
            query = query.where(AuditRow.action == action.value)
        if before is not None:
            query = query.where(AuditRow.id < before)
        async with self._database.transaction() as connection:
            rows = (await connection.execute(query)).all()
        return tuple(AuditEntry(row.id, row.at, row.name, Action(row.action), row.call_id, row.detail) for row in rows)


def kept_to(creditors: tuple[str, ...] | None) -> ColumnElement[bool]:
    """Keep to people who see nothing but calls of these creditors; None is everybody."""
    return true() if creditors is None else UserRow.creditors.op("<@")(cast(list(creditors), ARRAY(Text)))


def _audited_for(creditors: tuple[str, ...] | None) -> ColumnElement[bool]:
    if creditors is None:
        return true()
    theirs = AuditRow.call_id.in_(select(CallRow.id).where(CallRow.creditor_name.in_(creditors)))
    return and_(kept_to(creditors), or_(AuditRow.call_id.is_(None), theirs))


def person_of(row: Row[Any]) -> Person:
    creditors = None if row.creditors is None else tuple(row.creditors)
    return Person(row.id, row.login, row.name, Role(row.role), creditors)


def _digest(login: str) -> bytes:
    return hashlib.sha256(login.lower().encode()).digest()
