"""The periodic chores on procrastinate: its tables in a schema of their own, each chore run by a worker."""

from __future__ import annotations

import asyncio

import psycopg
from sqlalchemy import make_url

from voicebot.jobs.periodic import QUEUE, install, periodic_app


def conninfo(url: str) -> str:
    return make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)


async def nothing() -> int:
    return 0


async def test_its_tables_are_made_once_and_apart(scratch_database_url: str) -> None:
    where = conninfo(scratch_database_url)
    made = await asyncio.gather(*(install(where) for _ in range(3)))
    assert sorted(made) == [False, False, True]
    async with await psycopg.AsyncConnection.connect(where) as connection:
        found = await connection.execute(
            "SELECT DISTINCT schemaname FROM pg_tables WHERE tablename LIKE 'procrastinate%'"
        )
        assert await found.fetchall() == [("procrastinate",)]


async def test_a_deferred_chore_is_done_and_one_that_waits_is_not_queued_twice(scratch_database_url: str) -> None:
    done = []

    async def chore() -> int:
        done.append(1)
        return 1

    where = conninfo(scratch_database_url)
    await install(where)
    app = periodic_app(where, {"plan": chore, "other": nothing})
    async with app.open_async():
        await app.tasks["plan"].defer_async(timestamp=1)
        await app.run_worker_async(
            queues=[QUEUE], wait=False, install_signal_handlers=False, listen_notify=False, delete_jobs="always"
        )
    assert len(done) >= 1
    assert {periodic.task.name for periodic in app.periodic_registry.periodic_tasks.values()} == {"plan", "other"}
