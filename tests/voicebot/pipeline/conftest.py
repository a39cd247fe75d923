from __future__ import annotations

from functools import partial
from pathlib import Path

import pytest

from tests.voicebot.web.stage import Operate, operating
from voicebot.persistence.database import Database
from voicebot.pipeline import turns
from voicebot.pipeline.floor import Patience


@pytest.fixture(autouse=True)
def brisk(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wait no longer for digits than for other answers: these tests run in real time."""
    monkeypatch.setattr(turns, "_DICTATION", Patience(incomplete_s=0.5))
    monkeypatch.setattr(turns, "KEYPAD_PAUSE_S", 0.4)


@pytest.fixture
def operate(database: Database, database_url: str, tmp_path: Path) -> Operate:
    """Run a gateway of the test's own: `async with operate(fakes=fakes) as operation`."""
    return partial(operating, database, database_url, tmp_path)
