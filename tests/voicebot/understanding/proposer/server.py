"""A server on loopback that speaks `/v1/chat/completions`, well or badly as it is told."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

Reply = Callable[["ChatServer", asyncio.StreamWriter], Awaitable[None]]
DRIP_S = 0.02


@dataclass
class Question:
    """One request as it arrived."""

    path: str
    headers: dict[str, str]
    body: dict[str, Any]

    @property
    def asked(self) -> dict[str, str]:
        """The user's message: what of the caller left the machine."""
        said: dict[str, str] = json.loads(self.body["messages"][-1]["content"])
        return said


@dataclass
class ChatServer:
    reply: Reply
    questions: list[Question] = field(default_factory=list)
    connections: int = 0
    url: str = ""
    closing: asyncio.Event = field(default_factory=asyncio.Event)
    arrived: asyncio.Event = field(default_factory=asyncio.Event)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        try:
            with suppress(ConnectionError, asyncio.IncompleteReadError):
                while await self._one(reader, writer):
                    pass
        finally:
            writer.close()

    async def _one(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        head = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
        headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in head[1:] if line)}
        body = await reader.readexactly(int(headers["content-length"]))
        self.questions.append(Question(head[0].split(" ")[1], headers, json.loads(body)))
        self.arrived.set()
        await self.reply(self, writer)
        return not writer.is_closing()


@asynccontextmanager
async def chat_server(reply: Reply) -> AsyncIterator[ChatServer]:
    server = ChatServer(reply)
    listening = await asyncio.start_server(server.serve, "127.0.0.1", 0)
    server.url = f"http://127.0.0.1:{listening.sockets[0].getsockname()[1]}/v1"
    try:
        yield server
    finally:
        server.closing.set()
        listening.close()
        await listening.wait_closed()


def http(body: bytes, status: str = "200 OK", length: int | None = None) -> bytes:
    head = f"HTTP/1.1 {status}\r\nContent-Type: application/json\r\nContent-Length: {length or len(body)}\r\n\r\n"
    return head.encode() + body


def completion(content: str | None, **changes: object) -> bytes:
    """A chat completion with the fields that real servers add."""
    message = {"role": "assistant", "content": content, "refusal": changes.pop("refusal", None)}
    choice = {"index": 0, "message": message, "finish_reason": changes.pop("finish_reason", "stop"), "logprobs": None}
    whole = {"id": "chatcmpl-1", "object": "chat.completion", "created": 1, "model": "m", "choices": [choice]}
    return json.dumps(whole | {"usage": {"total_tokens": 9}} | changes).encode()


def proposal(intent: str, *also: str, confidence: object = 0.9, **more: object) -> str:
    return json.dumps({"intent": intent, "also": also, "confidence": confidence, "entities": []} | more)


def says(body: bytes, status: str = "200 OK") -> Reply:
    async def reply(_: ChatServer, writer: asyncio.StreamWriter) -> None:
        writer.write(http(body, status))
        await writer.drain()

    return reply


def answers(content: str | None, **changes: object) -> Reply:
    return says(completion(content, **changes))


async def hangs(server: ChatServer, _: asyncio.StreamWriter) -> None:
    """Take the question and never answer."""
    await server.closing.wait()


async def drips(server: ChatServer, writer: asyncio.StreamWriter) -> None:
    """Send a good answer a byte at a time, each soon enough to keep any timeout between bytes quiet."""
    for byte in http(completion(proposal("ask_discount"))):
        writer.write(bytes([byte]))
        await writer.drain()
        try:
            await asyncio.wait_for(server.closing.wait(), DRIP_S)
        except TimeoutError:
            continue
        return


async def hangs_up(_: ChatServer, writer: asyncio.StreamWriter) -> None:
    """Close in the middle of the body."""
    writer.write(http(b'{"choices": [', length=500))
    await writer.drain()
    writer.close()


async def never_ends(server: ChatServer, writer: asyncio.StreamWriter) -> None:
    """A body without end, as fast as it is taken."""
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000000000\r\n\r\n")
    while not server.closing.is_set():
        writer.write(b" " * 65536)
        await writer.drain()
