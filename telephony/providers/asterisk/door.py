"""Who may come through the doors for Asterisk, and the first message of its media."""

from __future__ import annotations

import asyncio
import base64
import binascii
import hmac
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Final

from telephony.errors import ProtocolError, StreamTimeout, Violation
from telephony.providers.asterisk.media import MediaReader, Started

USER: Final = "asterisk"
START_WITHIN_S: Final = 5.0
Receive = Callable[[], Awaitable[str | bytes]]


@dataclass(frozen=True, slots=True)
class DoorSecret:
    """What Asterisk must show at every door, as HTTP Basic."""

    secret: str = field(repr=False)

    def opens(self, authorization: str | None) -> bool:
        """Tell whether the `Authorization` header is right; takes the same time wherever it is wrong."""
        scheme, _, encoded = (authorization or "").partition(" ")
        if scheme.lower() != "basic":
            return False
        try:
            given = base64.b64decode(encoded.strip(), validate=True)
        except (binascii.Error, ValueError):
            return False
        return hmac.compare_digest(given, f"{USER}:{self.secret}".encode())


async def read_media_start(receive: Receive, *, timeout_s: float = START_WITHIN_S) -> Started:
    """Read the first message, which must be MEDIA_START.

    Raises `ProtocolError`, `StreamTimeout`, and what `receive` raises. The caller then closes the socket.
    """
    try:
        async with asyncio.timeout(timeout_s):
            message = MediaReader().read(await receive())
    except TimeoutError:
        raise StreamTimeout(f"no start of the media stream within {timeout_s:g} s") from None
    if not isinstance(message, Started):
        raise ProtocolError(Violation.BEFORE_START, "nothing but MEDIA_START may come first")
    return message
