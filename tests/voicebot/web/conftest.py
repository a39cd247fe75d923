from __future__ import annotations

from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path

import pytest

from tests.voicebot.web.stage import Operate, Operation, operating
from voicebot.persistence.database import Database


@pytest.fixture
def operate(database: Database, database_url: str, tmp_path: Path) -> Operate:
    """Run a gateway of the test's own: `async with operate(max_calls=1) as operation`."""
    return partial(operating, database, database_url, tmp_path)


@pytest.fixture
async def operation(operate: Operate) -> AsyncIterator[Operation]:
    """A gateway with fake engines, the samples loaded, and no patience for a stream that does not start."""
    async with operate(start_timeout_s=0.3) as running:
        yield running
