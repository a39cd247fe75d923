"""What the routes need, handed to them by the composition root."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass, field
from typing import Any

from fastapi import WebSocket

from telephony.providers.twilio.serializer import MediaStreamSerializer
from telephony.providers.twilio.signature import SignatureChecker
from voicebot.application.call_desk import Attached, CallDesk

TOKEN_PARAMETER = "token"  # noqa: S105 - the name of a parameter, not a secret
"""Name of the TwiML parameter that carries the media's one-time token."""

HoldCall = Callable[[WebSocket, MediaStreamSerializer, Attached, str], Awaitable[None]]
"""Hold one call to its end: socket, serializer, call, the provider's call id."""


@dataclass(slots=True)
class Gateway:
    """One process's doors and the calls that are in progress behind them."""

    desk: CallDesk
    signatures: SignatureChecker
    media_url: str
    account_sid: str
    hold: HoldCall
    prepare: Callable[[list[str]], Coroutine[Any, Any, None]]
    """Make lines' audio ready, while the phone rings."""
    database_answers: Callable[[], Awaitable[bool]]
    max_calls: int
    start_timeout_s: float
    calls: dict[str, asyncio.Task[None]] = field(default_factory=dict)
    """Calls in progress by id."""
    warming: set[asyncio.Task[None]] = field(default_factory=set)

    @property
    def is_full(self) -> bool:
        return len(self.calls) >= self.max_calls
