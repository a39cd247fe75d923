"""`console bench` looks at what was answered, not only at how fast."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

import pytest
from typer.testing import CliRunner

from voicebot.bootstrap.commands import console_bench
from voicebot.bootstrap.commands.console import console, seed_database
from voicebot.bootstrap.store import recording_key
from voicebot.settings import load_settings

CALLS: Final = 200


def timed(p95: float, status: int = 200) -> dict[str, float]:
    return {"status": status, "n": 3, "median": 1.0, "p95": p95, "min": 1.0, "max": p95}


@pytest.mark.parametrize(
    ("pages", "downloads", "missed"),
    [
        pytest.param({"a": timed(200.0), "b": timed(3.0)}, {"c": timed(9000.0)}, [], id="a download may be long"),
        pytest.param({"a": timed(200.1)}, {}, ["a"], id="slow"),
        pytest.param({"a": timed(1.0, 404), "b": timed(3.0)}, {}, ["a"], id="a fast 404"),
        pytest.param({"a": timed(1.0, 303)}, {}, ["a"], id="sent to sign in"),
        pytest.param({"a": timed(1.0)}, {"c": timed(1.0, 500)}, ["c"], id="a download that fails"),
    ],
)
def test_a_page_passes_that_is_right_and_in_time(
    pages: dict[str, dict[str, float]], downloads: dict[str, dict[str, float]], missed: list[str]
) -> None:
    found = console_bench.verdict(pages, downloads)
    assert (found["missed"], found["ok"]) == (missed, not missed)
    assert found["slowest"]["p95"] == max(each["p95"] for each in pages.values())


@pytest.fixture
def settled(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("VOICEBOT_DATABASE_URL", database_url)
    monkeypatch.setenv("VOICEBOT_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("VOICEBOT_PROVIDER", "simulator")
    return database_url


def test_every_page_is_visited_and_answers(settled: str, tmp_path: Path) -> None:
    # The gravest have recordings; whom a person judged milder since is not on that list, so there are some.
    seed_database(settled, CALLS, 12, tmp_path / "recordings", recording_key(load_settings()))
    ran = CliRunner().invoke(console, ["bench", "--visits", "3", "--json"])
    found: dict[str, Any] = json.loads(ran.stdout.strip().splitlines()[-1])
    assert set(found["pages_ms"]) == set(console_bench.PAGES)
    assert set(found["downloads_ms"]) == set(console_bench.DOWNLOADS)
    statuses = {name: each["status"] for name, each in {**found["pages_ms"], **found["downloads_ms"]}.items()}
    assert {name: status for name, status in statuses.items() if status != 200} == {}
    assert found["calls"] == CALLS
    # How fast it is depends on the machine; that the verdict follows from it does not.
    assert ran.exit_code == (0 if found["ok"] else 1)
    assert found["ok"] == all(each["p95"] <= 200 for each in found["pages_ms"].values())


def test_an_empty_database_is_no_success(settled: str) -> None:
    del settled
    ran = CliRunner().invoke(console, ["bench", "--visits", "3"])
    assert ran.exit_code == 1
    assert "console seed" in ran.stderr
