from __future__ import annotations

import os
import threading
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import CheckConstraint, make_url

from voicebot.application.ports import RecordsUnavailable
from voicebot.persistence import schema
from voicebot.persistence.tables import Base


def conninfo(url: str) -> str:
    return make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)


def tables(url: str) -> set[str]:
    with psycopg.connect(conninfo(url)) as connection:
        rows = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
    return {name for (name,) in rows} - {"alembic_version"}


def test_migrations_and_tables_agree(scratch_database_url: str) -> None:
    assert schema.differences(scratch_database_url) == []
    assert tables(scratch_database_url) == set(Base.metadata.tables)


def test_migrated_checks_are_those_of_the_tables(scratch_database_url: str) -> None:
    """Alembic compares no check constraints, so their names are compared here."""
    with psycopg.connect(conninfo(scratch_database_url)) as connection:
        rows = connection.execute(
            "SELECT conname FROM pg_constraint WHERE contype = 'c' AND connamespace = 'public'::regnamespace"
        ).fetchall()
    declared = {
        str(constraint.name)
        for table in Base.metadata.tables.values()
        for constraint in table.constraints
        if isinstance(constraint, CheckConstraint)
    }
    assert {name for (name,) in rows} == declared


def test_a_column_that_is_missing_is_noticed(scratch_database_url: str) -> None:
    with psycopg.connect(conninfo(scratch_database_url)) as connection:
        connection.execute("ALTER TABLE calls DROP COLUMN language")
    assert [difference[0] for difference in schema.differences(scratch_database_url)] == ["add_column"]


def test_down_to_nothing_and_up_again(scratch_database_url: str) -> None:
    schema.downgrade(scratch_database_url, "base")
    assert tables(scratch_database_url) == set()
    assert not schema.is_current(scratch_database_url)

    schema.upgrade(scratch_database_url)
    assert schema.is_current(scratch_database_url)
    assert schema.differences(scratch_database_url) == []


def test_upgrading_twice_at_once_from_another_folder_is_harmless(
    scratch_database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    schema.downgrade(scratch_database_url, "base")
    monkeypatch.chdir(tmp_path)
    failures: list[BaseException] = []

    def upgrade() -> None:
        try:
            schema.upgrade(scratch_database_url)
        except BaseException as error:  # noqa: BLE001 - carried to the test
            failures.append(error)

    threads = [threading.Thread(target=upgrade) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert failures == []
    assert schema.is_current(scratch_database_url)
    assert os.listdir(tmp_path) == []


def test_no_server_is_one_clear_error(tmp_path: Path) -> None:
    with pytest.raises(RecordsUnavailable, match="is it running"):
        schema.upgrade(f"postgresql+psycopg://postgres@/voicebot?host={tmp_path}")
