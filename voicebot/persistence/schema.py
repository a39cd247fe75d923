"""Bring a database to the newest revision, ask which one it has, and draft the next."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, NullPool, create_engine, make_url, text
from sqlalchemy.exc import OperationalError

from voicebot.application.ports import RecordsUnavailable
from voicebot.persistence import console_tables, dial_tables
from voicebot.persistence.tables import Base

_METADATA: Final = Base.metadata
_DECLARED_BESIDE: Final = (console_tables, dial_tables)
"""The console's and the dialler's tables are in the same metadata once their modules are read."""
_MIGRATIONS: Final = Path(__file__).parent / "migrations"
_LOCK: Final = 0x766F6963
"""Advisory lock number, "voic": two processes that start together upgrade once."""


def upgrade(url: str, revision: str = "head") -> None:
    """Run the missing revisions, all in one transaction; blocks.

    Raises:
        RecordsUnavailable: no connection.
    """
    with _connected(url) as connection:
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
        command.upgrade(_config(connection), revision)


def recreate(url: str, name: str) -> str:
    """Drop and make the database `name` on the server of `url`, and give its URL; blocks.

    For demonstrations and benchmarks on the embedded server: each run starts from nothing, since what an earlier one
    left (a wish not to be called, a promise) would rightly stand in its way.
    """
    target = make_url(url)
    engine = create_engine(target.set(database="postgres"), poolclass=NullPool, isolation_level="AUTOCOMMIT")
    quoted = engine.dialect.identifier_preparer.quote(name)
    with engine.connect() as connection:
        connection.execute(text(f"DROP DATABASE IF EXISTS {quoted} WITH (FORCE)"))
        connection.execute(text(f"CREATE DATABASE {quoted}"))
    return target.set(database=name).render_as_string(hide_password=False)


def downgrade(url: str, revision: str) -> None:
    """Undo revisions down to `revision`; `base` drops everything."""
    with _connected(url) as connection:
        command.downgrade(_config(connection), revision)


def is_current(url: str) -> bool:
    """Say whether the database is at the newest revision; for readiness and `doctor`."""
    newest = ScriptDirectory.from_config(_config(None)).get_current_head()
    with _connected(url) as connection:
        return MigrationContext.configure(connection).get_current_revision() == newest


def differences(url: str) -> list[Any]:
    """List where the database's shape and `tables` disagree, as Alembic names it; empty when they agree."""
    with _connected(url) as connection:
        context = MigrationContext.configure(connection, opts={"compare_server_default": True})
        return list(compare_metadata(context, _METADATA))


def draft(url: str, message: str, revision_id: str) -> None:
    """Write a revision file with what `tables` has and the database has not; to be checked by hand."""
    with _connected(url) as connection:
        command.revision(_config(connection), message=message, rev_id=revision_id, autogenerate=True)


def _config(connection: Connection | None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config


@contextmanager
def _connected(url: str) -> Iterator[Connection]:
    engine = create_engine(
        make_url(url).set(drivername="postgresql+psycopg"),
        poolclass=NullPool,
        hide_parameters=True,
        connect_args={"connect_timeout": 5},
    )
    try:
        with engine.begin() as connection:
            yield connection
    except OperationalError as error:
        raise RecordsUnavailable("no connection to the database; is it running, is its URL right?") from error
    finally:
        engine.dispose()
