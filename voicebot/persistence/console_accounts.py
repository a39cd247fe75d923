"""The console's accounts as an administrator keeps them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, select, text, update
from sqlalchemy.engine import Row
from sqlalchemy.ext.asyncio import AsyncConnection

from voicebot.application.qa.accounts import Account, LastAdmin, NoSuchPerson, NotTheirsToGrant, may_grant
from voicebot.application.qa.people import Role
from voicebot.persistence.console_people import kept_to, person_of
from voicebot.persistence.console_tables import SessionRow, UserRow
from voicebot.persistence.database import Database

_ONE_AT_A_TIME = text("SELECT pg_advisory_xact_lock(29028)")
"""Two administrators who end each other's access at once would leave nobody."""


class PostgresAccounts:
    """`Accounts` on a `Database`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def everybody(self, *, within: tuple[str, ...] | None) -> tuple[Account, ...]:
        query = (
            select(UserRow.__table__)
            .where(kept_to(within))
            .order_by(UserRow.left_at.is_not(None), func.lower(UserRow.name), UserRow.id)
        )
        async with self._database.transaction() as connection:
            return tuple(_account(row) for row in (await connection.execute(query)).all())

    async def account(self, person_id: int, *, within: tuple[str, ...] | None) -> Account:
        async with self._database.transaction() as connection:
            return await _found(connection, person_id, within)

    async def account_of(self, login: str) -> Account:
        query = select(UserRow.__table__).where(UserRow.login == login.lower())
        async with self._database.transaction() as connection:
            row = (await connection.execute(query)).first()
        if row is None:
            raise NoSuchPerson("nobody has this login; `console user list` names those who do")
        return _account(row)

    async def deactivate(self, person_id: int, *, within: tuple[str, ...] | None, at: datetime) -> None:
        async with self._database.transaction() as connection:
            await connection.execute(_ONE_AT_A_TIME)
            await _found(connection, person_id, within)
            had_one = await _has_an_admin(connection)
            still_here = (UserRow.id == person_id, UserRow.left_at.is_(None))
            await connection.execute(update(UserRow).where(*still_here).values(left_at=at))
            await connection.execute(delete(SessionRow).where(SessionRow.user_id == person_id))
            if had_one:
                await _must_have_an_admin(connection)

    async def reactivate(self, person_id: int, *, within: tuple[str, ...] | None) -> None:
        async with self._database.transaction() as connection:
            await _found(connection, person_id, within)
            await connection.execute(update(UserRow).where(UserRow.id == person_id).values(left_at=None))

    async def change(
        self, person_id: int, *, within: tuple[str, ...] | None, role: Role, creditors: tuple[str, ...] | None
    ) -> None:
        if not may_grant(within, creditors):
            raise NotTheirsToGrant("access to these creditors is not yours to give; ask who sees all of them")
        values = {"role": role.value, "creditors": None if creditors is None else list(creditors)}
        async with self._database.transaction() as connection:
            await connection.execute(_ONE_AT_A_TIME)
            await _found(connection, person_id, within)
            had_one = await _has_an_admin(connection)
            await connection.execute(update(UserRow).where(UserRow.id == person_id).values(values))
            if had_one:
                await _must_have_an_admin(connection)

    async def set_password(
        self, person_id: int, password_hash: str, *, within: tuple[str, ...] | None, keep: bytes | None = None
    ) -> None:
        others = delete(SessionRow).where(SessionRow.user_id == person_id)
        async with self._database.transaction() as connection:
            await _found(connection, person_id, within)
            await connection.execute(update(UserRow).where(UserRow.id == person_id).values(password_hash=password_hash))
            await connection.execute(others if keep is None else others.where(SessionRow.sha256 != keep))


async def _found(connection: AsyncConnection, person_id: int, within: tuple[str, ...] | None) -> Account:
    query = select(UserRow.__table__).where(UserRow.id == person_id, kept_to(within)).with_for_update()
    row = (await connection.execute(query)).first()
    if row is None:
        raise NoSuchPerson("there is no such person, or they are not yours to change")
    return _account(row)


async def _has_an_admin(connection: AsyncConnection) -> bool:
    query = select(UserRow.id).where(
        UserRow.role == Role.ADMIN.value, UserRow.creditors.is_(None), UserRow.left_at.is_(None)
    )
    return await connection.scalar(query.limit(1)) is not None


async def _must_have_an_admin(connection: AsyncConnection) -> None:
    """Undo the transaction where nobody is left who can let people in.

    Raises:
        LastAdmin: so it is.
    """
    if not await _has_an_admin(connection):
        raise LastAdmin("nobody would be left who may change accounts; give another person the role `admin` first")


def _account(row: Row[Any]) -> Account:
    return Account(person_of(row), row.left_at, row.oidc_subject is not None)
