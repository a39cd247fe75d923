"""Between Media Streams messages and pipeline frames: audio both ways, clear, marks, keys. No HTTP, no hanging up."""

from __future__ import annotations

import base64
import json
import time
from collections.abc import Callable
from typing import Any, assert_never

from pipecat.audio.dtmf.types import KeypadEntry
from pipecat.frames.frames import Frame, InputDTMFFrame

from telephony.call import StreamStart
from telephony.codecs import Int16, mulaw_decode, mulaw_encode
from telephony.errors import ProtocolError, Violation
from telephony.frames import MarkEchoFrame
from telephony.line_serializer import LineSerializer
from telephony.providers.twilio.media import (
    Connected,
    DigitPressed,
    MarkReturned,
    Media,
    Started,
    Stopped,
    StreamReader,
)


class MediaStreamSerializer(LineSerializer):
    """One media stream."""

    def __init__(
        self, start: StreamStart, *, input_rate_hz: int = 16_000, now: Callable[[], float] = time.monotonic
    ) -> None:
        super().__init__(input_rate_hz=input_rate_hz, now=now)
        self._sid = start.stream_sid
        self._reader = StreamReader.of(start)
        self._protected = False
        self._pending_marks: list[str] = []
        self._doubtful_marks: list[str] = []

    def protect(self, on: bool) -> None:
        """While on, an interruption sends no clear: what the phone has buffered of a mandatory notice is played."""
        self._protected = on

    @property
    def is_protected(self) -> bool:
        return self._protected

    def _media(self, pcm: Int16) -> str | None:
        audio = mulaw_encode(pcm)
        if not audio:
            return None
        self.stats.bytes_out += len(audio)
        return self._json({"event": "media", "media": {"payload": base64.b64encode(audio).decode("ascii")}})

    def _clear(self) -> str | None:
        if self._protected:
            self.stats.clears_withheld += 1
            return None
        self.stats.clears_sent += 1
        self._doubtful_marks = list(self._pending_marks)
        return self._json({"event": "clear"})

    def _message(self, message: Any) -> str | None:
        """Pass a message of this protocol on; those of others have no `event`."""
        if not isinstance(message, dict) or "event" not in message:
            return None
        if message["event"] == "clear":
            return self._clear()
        if message["event"] == "mark":
            self._pending_marks.append(str(message["mark"]["name"]))
        return self._json(message)

    def _json(self, message: dict[str, Any]) -> str:
        return json.dumps(message | {"streamSid": self._sid}, separators=(",", ":"))

    def _frame(self, data: str | bytes) -> Frame | None:
        message = self._reader.read(data)
        match message:
            case Media(audio):
                return self._heard(self._from_telephone(mulaw_decode(audio)))
            case DigitPressed(digit):
                return InputDTMFFrame(button=KeypadEntry(digit))
            case MarkReturned(name):
                return self._mark(name)
            case Connected() | Started() | Stopped():
                return None
            case _:
                assert_never(message)

    def _mark(self, name: str) -> MarkEchoFrame:
        if name not in self._pending_marks:
            raise ProtocolError(Violation.UNKNOWN_MARK, "a mark that is not pending came back")
        self._pending_marks.remove(name)
        doubtful = name in self._doubtful_marks
        if doubtful:
            self._doubtful_marks.remove(name)
        return MarkEchoFrame(mark=name, played=not doubtful)
