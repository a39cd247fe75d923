"""`console user ...`: accounts from the machine itself, each change on the audit trail."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import psycopg
import pytest
from typer.testing import CliRunner

from voicebot.bootstrap import store
from voicebot.bootstrap.commands.console_users import user
from voicebot.persistence.database import Database

PASSWORD = "correct horse battery"


@pytest.fixture
def typed(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> CliRunner:
    """The command line on an empty database."""
    monkeypatch.setenv("VOICEBOT_DATABASE_URL", database_url)
    monkeypatch.setenv("VOICEBOT_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("VOICEBOT_PROVIDER", "simulator")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(store, "Database", partial(Database, patience_s=20.0))
    return CliRunner()


def run(typed: CliRunner, *words: str, password: str = "") -> tuple[int, str]:
    done = typed.invoke(user, list(words), input=f"{password}\n")
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        raise done.exception
    return done.exit_code, done.output


def added(typed: CliRunner, login: str, role: str, *more: str) -> None:
    code, said = run(typed, "add", login, "--name", login, "--role", role, *more, password=PASSWORD)
    assert code == 0, said


def rows(url: str, sql: str) -> list[tuple[object, ...]]:
    with psycopg.connect(url.replace("+psycopg", "")) as connection:
        return connection.execute(sql).fetchall()


def test_an_account_is_ended_given_back_and_changed_and_the_trail_tells(typed: CliRunner, database_url: str) -> None:
    added(typed, "Chefe", "admin")
    added(typed, "ana", "qa", "--creditor", "Loja")
    (before,) = rows(database_url, "SELECT password_hash FROM console_users WHERE login = 'ana'")
    assert run(typed, "deactivate", "ana")[0] == 0
    listed = run(typed, "list")[1]
    assert "ana\tqa\tLoja\tno access since" in listed
    assert "chefe\tadmin\tevery creditor\thas access" in listed
    assert run(typed, "reactivate", "ANA")[0] == 0
    assert run(typed, "change", "ana", "--role", "supervisor")[0] == 0
    assert "ana\tsupervisor\tLoja\thas access" in run(typed, "list")[1]
    assert run(typed, "change", "ana", "--every-creditor")[0] == 0
    assert "ana\tsupervisor\tevery creditor\thas access" in run(typed, "list")[1]
    assert run(typed, "password", "ana", password=f"{PASSWORD} anew")[0] == 0
    (after,) = rows(database_url, "SELECT password_hash FROM console_users WHERE login = 'ana'")
    assert after != before
    trail = [row[0] for row in rows(database_url, "SELECT action FROM console_audit ORDER BY id")]
    assert trail[2:] == [
        "person_deactivated",
        "person_reactivated",
        "person_changed",
        "person_changed",
        "password_reset",
    ]
    told = repr(rows(database_url, "SELECT detail FROM console_audit"))
    assert PASSWORD not in told


@pytest.mark.parametrize(
    ("words", "password", "problem"),
    [
        pytest.param(("deactivate", "nobody"), "", "nobody has this login", id="nobody"),
        pytest.param(("deactivate", "only"), "", "nobody would be left", id="the last one"),
        pytest.param(("change", "only", "--role", "qa"), "", "nobody would be left", id="the last one's role"),
        pytest.param(("password", "only"), "curta", "a password has 12 to 200", id="too short"),
        pytest.param(("add", "only", "--name", "x", "--role", "qa"), PASSWORD, "this login is taken", id="taken"),
    ],
)
def test_what_cannot_be_done_is_said_in_one_line(
    typed: CliRunner, words: tuple[str, ...], password: str, problem: str
) -> None:
    added(typed, "only", "admin")
    code, said = run(typed, *words, password=password)
    assert code == 1
    assert problem in said
    assert "only\tadmin\tevery creditor\thas access" in run(typed, "list")[1]
