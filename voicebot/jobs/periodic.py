"""What happens again and again, on procrastinate: each chore once a minute over all workers on all machines.

procrastinate defers a periodic task once for each of its instants, whoever is first, and one of its workers takes it.
Its tables lie in a schema of their own, made by the first worker. Nothing here is needed for a call to be placed once:
every chore may run twice or not at all, and the next round does what was missed.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Awaitable, Callable, Mapping
from typing import Final

import procrastinate
import psycopg
import structlog
from procrastinate import exceptions

log = structlog.get_logger(__name__)
SCHEMA: Final = "procrastinate"
QUEUE: Final = "dialler"
EVERY_MINUTE: Final = "* * * * *"
_POLL_S: Final = 5.0
_LOCK: Final = int.from_bytes(hashlib.sha256(b"procrastinate-schema").digest()[:4])

Chore = Callable[[], Awaitable[object]]


def periodic_app(conninfo: str, chores: Mapping[str, Chore]) -> procrastinate.App:
    """Give an app with one periodic task for each chore; `conninfo` is libpq's, not SQLAlchemy's."""
    connector = procrastinate.PsycopgConnector(
        conninfo=conninfo, kwargs={"options": f"-c search_path={SCHEMA},public"}, min_size=1, max_size=3
    )
    app = procrastinate.App(connector=connector)
    for name, chore in chores.items():
        task = app.task(name=name, queue=QUEUE, queueing_lock=name)(_task(name, chore))
        app.periodic(cron=EVERY_MINUTE)(task)
    return app


def _task(name: str, chore: Chore) -> Callable[[int], Awaitable[None]]:
    async def run(timestamp: int) -> None:
        """Do the chore; `timestamp` is the minute it stands for."""
        done = await chore()
        if done:
            log.info("a chore was done", chore=name, count=done)

    run.__name__ = name
    return run


async def install(conninfo: str) -> bool:
    """Make procrastinate's schema where there is none; True where this call made it. Safe to run at once anywhere."""
    async with await psycopg.AsyncConnection.connect(conninfo) as connection, connection.transaction():
        await connection.execute("SELECT pg_advisory_xact_lock(%s)", (_LOCK,))
        known = await connection.execute("SELECT to_regclass('procrastinate.procrastinate_jobs')")
        row = await known.fetchone()
        if row is not None and row[0] is not None:
            return False
        await connection.execute(f"CREATE SCHEMA IF NOT EXISTS {SCHEMA}".encode())
        await connection.execute(f"SET LOCAL search_path TO {SCHEMA}, public".encode())
        await connection.execute(procrastinate.schema.SchemaManager.get_schema().encode())
    return True


async def keep_house(conninfo: str, chores: Mapping[str, Chore]) -> None:
    """Run the chores until cancelled; a database that is away is waited for."""
    while True:
        try:
            await install(conninfo)
            app = periodic_app(conninfo, chores)
            async with app.open_async():
                await app.run_worker_async(
                    queues=[QUEUE],
                    concurrency=1,
                    install_signal_handlers=False,
                    listen_notify=False,
                    fetch_job_polling_interval=_POLL_S,
                    delete_jobs="always",
                )
        except (psycopg.Error, exceptions.ProcrastinateException) as error:
            log.warning("the periodic chores wait, the database is away", error=type(error).__name__)
            await asyncio.sleep(_POLL_S)
