"""Between Media Streams messages and pipeline frames: audio both ways, clear, marks, keys. No HTTP, no hanging up."""

from __future__ import annotations

import base64
import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, assert_never

import numpy as np
import structlog
from pipecat.audio.dtmf.types import KeypadEntry
from pipecat.frames.frames import (
    Frame,
    InputAudioRawFrame,
    InputDTMFFrame,
    InterruptionFrame,
    OutputAudioRawFrame,
    OutputTransportMessageFrame,
    OutputTransportMessageUrgentFrame,
)
from pipecat.processors.frame_processor import FrameProcessorSetup
from pipecat.serializers.base_serializer import FrameSerializer

from telephony.call import StreamStart
from telephony.codecs import RATE_HZ, mulaw_decode, mulaw_encode
from telephony.errors import ProtocolError, ProtocolFlood, Violation
from telephony.frames import MarkEchoFrame
from telephony.providers.twilio.media import (
    Connected,
    DigitPressed,
    MarkReturned,
    Media,
    Message,
    Started,
    Stopped,
    StreamReader,
)
from telephony.resampling import Resampler, from_telephone, to_telephone

log = structlog.get_logger(__name__)

BAD_MESSAGES_MAX: Final = 50
AHEAD_MAX_S: Final = 30.0
"""How far audio may run ahead of the clock after a stall of the network; beyond it the peer is not a phone."""


@dataclass(slots=True)
class StreamStats:
    """Counts of one stream, and instants on the clock given to the serializer (seconds)."""

    bad_messages: int = 0
    bytes_in: int = 0
    bytes_out: int = 0
    clears_sent: int = 0
    clears_withheld: int = 0
    first_in_at: float | None = None
    last_in_at: float | None = None
    first_out_at: float | None = None
    last_out_at: float | None = None


class MediaStreamSerializer(FrameSerializer):
    """One media stream. Bad messages are counted, logged once and ignored; a flood of them raises `ProtocolFlood`.

    The transport turns the raised error into its client-disconnected event: cancel the worker there.
    """

    def __init__(
        self, start: StreamStart, *, input_rate_hz: int = 16_000, now: Callable[[], float] = time.monotonic
    ) -> None:
        super().__init__()
        self.stats = StreamStats()
        self._sid = start.stream_sid
        self._reader = StreamReader.of(start)
        self._now = now
        self._protected = False
        self._pending_marks: list[str] = []
        self._doubtful_marks: list[str] = []
        self._in_rate_hz = input_rate_hz
        self._incoming: Resampler = from_telephone(input_rate_hz)
        self._outgoing: dict[int, Resampler] = {}

    async def setup(  # type: ignore[override]  # pipecat's own base overrides it so
        self, setup: FrameProcessorSetup
    ) -> None:
        """Take the pipeline's input rate; both ends of a transport call this, the second time changes nothing."""
        if setup.audio_in_sample_rate != self._in_rate_hz:
            self._in_rate_hz = setup.audio_in_sample_rate
            self._incoming = from_telephone(self._in_rate_hz)

    def protect(self, on: bool) -> None:
        """While on, an interruption sends no clear: what the phone has buffered of a mandatory notice is played."""
        self._protected = on

    @property
    def is_protected(self) -> bool:
        return self._protected

    async def serialize(self, frame: Frame) -> str | None:
        """Give the message for a frame, or None where the phone needs none."""
        match frame:
            case OutputAudioRawFrame():
                return self._media(frame)
            case InterruptionFrame():
                return self._clear()
            case OutputTransportMessageFrame() | OutputTransportMessageUrgentFrame():
                return self._message(frame.message)
            case _:
                return None

    async def deserialize(self, data: str | bytes) -> Frame | None:
        """Give the frame for a message, or None where it asks nothing of the pipeline. Raises `ProtocolFlood`."""
        try:
            return self._frame(self._reader.read(data))
        except ProtocolError as error:
            self._count_bad(error)
            return None

    def _media(self, frame: OutputAudioRawFrame) -> str | None:
        if frame.sample_rate not in self._outgoing:
            self._outgoing[frame.sample_rate] = to_telephone(frame.sample_rate)
        audio = mulaw_encode(self._outgoing[frame.sample_rate].feed(np.frombuffer(frame.audio, dtype="<i2")))
        if not audio:
            return None
        self.stats.bytes_out += len(audio)
        self.stats.last_out_at = self._now()
        if self.stats.first_out_at is None:
            self.stats.first_out_at = self.stats.last_out_at
        return self._json({"event": "media", "media": {"payload": base64.b64encode(audio).decode("ascii")}})

    def _clear(self) -> str | None:
        if self._protected:
            self.stats.clears_withheld += 1
            return None
        self.stats.clears_sent += 1
        self._doubtful_marks = list(self._pending_marks)
        return self._json({"event": "clear"})

    def _message(self, message: Any) -> str | None:
        """Pass a message of this protocol on; those of others (RTVI) have no `event` and mean nothing to a phone."""
        if not isinstance(message, dict) or "event" not in message:
            return None
        if message["event"] == "clear":
            return self._clear()
        if message["event"] == "mark":
            self._pending_marks.append(str(message["mark"]["name"]))
        return self._json(message)

    def _json(self, message: dict[str, Any]) -> str:
        return json.dumps(message | {"streamSid": self._sid}, separators=(",", ":"))

    def _frame(self, message: Message) -> Frame | None:
        match message:
            case Media(audio):
                return self._heard(audio)
            case DigitPressed(digit):
                return InputDTMFFrame(button=KeypadEntry(digit))
            case MarkReturned(name):
                return self._mark(name)
            case Connected() | Started() | Stopped():
                return None
            case _:
                assert_never(message)

    def _heard(self, audio: bytes) -> InputAudioRawFrame:
        at = self._now()
        if self.stats.first_in_at is None:
            self.stats.first_in_at = at
        if self.stats.bytes_in / RATE_HZ > at - self.stats.first_in_at + AHEAD_MAX_S:
            raise ProtocolError(Violation.FASTER_THAN_REAL_TIME, "more audio than time has passed")
        self.stats.bytes_in += len(audio)
        self.stats.last_in_at = at
        pcm = self._incoming.feed(mulaw_decode(audio))
        return InputAudioRawFrame(audio=pcm.tobytes(), sample_rate=self._in_rate_hz, num_channels=1)

    def _mark(self, name: str) -> MarkEchoFrame:
        if name not in self._pending_marks:
            raise ProtocolError(Violation.UNKNOWN_MARK, "a mark that is not pending came back")
        self._pending_marks.remove(name)
        doubtful = name in self._doubtful_marks
        if doubtful:
            self._doubtful_marks.remove(name)
        return MarkEchoFrame(mark=name, played=not doubtful)

    def _count_bad(self, error: ProtocolError) -> None:
        self.stats.bad_messages += 1
        if self.stats.bad_messages == 1:
            log.warning("bad media message ignored", violation=error.violation.value)
        if self.stats.bad_messages > BAD_MESSAGES_MAX:
            raise ProtocolFlood(
                error.violation, f"over {BAD_MESSAGES_MAX} bad messages; the stream is closed"
            ) from None
