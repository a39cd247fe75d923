"""Between chan_websocket's messages and pipeline frames: audio both ways, flush, marks, keys. No hanging up.

AudioSocket uses it too: `audiosocket.AudioSocketLine` speaks this protocol on its behalf.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable
from typing import Any, assert_never

import numpy as np
import structlog
from pipecat.audio.dtmf.types import KeypadEntry
from pipecat.frames.frames import Frame, InputDTMFFrame

from telephony.codecs import Int16, alaw_decode, alaw_encode, mulaw_decode, mulaw_encode
from telephony.errors import ProtocolError, Violation
from telephony.frames import MarkEchoFrame
from telephony.line_serializer import LineSerializer
from telephony.providers.asterisk.media import (
    Complained,
    DigitPressed,
    MarkReturned,
    Media,
    MediaReader,
    Nothing,
    Started,
    order,
)

log = structlog.get_logger(__name__)


class AsteriskSerializer(LineSerializer):
    """One call's media.

    Asterisk forgets the marks that a flush finds in its queue. They are given back from here, as not played, so that
    the pipeline sees what it sees on any other line; the caller's audio waits those 20 ms and is not lost.
    """

    def __init__(
        self, started: Started, *, input_rate_hz: int = 16_000, now: Callable[[], float] = time.monotonic
    ) -> None:
        super().__init__(input_rate_hz=input_rate_hz, now=now)
        self._format = started.format
        self._frame_bytes = started.frame_bytes
        self._reader = MediaReader(started)
        self._rest = b""
        """Less than a frame: Asterisk would drop it."""
        self._marks: dict[str, str] = {}
        """Marks on their way, by the short name they have on the wire."""
        self._numbers = 0
        self._lost: deque[str] = deque()
        self._held = b""

    def _media(self, pcm: Int16) -> bytes | None:
        audio = self._rest + _encoded(pcm, self._format)
        whole = len(audio) - len(audio) % self._frame_bytes
        self._rest = audio[whole:]
        if not whole:
            return None
        self.stats.bytes_out += whole
        return audio[:whole]

    def _clear(self) -> str:
        self.stats.clears_sent += 1
        self._rest = b""
        self._lost.extend(self._marks.values())
        self._marks.clear()
        return order("FLUSH_MEDIA")

    def _message(self, message: Any) -> str | None:
        if not isinstance(message, dict):
            return None
        match message.get("event"):
            case "clear":
                return self._clear()
            case "mark":
                # What is left is under 20 ms, and would sound in front of the next line.
                self._rest = b""
                self._numbers += 1
                self._marks[str(self._numbers)] = str(message["mark"]["name"])
                return order("MARK_MEDIA", correlation_id=str(self._numbers))
            case _:
                return None

    def _frame(self, data: str | bytes) -> Frame | None:
        message = self._reader.read(data)
        match message:
            case Media(audio):
                return self._taken(_decoded(audio, self._format))
            case DigitPressed(digit):
                return InputDTMFFrame(button=KeypadEntry(digit))
            case MarkReturned(mark):
                return self._mark(mark)
            case Complained():
                self.stats.complaints += 1
                log.warning("asterisk could not do what was asked of its media queue")
                return None
            case Nothing() | Started():
                return None
            case _:
                assert_never(message)

    def _taken(self, pcm: Int16) -> Frame:
        self._held += self._from_telephone(pcm)
        if self._lost:
            return MarkEchoFrame(mark=self._lost.popleft(), played=False)
        heard, self._held = self._held, b""
        return self._heard(heard)

    def _mark(self, mark: str) -> MarkEchoFrame | None:
        if mark not in self._marks:
            if mark.isdigit() and 0 < int(mark) <= self._numbers:
                # It was on its way back while the flush was on its way there, and was given back as lost.
                return None
            raise ProtocolError(Violation.UNKNOWN_MARK, "a mark that was never sent came back")
        return MarkEchoFrame(mark=self._marks.pop(mark), played=True)


def _encoded(pcm: Int16, form: str) -> bytes:
    match form:
        case "ulaw":
            return mulaw_encode(pcm)
        case "alaw":
            return alaw_encode(pcm)
        case _:
            return pcm.astype("<i2").tobytes()


def _decoded(audio: bytes, form: str) -> Int16:
    match form:
        case "ulaw":
            return mulaw_decode(audio)
        case "alaw":
            return alaw_decode(audio)
        case _:
            return np.frombuffer(audio, dtype="<i2").astype(np.int16)
