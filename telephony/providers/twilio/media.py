"""Media Streams messages into typed values: strict, pure, no I/O. Text that breaks a rule raises `ProtocolError`."""

from __future__ import annotations

import base64
import binascii
import json
import re
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Final

from telephony.call import TELEPHONE, MediaFormat, StreamStart
from telephony.errors import ProtocolError, Violation

MESSAGE_MAX_BYTES: Final = 64 * 1024
"""A 20 ms message is about 400 bytes; the longest honest one is `start`, under 4 KiB."""
_SID: Final = re.compile(r"[A-Za-z0-9_-]{1,64}")
_DIGITS: Final = frozenset("0123456789*#")
_MARK_MAX: Final = 256


@dataclass(frozen=True, slots=True)
class Connected:
    """The first message of a socket."""


@dataclass(frozen=True, slots=True)
class Started:
    start: StreamStart


@dataclass(frozen=True, slots=True)
class Media:
    """Caller audio, one mu-law byte a sample."""

    audio: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class DigitPressed:
    digit: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class MarkReturned:
    name: str


@dataclass(frozen=True, slots=True)
class Stopped:
    """The call ended, or the stream was taken away; the socket closes next."""


Message = Connected | Started | Media | DigitPressed | MarkReturned | Stopped


class StreamReader:
    """Reads one socket's messages in order, and knows what may come now."""

    def __init__(self, *, token_parameter: str = "token") -> None:  # noqa: S107 - the parameter's name
        self._token_parameter = token_parameter
        self._start: StreamStart | None = None
        self._stopped = False

    @classmethod
    def of(cls, start: StreamStart) -> StreamReader:
        """Give a reader for a stream whose start was already read and accepted."""
        reader = cls()
        reader._start = start
        return reader

    def read(self, data: str | bytes) -> Message:
        """Read one message. Raises `ProtocolError`; the reader's own state is then unchanged."""
        body = _decode(data)
        event = _text(body, "event")
        if event == "connected":
            return self._read_connected()
        if event == "start":
            return self._read_start(body)
        if event not in {"media", "dtmf", "mark", "stop"}:
            raise ProtocolError(Violation.UNKNOWN_EVENT, "not an event of this protocol")
        self._check_stream(body)
        return self._read_event(event, body)

    def _read_connected(self) -> Connected:
        if self._start is not None:
            raise ProtocolError(Violation.SECOND_START, "connected may come only before start")
        return Connected()

    def _read_start(self, body: dict[str, Any]) -> Started:
        if self._start is not None:
            raise ProtocolError(Violation.SECOND_START, "the stream has already started")
        start = _start(body)
        if not start.parameters.get(self._token_parameter):
            raise ProtocolError(Violation.NO_TOKEN, "the start carries no token parameter")
        self._start = start
        return Started(start)

    def _check_stream(self, body: dict[str, Any]) -> None:
        if self._start is None:
            raise ProtocolError(Violation.BEFORE_START, "nothing but start may come first")
        if self._stopped:
            raise ProtocolError(Violation.AFTER_STOP, "nothing may follow stop")
        if body.get("streamSid") != self._start.stream_sid:
            raise ProtocolError(Violation.WRONG_STREAM, "streamSid is not this stream's")

    def _read_event(self, event: str, body: dict[str, Any]) -> Message:
        match event:
            case "media":
                return _media(_object(body, "media"))
            case "dtmf":
                digit = _text(_object(body, "dtmf"), "digit")
                if digit not in _DIGITS:
                    raise ProtocolError(Violation.BAD_FIELD, "dtmf.digit is not a key")
                return DigitPressed(digit)
            case "mark":
                name = _text(_object(body, "mark"), "name")
                if len(name) > _MARK_MAX:
                    raise ProtocolError(Violation.BAD_FIELD, "mark.name is too long")
                return MarkReturned(name)
            case _:
                self._stopped = True
                return Stopped()


def _decode(data: str | bytes) -> dict[str, Any]:
    if isinstance(data, bytes):
        raise ProtocolError(Violation.BINARY_FRAME, "only text frames are sent")
    if len(data) > MESSAGE_MAX_BYTES:
        raise ProtocolError(Violation.TOO_LARGE, f"over {MESSAGE_MAX_BYTES} bytes")
    try:
        body = json.loads(data)
    except (ValueError, RecursionError):
        # From None: the decoder's error quotes the document.
        raise ProtocolError(Violation.MALFORMED_JSON, "not JSON") from None
    if not isinstance(body, dict):
        raise ProtocolError(Violation.MALFORMED_JSON, "not a JSON object")
    return body


def _media(media: dict[str, Any]) -> Media:
    if media.get("track", "inbound") != "inbound":
        raise ProtocolError(Violation.BAD_FIELD, "media.track is not inbound")
    try:
        audio = base64.b64decode(_text(media, "payload"), validate=True)
    except (binascii.Error, ValueError):
        raise ProtocolError(Violation.BAD_BASE64, "media.payload") from None
    if not audio:
        raise ProtocolError(Violation.BAD_FIELD, "media.payload is empty")
    return Media(audio)


def _start(body: dict[str, Any]) -> StreamStart:
    start = _object(body, "start")
    stream_sid = _sid(body, "streamSid")
    if start.get("streamSid", stream_sid) != stream_sid:
        raise ProtocolError(Violation.WRONG_STREAM, "start.streamSid differs from streamSid")
    parameters = start.get("customParameters") or {}
    if not isinstance(parameters, dict) or not all(isinstance(value, str) for value in parameters.values()):
        raise ProtocolError(Violation.BAD_FIELD, "start.customParameters is not an object of strings")
    return StreamStart(
        stream_sid=stream_sid,
        call_sid=_sid(start, "callSid"),
        account_sid=_sid(start, "accountSid"),
        parameters=MappingProxyType(dict(parameters)),
        format=_format(start.get("mediaFormat")),
    )


def _format(value: Any) -> MediaFormat:
    if value is None:
        return TELEPHONE
    if not isinstance(value, dict):
        raise ProtocolError(Violation.BAD_FIELD, "start.mediaFormat is not an object")
    given = (value.get("encoding"), value.get("sampleRate"), value.get("channels"))
    if given != (TELEPHONE.encoding, TELEPHONE.rate_hz, TELEPHONE.channels):
        raise ProtocolError(Violation.BAD_FORMAT, "only audio/x-mulaw, 8000 Hz, one channel is spoken")
    return TELEPHONE


def _object(body: dict[str, Any], key: str) -> dict[str, Any]:
    value = body.get(key)
    if not isinstance(value, dict):
        raise ProtocolError(Violation.BAD_FIELD, f"{key} is missing or no object")
    return value


def _text(body: dict[str, Any], key: str) -> str:
    value = body.get(key)
    if not isinstance(value, str):
        raise ProtocolError(Violation.BAD_FIELD, f"{key} is missing or no string")
    return value


def _sid(body: dict[str, Any], key: str) -> str:
    value = _text(body, key)
    if _SID.fullmatch(value) is None:
        raise ProtocolError(Violation.BAD_FIELD, f"{key} is no identifier")
    return value
