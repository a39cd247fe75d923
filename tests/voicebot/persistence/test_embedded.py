from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import make_url

from voicebot.persistence.embedded import ROOT_FOLDER, Cleanup, EmbeddedPostgres, default_folder
from voicebot.persistence.embedded_binaries import RunAs, install_for
from voicebot.persistence.errors import EmbeddedUnavailable

pytestmark = pytest.mark.postgres

HOLDER = """
import sys
from pathlib import Path
from voicebot.persistence.embedded import EmbeddedPostgres
held = EmbeddedPostgres(Path(sys.argv[1]), durable=False)
sys.stdout.write(held.start() + chr(10))
sys.stdout.flush()
sys.stdin.readline()
held.stop()
"""


@pytest.fixture
def folder() -> Iterator[Path]:
    """Give a folder that the server's own user can reach; whatever still runs there is stopped."""
    with tempfile.TemporaryDirectory(prefix="vb-") as parent:
        Path(parent).chmod(0o755)
        path = Path(parent) / "pg"
        yield path
        Path(parent).chmod(0o755)
        if (path / "data" / "postmaster.pid").exists():
            last = EmbeddedPostgres(path, cleanup=Cleanup.DELETE, durable=False)
            last.start()
            last.stop()


def holder(folder: Path) -> subprocess.Popen[str]:
    """Start another process that holds the server until it reads a line."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(folder)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[3],
    )
    assert process.stdout is not None
    process.stdout.readline()
    return process


def end(process: subprocess.Popen[str]) -> None:
    process.communicate("\n", timeout=30)


def answers(url: str) -> bool:
    conninfo = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    try:
        with psycopg.connect(conninfo, connect_timeout=2) as connection:
            return connection.execute("SELECT 1").fetchone() == (1,)
    except psycopg.OperationalError:
        return False


def test_it_lives_until_the_last_process_leaves(folder: Path) -> None:
    first, second = holder(folder), holder(folder)
    mine = EmbeddedPostgres(folder, durable=False)
    url = mine.start()

    end(first)
    mine.stop()
    assert answers(url), "one process still holds it"

    end(second)
    assert not answers(url), "nobody holds it"


def test_a_killed_process_does_not_count_and_the_next_one_joins(folder: Path) -> None:
    process = holder(folder)
    process.kill()
    process.communicate()
    mine = EmbeddedPostgres(folder, durable=False)
    url = mine.start()
    assert answers(url)

    mine.stop()
    assert not answers(url)


def test_what_was_written_is_there_after_a_restart(folder: Path) -> None:
    with EmbeddedPostgres(folder, durable=False) as first:
        conninfo = make_url(first.url).set(drivername="postgresql").render_as_string(hide_password=False)
        with psycopg.connect(conninfo) as connection:
            connection.execute("CREATE TABLE kept AS SELECT 7 AS value")
    with EmbeddedPostgres(folder, durable=False), psycopg.connect(conninfo) as connection:
        assert connection.execute("SELECT value FROM kept").fetchone() == (7,)


def test_a_server_that_died_is_started_anew(folder: Path) -> None:
    held = EmbeddedPostgres(folder, durable=False)
    url = held.start()
    os.kill(int((held.data / "postmaster.pid").read_text().splitlines()[0]), signal.SIGQUIT)

    again = EmbeddedPostgres(folder, durable=False)
    again.start()
    assert answers(url)
    again.stop()
    held.stop()


def test_a_path_too_long_for_a_socket_works(folder: Path) -> None:
    deep = folder.parent / ("long" * 20) / ("way" * 20) / "pg"
    with EmbeddedPostgres(deep, cleanup=Cleanup.DELETE, durable=False) as held:
        assert len(str(deep)) > 108
        assert answers(held.url)


def test_no_folder_above_the_data_changes_its_mode_and_delete_leaves_nothing(folder: Path) -> None:
    folder.parent.chmod(0o711)
    before = [path.stat().st_mode for path in folder.parents]
    with EmbeddedPostgres(folder, cleanup=Cleanup.DELETE, durable=False) as held:
        assert held.data.stat().st_mode & 0o077 == 0
        assert (folder / "run").stat().st_mode & 0o077 == 0
    assert [path.stat().st_mode for path in folder.parents] == before
    assert not folder.exists()


def test_a_closed_folder_is_named_and_left_closed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tmp_path.chmod(0o700)
    somebody = RunAs("somebody", os.geteuid(), os.getegid())
    monkeypatch.setattr("voicebot.persistence.embedded.service_user", lambda: somebody)
    with pytest.raises(EmbeddedUnavailable, match=r"closed to other users.*VOICEBOT_PG_DIR"):
        EmbeddedPostgres(tmp_path / "pg").start()
    assert tmp_path.stat().st_mode & 0o777 == 0o700


def test_data_of_another_version_is_refused_with_what_to_do(folder: Path) -> None:
    (folder / "data").mkdir(parents=True)
    folder.chmod(0o755)
    (folder / "data" / "PG_VERSION").write_text("16\n")
    with pytest.raises(EmbeddedUnavailable, match="dump and restore"):
        EmbeddedPostgres(folder).start()


def test_programs_out_of_reach_are_copied_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    closed = tmp_path / "closed" / "install"
    (closed / "bin").mkdir(parents=True)
    (closed / "bin" / "postgres").write_text("program")
    (closed / "bin" / "postgres").chmod(0o700)
    (closed / "share").mkdir()
    (closed / "share" / "postgres.bki").write_text("catalogue")
    (tmp_path / "closed").chmod(0o700)
    monkeypatch.setattr("voicebot.persistence.embedded_binaries.wheel_install", lambda: closed)

    copy = install_for(RunAs("somebody", 12345, 12345), tmp_path)

    assert copy == tmp_path / "postgres18"
    assert (copy / "bin" / "postgres").stat().st_mode & 0o777 == 0o755
    assert (copy / "share" / "postgres.bki").stat().st_mode & 0o777 == 0o644
    assert (tmp_path / "closed").stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize(
    ("root", "pg_dir", "expected"),
    [
        pytest.param(True, None, ROOT_FOLDER, id="root: a folder of its own"),
        pytest.param(False, None, Path("var/postgres"), id="others: with the rest of the data"),
        pytest.param(True, Path("/srv/pg"), Path("/srv/pg"), id="set by hand"),
    ],
)
def test_where_the_data_lies(root: bool, pg_dir: Path | None, expected: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 0 if root else 1000)
    assert default_folder(Path("var"), pg_dir) == expected
