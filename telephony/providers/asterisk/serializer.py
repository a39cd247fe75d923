"""Between chan_websocket's messages and pipeline frames: audio both ways, flush, marks, keys. No hanging up.

AudioSocket uses it too: `audiosocket.AudioSocketLine` speaks this protocol on its behalf.
"""

from __future__ import annotations

import time
from collections import deque
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

from telephony.codecs import RATE_HZ, Int16, alaw_decode, alaw_encode, mulaw_decode, mulaw_encode
from telephony.errors import ProtocolError, ProtocolFlood, Violation
from telephony.frames import MarkEchoFrame
from telephony.providers.asterisk.media import (
    Complained,
    DigitPressed,
    MarkReturned,
    Media,
    MediaReader,
    Message,
    Nothing,
    Started,
    order,
)
from telephony.resampling import Resampler, from_telephone, to_telephone

log = structlog.get_logger(__name__)

BAD_MESSAGES_MAX: Final = 50
AHEAD_MAX_S: Final = 30.0
"""How far audio may run ahead of the clock after a stall of the network; beyond it the peer is not a phone."""


@dataclass(slots=True)
class MediaStats:
    """Counts of one stream."""

    bad_messages: int = 0
    complaints: int = 0
    samples_in: int = 0
    bytes_out: int = 0
    flushes: int = 0


class AsteriskSerializer(FrameSerializer):
    """One call's media. Bad messages are counted, logged once and ignored; a flood of them raises `ProtocolFlood`.

    Asterisk forgets the marks that a flush finds in its queue. They are given back from here, as not played, so that
    the pipeline sees what it sees on any other line; the caller's audio waits those 20 ms and is not lost.
    """

    def __init__(
        self, started: Started, *, input_rate_hz: int = 16_000, now: Callable[[], float] = time.monotonic
    ) -> None:
        super().__init__()
        self.stats = MediaStats()
        self._format = started.format
        self._frame_bytes = started.frame_bytes
        self._reader = MediaReader(started)
        self._now = now
        self._first_at: float | None = None
        self._in_rate_hz = input_rate_hz
        self._incoming: Resampler = from_telephone(input_rate_hz)
        self._outgoing: dict[int, Resampler] = {}
        self._rest = b""
        """Less than a frame: Asterisk would drop it."""
        self._marks: dict[str, str] = {}
        """Marks on their way, by the short name they have on the wire."""
        self._numbers = 0
        self._lost: deque[str] = deque()
        self._held = b""

    async def setup(  # type: ignore[override]  # pipecat's own base overrides it so
        self, setup: FrameProcessorSetup
    ) -> None:
        """Take the pipeline's input rate; both ends of a transport call this, the second time changes nothing."""
        if setup.audio_in_sample_rate != self._in_rate_hz:
            self._in_rate_hz = setup.audio_in_sample_rate
            self._incoming = from_telephone(self._in_rate_hz)

    async def serialize(self, frame: Frame) -> str | bytes | None:
        """Give the message for a frame, or None where Asterisk needs none."""
        match frame:
            case OutputAudioRawFrame():
                return self._media(frame)
            case InterruptionFrame():
                return self._flush()
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

    def _media(self, frame: OutputAudioRawFrame) -> bytes | None:
        if frame.sample_rate not in self._outgoing:
            self._outgoing[frame.sample_rate] = to_telephone(frame.sample_rate)
        pcm = self._outgoing[frame.sample_rate].feed(np.frombuffer(frame.audio, dtype="<i2"))
        audio = self._rest + _encoded(pcm, self._format)
        whole = len(audio) - len(audio) % self._frame_bytes
        self._rest = audio[whole:]
        if not whole:
            return None
        self.stats.bytes_out += whole
        return audio[:whole]

    def _flush(self) -> str:
        self.stats.flushes += 1
        self._rest = b""
        self._lost.extend(self._marks.values())
        self._marks.clear()
        return order("FLUSH_MEDIA")

    def _message(self, message: Any) -> str | None:
        """Pass a mark or a clear on; messages of others (RTVI) mean nothing to a phone."""
        if not isinstance(message, dict):
            return None
        match message.get("event"):
            case "clear":
                return self._flush()
            case "mark":
                # What is left is under 20 ms, and would sound in front of the next line.
                self._rest = b""
                self._numbers += 1
                self._marks[str(self._numbers)] = str(message["mark"]["name"])
                return order("MARK_MEDIA", correlation_id=str(self._numbers))
            case _:
                return None

    def _frame(self, message: Message) -> Frame | None:
        match message:
            case Media(audio):
                return self._heard(audio)
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

    def _heard(self, audio: bytes) -> Frame:
        pcm = _decoded(audio, self._format)
        at = self._now()
        if self._first_at is None:
            self._first_at = at
        if self.stats.samples_in / RATE_HZ > at - self._first_at + AHEAD_MAX_S:
            raise ProtocolError(Violation.FASTER_THAN_REAL_TIME, "more audio than time has passed")
        self.stats.samples_in += pcm.size
        self._held += self._incoming.feed(pcm).tobytes()
        if self._lost:
            return MarkEchoFrame(mark=self._lost.popleft(), played=False)
        heard, self._held = self._held, b""
        return InputAudioRawFrame(audio=heard, sample_rate=self._in_rate_hz, num_channels=1)

    def _mark(self, mark: str) -> MarkEchoFrame | None:
        if mark not in self._marks:
            if mark.isdigit() and 0 < int(mark) <= self._numbers:
                # It was on its way back while the flush was on its way there, and was given back as lost.
                return None
            raise ProtocolError(Violation.UNKNOWN_MARK, "a mark that was never sent came back")
        return MarkEchoFrame(mark=self._marks.pop(mark), played=True)

    def _count_bad(self, error: ProtocolError) -> None:
        self.stats.bad_messages += 1
        if self.stats.bad_messages == 1:
            log.warning("bad media message ignored", violation=error.violation.value)
        if self.stats.bad_messages > BAD_MESSAGES_MAX:
            raise ProtocolFlood(
                error.violation, f"over {BAD_MESSAGES_MAX} bad messages; the stream is closed"
            ) from None


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
