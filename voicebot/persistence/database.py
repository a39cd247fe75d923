"""The way to PostgreSQL: pooled, impatient, and with one error for "it is away"."""

from __future__ import annotations

import asyncio
import os
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, Final, TypeVar

import psycopg
from psycopg.abc import PQGen
from psycopg.errors import ForeignKeyViolation
from sqlalchemy import make_url
from sqlalchemy.exc import DBAPIError, IntegrityError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, AsyncSession, create_async_engine

from voicebot.application.call_record import UnknownCall
from voicebot.application.ports import RecordsUnavailable

RV = TypeVar("RV")

ROUND_TRIP_S: Final = 1.4
"""A statement of ours takes milliseconds; with the 2 s for a new connection a dead database shows within 3.5 s."""
_CONNECT_S: Final = 2
"""The least that libpq takes."""


class ImpatientConnection(psycopg.AsyncConnection[Any]):
    """Ends a round trip that takes longer than `patience_s` by closing the socket under it.

    A frozen or vanished server answers nothing, not even a request to cancel, so cancelling alone would wait on.
    """

    patience_s: float = ROUND_TRIP_S

    async def wait(self, gen: PQGen[RV], interval: float = 0.1, timeout: float | None = None) -> RV:  # noqa: ASYNC109 - psycopg's own signature
        """Do what the base does, with an end."""
        watchdog = asyncio.get_running_loop().call_later(self.patience_s, self._cut)
        try:
            return await super().wait(gen, interval, timeout)
        finally:
            watchdog.cancel()

    def _cut(self) -> None:
        with socket.socket(fileno=os.dup(self.pgconn.socket)) as mine:
            mine.shutdown(socket.SHUT_RDWR)


class Database:
    """One pool for one process; `dispose` it at the end.

    Args:
        url: `postgresql+psycopg://...` (or `postgresql://...`).
        patience_s: seconds that one statement may take; longer for exports than in a call.
        pool_size: connections kept; twice as many at most.
    """

    def __init__(self, url: str, *, patience_s: float = ROUND_TRIP_S, pool_size: int = 5) -> None:
        self.url: Final = make_url(url).set(drivername="postgresql+psycopg")
        query = self.url.set(drivername="postgresql")
        conninfo = query.render_as_string(hide_password=False)
        milliseconds = int(patience_s * 1000)

        async def connect(*_: object, **__: object) -> ImpatientConnection:
            connection = await ImpatientConnection.connect(
                conninfo,
                connect_timeout=_CONNECT_S,
                application_name="voicebot",
                options=f"-c statement_timeout={milliseconds} -c lock_timeout={milliseconds} -c timezone=UTC",
                tcp_user_timeout=milliseconds,
            )
            connection.patience_s = patience_s
            return connection

        self.engine: Final[AsyncEngine] = create_async_engine(
            self.url,
            async_creator=connect,
            pool_pre_ping=True,
            pool_size=pool_size,
            max_overflow=pool_size,
            pool_timeout=2,
            hide_parameters=True,
        )

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[AsyncConnection]:
        """Give a connection in a transaction: committed at the end, rolled back on an error.

        Raises:
            RecordsUnavailable: the database is away, too slow, or has no connection free.
            UnknownCall: a row was to belong to a call that was never begun.
        """
        try:
            async with self.engine.begin() as connection:
                yield connection
        except IntegrityError as error:
            if isinstance(error.orig, ForeignKeyViolation) and str(error.orig.diag.constraint_name).endswith(
                "_call_id"
            ):
                raise UnknownCall("this call was never begun") from None
            raise
        except DBAPIError as error:
            if not _is_away(error):
                raise
            raise RecordsUnavailable(_message(error)) from error
        except PoolTimeoutError as error:
            raise RecordsUnavailable("every database connection is busy; see VOICEBOT_MAX_CALLS") from error

    @asynccontextmanager
    async def session(self) -> AsyncIterator[AsyncSession]:
        """Give a session on a transaction of its own, for what is easier with rows as objects."""
        async with self.transaction() as connection, AsyncSession(connection, expire_on_commit=False) as session:
            yield session
            await session.flush()

    async def dispose(self) -> None:
        """Close every connection."""
        await self.engine.dispose()


def _is_away(error: DBAPIError) -> bool:
    return error.connection_invalidated or isinstance(error, OperationalError | InterfaceError)


def _message(error: DBAPIError) -> str:
    cause = type(error.orig).__name__ if error.orig is not None else type(error).__name__
    return f"the database did not do it ({cause}); it may be restarting or overloaded, try again"
