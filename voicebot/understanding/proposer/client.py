"""One question to a server that speaks OpenAI's chat completions, and its whole answer within the time given."""

from __future__ import annotations

import asyncio
import json
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import urlsplit

import httpx

from voicebot.understanding.proposer.errors import ProposerAnswerInvalid, ProposerLate, ProposerUnreachable
from voicebot.understanding.proposer.schema import JSON_SCHEMA, Proposal, read_completion

MOST_BYTES: Final = 64 * 1024
"""A proposal takes one or two thousand bytes; what is far longer is none."""
MOST_TOKENS: Final = 200
_LOOPBACK: Final = frozenset({"localhost", "127.0.0.1", "::1"})
_LIMITS: Final = httpx.Limits(max_connections=16, max_keepalive_connections=8, keepalive_expiry=60.0)


@dataclass(slots=True)
class ChatClient:
    """Keeps its connections open between questions. Belongs to the event loop that asks first, until closed."""

    url: str
    """The API's base, "http://127.0.0.1:8000/v1"; the question goes to its `/chat/completions`."""
    model: str
    key: str | None = field(repr=False)
    instructions: str = field(repr=False)
    _tls: ssl.SSLContext = field(default_factory=httpx.create_ssl_context, repr=False)
    """Made with the client: it takes tens of milliseconds, which no turn has to spare."""
    _open: httpx.AsyncClient | None = field(default=None, repr=False)
    _loop: asyncio.AbstractEventLoop | None = field(default=None, repr=False)

    async def ask(self, question: dict[str, str], *, within_s: float) -> Proposal:
        """Send one question and give the proposal.

        Raises:
            ProposerUnreachable: no connection, or a status that is not 200.
            ProposerLate: `within_s` seconds went by; the connection is dropped.
            ProposerRefused: the model declined.
            ProposerAnswerInvalid: the answer is no proposal.
        """
        try:
            async with asyncio.timeout(within_s):
                body = await self._exchange(question)
        except TimeoutError:
            raise ProposerLate(f"no whole answer within {within_s:.3f} s") from None
        return read_completion(body)

    async def aclose(self) -> None:
        if self._open is not None:
            await self._open.aclose()
        self._open = self._loop = None

    async def _exchange(self, question: dict[str, str]) -> bytes:
        # `from None`: what the transport says could carry the address with whatever stands in it.
        try:
            async with self._sent(question) as answer:
                if answer.status_code != httpx.codes.OK:
                    raise ProposerUnreachable(f"the proposer's server answered with status {answer.status_code}")
                return await _read(answer)
        except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError) as error:
            raise ProposerUnreachable(f"the proposer's server cannot be used: {type(error).__name__}") from None

    @asynccontextmanager
    async def _sent(self, question: dict[str, str]) -> AsyncIterator[httpx.Response]:
        async with self._client().stream(
            "POST", f"{self.url.rstrip('/')}/chat/completions", json=self._body(question)
        ) as answer:
            yield answer

    def _client(self) -> httpx.AsyncClient:
        loop = asyncio.get_running_loop()
        if self._open is None or self._loop is not loop:
            headers = {"Accept-Encoding": "identity"}
            if self.key:
                headers["Authorization"] = f"Bearer {self.key}"
            # A proxy of the environment serves the way to a cloud, never the way to this very machine.
            outside = urlsplit(self.url).hostname not in _LOOPBACK
            self._open = httpx.AsyncClient(
                headers=headers,
                timeout=None,  # noqa: S113 - `ask` bounds the whole exchange
                limits=_LIMITS,
                trust_env=outside,
                verify=self._tls,
            )
            self._loop = loop
        return self._open

    def _body(self, question: dict[str, str]) -> dict[str, Any]:
        return {
            "model": self.model,
            "messages": [
                {"role": "system", "content": self.instructions},
                {"role": "user", "content": json.dumps(question, ensure_ascii=False)},
            ],
            "temperature": 0,
            "max_tokens": MOST_TOKENS,
            "stream": False,
            "response_format": {
                "type": "json_schema",
                "json_schema": {"name": "meaning", "strict": True, "schema": JSON_SCHEMA},
            },
        }


async def _read(answer: httpx.Response) -> bytes:
    body = bytearray()
    async for chunk in answer.aiter_raw():
        body += chunk
        if len(body) > MOST_BYTES:
            raise ProposerAnswerInvalid(f"the answer is longer than {MOST_BYTES} bytes")
    return bytes(body)
