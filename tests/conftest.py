"""What every test runs under: no network but loopback, no settings of the machine, no task left behind, and a database.

`database_url` gives a test an empty, migrated database on an embedded server that the session starts when first asked;
`scratch_database_url` gives one that the test may change the shape of. Such tests carry the marker `postgres`.
"""

from __future__ import annotations

import asyncio
import inspect
import ipaddress
import itertools
import os
import socket
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import psycopg
import pytest
from sqlalchemy import make_url

from voicebot.persistence import schema
from voicebot.persistence.database import Database
from voicebot.persistence.embedded import Cleanup, EmbeddedPostgres

_AMBIENT: Final = ("VOICEBOT_", "TWILIO_", "PG", "OTEL_")
_KEPT: Final = ("VOICEBOT_TEST_", "VOICEBOT_MODELS_DIR")
_numbers = itertools.count()
_PRISTINE: Final = "pristine"
"""A migrated database that no test connects to, so that copies of it are clean and can be made at any time."""

PATIENCE_S: Final = 20.0
"""A test waits for the database of a busy machine; how soon a caller is told that it is away has tests of its own."""


def pytest_configure(config: pytest.Config) -> None:
    """Forget the machine's settings before anything reads them: a test must never meet a real database or account."""
    for name in list(os.environ):
        if name.startswith(_AMBIENT) and not name.startswith(_KEPT):
            del os.environ[name]
    # A gateway under test leaves the processor to its call.
    os.environ["VOICEBOT_SPEAK_AHEAD"] = "off"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "postgres_server" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.postgres)
    # Fast tests first: what needs models comes later, whole calls last; the order within each stays.
    items.sort(key=_weight)


def _weight(item: pytest.Item) -> int:
    if item.get_closest_marker("e2e") is not None:
        return 2
    return 1 if item.get_closest_marker("models") is not None else 0


class NetworkBlocked(OSError):
    """A test tried to leave the machine."""


def _refuse_others(address: object) -> None:
    """Let Unix sockets and loopback pass."""
    host = address[0] if isinstance(address, tuple) else None
    if not isinstance(host, str) or host in {"", "localhost"}:
        return
    try:
        local = ipaddress.ip_address(host.partition("%")[0]).is_loopback
    except ValueError:
        local = False
    if not local:
        raise NetworkBlocked(f"tests stay on loopback, this one wanted {host}")


def _guarded(original: Callable[..., Any], position: int) -> Callable[..., Any]:
    def call(self: socket.socket, *arguments: Any) -> Any:
        _refuse_others(arguments[position])
        return original(self, *arguments)

    return call


@pytest.fixture(autouse=True, scope="session")
def network_stays_local() -> Iterator[None]:
    """Refuse connections, datagrams and name look-ups that leave the machine."""
    with pytest.MonkeyPatch.context() as patch:
        for name, position in (("connect", 0), ("connect_ex", 0), ("sendto", -1)):
            patch.setattr(socket.socket, name, _guarded(getattr(socket.socket, name), position))
        look_up = socket.getaddrinfo

        def local_look_up(host: Any, *arguments: Any, **named: Any) -> Any:
            _refuse_others((host.decode() if isinstance(host, bytes) else host,))
            return look_up(host, *arguments, **named)

        patch.setattr(socket, "getaddrinfo", local_look_up)
        yield


@pytest.fixture(autouse=True)
def no_task_left_behind(request: pytest.FixtureRequest) -> None:
    """Have every async test end with the tasks it began with."""
    function = getattr(request.node, "function", None)
    if inspect.iscoroutinefunction(function):
        request.getfixturevalue("leaked_tasks")


@pytest.fixture
async def leaked_tasks() -> AsyncIterator[None]:
    before = asyncio.all_tasks()
    yield
    left = await still_running(before)
    assert not left, f"tasks were left running: {', '.join(left)}"


async def still_running(before: set[asyncio.Task[Any]]) -> list[str]:
    """Name the tasks that run and are not in `before`, and cancel them."""
    for _ in range(10):
        # A task that was cancelled, or is done but for a callback, gets the few turns of the loop that it needs.
        await asyncio.sleep(0)
    left = [task for task in asyncio.all_tasks() - before - {asyncio.current_task()} if not task.done()]
    for task in left:
        task.cancel()
    return sorted(repr(task.get_coro()) for task in left)


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """Give the URL of a migrated database on a server of this session's own."""
    # Not pytest's folder: as root the server runs as another user, and that folder is closed to it.
    parent = Path(tempfile.mkdtemp(prefix="vb-"))
    parent.chmod(0o755)
    server = EmbeddedPostgres(parent / "pg", cleanup=Cleanup.DELETE, durable=False)
    try:
        url = server.start()
        schema.upgrade(url)
        with psycopg.connect(_conninfo(url, "postgres"), autocommit=True) as connection:
            connection.execute(f'CREATE DATABASE {_PRISTINE} TEMPLATE "{make_url(url).database}"'.encode())
        yield url
    finally:
        server.stop()
        parent.rmdir()


@pytest.fixture
def database_url(postgres_server: str) -> str:
    """Give the session's database with every table empty; takes 10 ms."""
    with psycopg.connect(_conninfo(postgres_server), autocommit=True) as connection:
        # What an earlier test left open would hold locks.
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        connection.execute("SET lock_timeout = '10s'")
        connection.execute("SET session_replication_role = replica")
        tables = connection.execute(
            "SELECT quote_ident(tablename) FROM pg_tables"
            " WHERE schemaname = 'public' AND tablename <> 'alembic_version'"
        ).fetchall()
        connection.execute(";".join(f"DELETE FROM {table}" for (table,) in tables).encode())  # noqa: S608 - own names
    return postgres_server


@pytest.fixture
def scratch_database_url(postgres_server: str) -> Iterator[str]:
    """Give a migrated database of the test's own, dropped after it, whoever is still connected; takes 0.2 s."""
    with _own_database(postgres_server) as url:
        yield url


@pytest.fixture(scope="module")
def module_database_url(postgres_server: str) -> Iterator[str]:
    """Give a migrated database of the module's own, for an operation that several tests share."""
    with _own_database(postgres_server) as url:
        yield url


@contextmanager
def _own_database(postgres_server: str) -> Iterator[str]:
    template, name = make_url(postgres_server), f"scratch_{next(_numbers)}"
    admin = _conninfo(postgres_server, "postgres")
    with psycopg.connect(admin, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE {_PRISTINE}".encode())
    yield template.set(database=name).render_as_string(hide_password=False)
    with psycopg.connect(admin, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())


def _conninfo(url: str, database: str | None = None) -> str:
    parts = make_url(url).set(drivername="postgresql")
    return (parts.set(database=database) if database else parts).render_as_string(hide_password=False)


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    opened = Database(database_url, patience_s=PATIENCE_S)
    yield opened
    await opened.dispose()
