"""chan_websocket's messages into typed values: strict, pure, no I/O. What breaks a rule raises `ProtocolError`.

Audio is binary, events are JSON in text frames (dial option `f(json)`, Asterisk 20.18, 22.8 and newer). Orders to
Asterisk are JSON too and may not be longer than `ORDER_MAX_BYTES`, or they are dropped without a word.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any, Final

from telephony.errors import ProtocolError, Violation

MESSAGE_MAX_BYTES: Final = 64 * 1024
ORDER_MAX_BYTES: Final = 128
_DIGITS: Final = frozenset("0123456789*#")
_IGNORED: Final = frozenset({"MEDIA_XON", "MEDIA_XOFF", "QUEUE_DRAINED", "STATUS", "MEDIA_BUFFERING_COMPLETED"})
"""News of Asterisk's own queue: the pipeline sends at the pace of speech, so it is never near its end (18 s)."""
_ID_MAX: Final = 160
FRAME_BYTES: Final = {"slin": 320, "ulaw": 160, "alaw": 160}
"""Bytes of 20 ms in each format that is spoken here; Asterisk drops what does not fill such a frame."""


@dataclass(frozen=True, slots=True)
class Started:
    """The media of one call: Asterisk's own channel for it, and the form of the audio."""

    channel_id: str
    format: str

    @property
    def frame_bytes(self) -> int:
        return FRAME_BYTES[self.format]


@dataclass(frozen=True, slots=True)
class Media:
    """Caller audio in the stream's format."""

    audio: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class DigitPressed:
    digit: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class MarkReturned:
    """The audio before the mark was played."""

    mark: str


@dataclass(frozen=True, slots=True)
class Complained:
    """Asterisk could not do what was asked; its text is not kept."""


@dataclass(frozen=True, slots=True)
class Nothing:
    """News that asks nothing of us."""


Message = Started | Media | DigitPressed | MarkReturned | Complained | Nothing


class MediaReader:
    """Reads one socket's messages in order, and knows what may come now."""

    def __init__(self, started: Started | None = None) -> None:
        self._started = started

    def read(self, data: str | bytes) -> Message:
        """Read one message. Raises `ProtocolError`; the reader's own state is then unchanged."""
        if len(data) > MESSAGE_MAX_BYTES:
            raise ProtocolError(Violation.TOO_LARGE, f"over {MESSAGE_MAX_BYTES} bytes")
        if isinstance(data, bytes):
            return self._audio(data)
        body = _object(data)
        event = _text(body, "event")
        if event == "MEDIA_START":
            return self._start(body)
        started = self._must_have_started()
        if body.get("channel_id", started.channel_id) != started.channel_id:
            raise ProtocolError(Violation.WRONG_STREAM, "channel_id is not this stream's")
        return _event(event, body)

    def _must_have_started(self) -> Started:
        if self._started is None:
            raise ProtocolError(Violation.BEFORE_START, "nothing but MEDIA_START may come first")
        return self._started

    def _audio(self, data: bytes) -> Media:
        started = self._must_have_started()
        if not data or (started.format == "slin" and len(data) % 2):
            raise ProtocolError(Violation.BAD_FIELD, "audio that is empty, or half a sample")
        return Media(data)

    def _start(self, body: dict[str, Any]) -> Started:
        if self._started is not None:
            raise ProtocolError(Violation.SECOND_START, "the stream has already started")
        channel, form = _text(body, "channel_id"), _text(body, "format")
        if not 0 < len(channel) <= _ID_MAX:
            raise ProtocolError(Violation.BAD_FIELD, "channel_id is no identifier")
        if form not in FRAME_BYTES:
            raise ProtocolError(
                Violation.BAD_FORMAT, "only slin, ulaw and alaw are spoken: dial WebSocket/... with c(slin)"
            )
        self._started = Started(channel, form)
        return self._started


def order(command: str, **values: str) -> str:
    """Write an order to Asterisk. Raises `ProtocolError` for one that Asterisk would drop."""
    text = json.dumps({"command": command} | values, separators=(",", ":"))
    if len(text.encode()) > ORDER_MAX_BYTES:
        raise ProtocolError(Violation.TOO_LARGE, f"an order may have {ORDER_MAX_BYTES} bytes")
    return text


def _event(event: str, body: dict[str, Any]) -> Message:
    match event:
        case "DTMF_END":
            digit = _text(body, "digit")
            if digit not in _DIGITS:
                raise ProtocolError(Violation.BAD_FIELD, "digit is not a key")
            return DigitPressed(digit)
        case "MEDIA_MARK_PROCESSED":
            return MarkReturned(_text(body, "correlation_id"))
        case "ERROR":
            return Complained()
        case _ if event in _IGNORED:
            return Nothing()
        case _:
            raise ProtocolError(Violation.UNKNOWN_EVENT, "not an event of this protocol")


def _object(data: str) -> dict[str, Any]:
    try:
        body = json.loads(data)
    except (ValueError, RecursionError):
        # From None: the decoder's error quotes the document.
        raise ProtocolError(Violation.MALFORMED_JSON, "not JSON: dial WebSocket/... with f(json)") from None
    if not isinstance(body, dict):
        raise ProtocolError(Violation.MALFORMED_JSON, "not a JSON object")
    return body


def _text(body: dict[str, Any], key: str) -> str:
    value = body.get(key)
    if not isinstance(value, str):
        raise ProtocolError(Violation.BAD_FIELD, f"{key} is missing or no string")
    return value
