from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from tests.voicebot.understanding.conftest import reader
from tests.voicebot.understanding.proposer.server import ChatServer, Reply, chat_server
from voicebot.understanding.proposer.proposer import AdvisedUnderstanding, load_advised
from voicebot.understanding.understander import PROMPTS


@asynccontextmanager
async def opened(reply: Reply) -> AsyncIterator[tuple[AdvisedUnderstanding, ChatServer]]:
    async with chat_server(reply) as server:
        advised = load_advised(reader(), PROMPTS, url=server.url, model="small", key="the-key")
        try:
            yield advised, server
        finally:
            await advised.aclose()


@pytest.fixture(scope="session", autouse=True)
def _fitted() -> None:
    """Fit the local reader before any test measures time."""
    reader()
