"""The phone's side of the media protocol: what it says and how it reads what the bot says. Pure."""

from __future__ import annotations

import base64
import binascii
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

MARK_MAX: Final = 256
BUFFER_MAX_S: Final = 600
"""Beyond ten minutes of buffered audio the provider warns (31931) and drops the rest."""
CODE_MESSAGE: Final = 31951
"""A message the provider cannot read."""
CODE_PAYLOAD: Final = 31941
"""Media it cannot play."""
CODE_BUFFER: Final = 31931
CODE_CONNECT: Final = 31920
"""The socket did not open."""


def new_sid(prefix: str) -> str:
    """Give an identifier of the provider's form: two letters and 32 hex digits."""
    return prefix + secrets.token_hex(16)


@dataclass(frozen=True, slots=True)
class Line:
    """Which call a phone carries."""

    call_sid: str = field(default_factory=lambda: new_sid("CA"))
    account_sid: str = field(default_factory=lambda: new_sid("AC"))
    stream_sid: str = field(default_factory=lambda: new_sid("MZ"))
    parameters: Mapping[str, str] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True)
class Play:
    audio: bytes = field(repr=False)
    """mu-law, 8 kHz, any length."""


@dataclass(frozen=True, slots=True)
class Mark:
    name: str


@dataclass(frozen=True, slots=True)
class Clear:
    """Drop what has not been played."""


@dataclass(frozen=True, slots=True)
class StreamError:
    """A message from the bot that the provider would have refused."""

    code: int
    reason: str


Order = Play | Mark | Clear


class Sender:
    """Numbers and writes the phone's messages; everything that counts is a string on this wire."""

    def __init__(self, line: Line) -> None:
        self._line = line
        self._sequence = 0
        self._chunk = 0

    def connected(self) -> str:
        return json.dumps({"event": "connected", "protocol": "Call", "version": "1.0.0"})

    def start(self) -> str:
        line = self._line
        return self._message(
            "start",
            {
                "accountSid": line.account_sid,
                "streamSid": line.stream_sid,
                "callSid": line.call_sid,
                "tracks": ["inbound"],
                "mediaFormat": {"encoding": "audio/x-mulaw", "sampleRate": 8000, "channels": 1},
                "customParameters": dict(line.parameters),
            },
        )

    def media(self, audio: bytes, timestamp_ms: int) -> str:
        self._chunk += 1
        payload = base64.b64encode(audio).decode("ascii")
        return self._message(
            "media",
            {"track": "inbound", "chunk": str(self._chunk), "timestamp": str(timestamp_ms), "payload": payload},
        )

    def dtmf(self, digit: str) -> str:
        return self._message("dtmf", {"track": "inbound_track", "digit": digit})

    def mark(self, name: str) -> str:
        return self._message("mark", {"name": name})

    def stop(self) -> str:
        return self._message("stop", {"accountSid": self._line.account_sid, "callSid": self._line.call_sid})

    def _message(self, event: str, body: dict[str, Any]) -> str:
        self._sequence += 1
        return json.dumps(
            {
                "event": event,
                "sequenceNumber": str(self._sequence),
                "streamSid": self._line.stream_sid,
                event: body,
            }
        )


def read_order(data: str | bytes, stream_sid: str) -> Order | StreamError:
    """Read one message of the bot as strictly as the provider does."""
    body = _object(data)
    if body is None:
        return StreamError(CODE_MESSAGE, "not a JSON object in a text frame")
    if body.get("streamSid") != stream_sid:
        return StreamError(CODE_MESSAGE, "streamSid is not this stream's")
    match body.get("event"):
        case "media":
            return _play(body)
        case "mark":
            name = _field(body, "mark", "name")
            if not name or len(name) > MARK_MAX:
                return StreamError(CODE_MESSAGE, "mark.name is missing, empty or too long")
            return Mark(name)
        case "clear":
            return Clear()
        case _:
            return StreamError(CODE_MESSAGE, "unknown event")


def _object(data: str | bytes) -> dict[str, Any] | None:
    if isinstance(data, bytes):
        return None
    try:
        body = json.loads(data)
    except ValueError:
        return None
    return body if isinstance(body, dict) else None


def _field(body: dict[str, Any], event: str, name: str) -> str | None:
    inner = body.get(event)
    value = inner.get(name) if isinstance(inner, dict) else None
    return value if isinstance(value, str) else None


def _play(body: dict[str, Any]) -> Play | StreamError:
    payload = _field(body, "media", "payload")
    if payload is None:
        return StreamError(CODE_PAYLOAD, "media.payload is missing")
    try:
        audio = base64.b64decode(payload, validate=True)
    except (binascii.Error, ValueError):
        return StreamError(CODE_PAYLOAD, "media.payload is not base64")
    if audio.startswith(b"RIFF"):
        return StreamError(CODE_PAYLOAD, "media.payload is a WAV file: its header would be heard as a click")
    return Play(audio)
