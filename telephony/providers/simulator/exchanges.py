"""What was asked of the REST face and what it answered, for tests that hold both against a contract."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import parse_qsl

from starlette.types import ASGIApp, Message, Receive, Scope, Send


@dataclass(frozen=True, slots=True)
class Exchange:
    method: str
    path: str
    query: tuple[tuple[str, str], ...] = field(repr=False)
    form: tuple[tuple[str, str], ...] = field(repr=False)
    content_type: str
    status: int
    body: bytes = field(repr=False)


Watch = Callable[[Exchange], None]


class Watched:
    """Hands each exchange to `watch` once its answer is complete; changes nothing."""

    def __init__(self, app: ASGIApp, watch: Watch) -> None:
        self._app = app
        self._watch = watch

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass everything on, and keep a copy."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        # Read whole before the app sees it: an app that refuses early never reads the form.
        waiting = [first := await receive()]
        while first.get("more_body", False):
            waiting.append(first := await receive())
        asked, answered, status = b"".join(each.get("body", b"") for each in waiting), bytearray(), [0]

        async def hear() -> Message:
            return waiting.pop(0) if waiting else await receive()

        async def tell(message: Message) -> None:
            if message["type"] == "http.response.start":
                status[0] = message["status"]
            answered.extend(message.get("body", b""))
            await send(message)

        await self._app(scope, hear, tell)
        headers = {name.lower(): value.decode("latin-1") for name, value in scope["headers"]}
        self._watch(
            Exchange(
                method=scope["method"],
                path=scope["path"],
                query=_pairs(scope["query_string"]),
                form=_pairs(asked),
                content_type=headers.get(b"content-type", ""),
                status=status[0],
                body=bytes(answered),
            )
        )


def _pairs(encoded: bytes) -> tuple[tuple[str, str], ...]:
    return tuple(parse_qsl(encoded.decode("utf-8", "replace"), keep_blank_values=True))
