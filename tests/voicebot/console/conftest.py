from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.voicebot.console.stage import Stage
from voicebot.persistence.database import Database


@pytest.fixture
async def stage(database: Database, tmp_path: Path) -> AsyncIterator[Stage]:
    """A console on an empty database; nobody is signed in."""
    ready = Stage(database, tmp_path / "recordings")
    yield ready
    for client in ready.clients:
        await client.aclose()
