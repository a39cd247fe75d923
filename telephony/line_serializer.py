"""What media serializers share: pipeline frames to a provider's messages and back, resampled, counted, guarded."""

from __future__ import annotations

import time
from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import structlog
from pipecat.frames.frames import (
    Frame,
    InputAudioRawFrame,
    InterruptionFrame,
    OutputAudioRawFrame,
    OutputTransportMessageFrame,
    OutputTransportMessageUrgentFrame,
)
from pipecat.processors.frame_processor import FrameProcessorSetup
from pipecat.serializers.base_serializer import FrameSerializer

from telephony.codecs import RATE_HZ, Int16
from telephony.errors import ProtocolError, ProtocolFlood, Violation
from telephony.resampling import Resampler, from_telephone, to_telephone

log = structlog.get_logger(__name__)

BAD_MESSAGES_MAX: Final = 50
AHEAD_MAX_S: Final = 30.0
"""How far audio may run ahead of the clock after a stall of the network; beyond it the peer is not a phone."""

Message = str | bytes


@dataclass(slots=True)
class LineStats:
    """Counts of one stream."""

    bad_messages: int = 0
    complaints: int = 0
    """Times the provider told that it could not do what it was asked."""
    samples_in: int = 0
    bytes_out: int = 0
    clears_sent: int = 0
    clears_withheld: int = 0


class LineSerializer(FrameSerializer, ABC):
    """One call's media. Bad messages are counted, logged once and ignored; a flood of them raises `ProtocolFlood`.

    The transport turns the raised error into its client-disconnected event: cancel the worker there.
    """

    def __init__(self, *, input_rate_hz: int = 16_000, now: Callable[[], float] = time.monotonic) -> None:
        super().__init__()
        self.stats = LineStats()
        self._now = now
        self._first_at: float | None = None
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

    async def serialize(self, frame: Frame) -> Message | None:
        """Give the message for a frame, or None where the phone needs none."""
        match frame:
            case OutputAudioRawFrame():
                return self._media(self._for_telephone(frame))
            case InterruptionFrame():
                return self._clear()
            case OutputTransportMessageFrame() | OutputTransportMessageUrgentFrame():
                return self._message(frame.message)
            case _:
                return None

    async def deserialize(self, data: Message) -> Frame | None:
        """Give the frame for a message, or None where it asks nothing of the pipeline. Raises `ProtocolFlood`."""
        try:
            return self._frame(data)
        except ProtocolError as error:
            self._count_bad(error)
            return None

    @abstractmethod
    def _media(self, pcm: Int16) -> Message | None:
        """Give the message that plays these samples, 8 kHz."""

    @abstractmethod
    def _clear(self) -> Message | None:
        """Give the message that throws away what has not been played."""

    @abstractmethod
    def _message(self, message: Any) -> Message | None:
        """Give the message for a request of ours; those of others (RTVI) mean nothing to a phone."""

    @abstractmethod
    def _frame(self, data: Message) -> Frame | None:
        """Give the frame for a message. Raises `ProtocolError`."""

    def _for_telephone(self, frame: OutputAudioRawFrame) -> Int16:
        if frame.sample_rate not in self._outgoing:
            self._outgoing[frame.sample_rate] = to_telephone(frame.sample_rate)
        return self._outgoing[frame.sample_rate].feed(np.frombuffer(frame.audio, dtype="<i2"))

    def _from_telephone(self, pcm: Int16) -> bytes:
        """Take samples at 8 kHz as they came, and give them at the pipeline's rate. Raises `ProtocolError`."""
        at = self._now()
        if self._first_at is None:
            self._first_at = at
        if self.stats.samples_in / RATE_HZ > at - self._first_at + AHEAD_MAX_S:
            raise ProtocolError(Violation.FASTER_THAN_REAL_TIME, "more audio than time has passed")
        self.stats.samples_in += pcm.size
        return self._incoming.feed(pcm).tobytes()

    def _heard(self, audio: bytes) -> InputAudioRawFrame:
        return InputAudioRawFrame(audio=audio, sample_rate=self._in_rate_hz, num_channels=1)

    def _count_bad(self, error: ProtocolError) -> None:
        self.stats.bad_messages += 1
        if self.stats.bad_messages == 1:
            log.warning("bad media message ignored", violation=error.violation.value)
        if self.stats.bad_messages > BAD_MESSAGES_MAX:
            raise ProtocolFlood(
                error.violation, f"over {BAD_MESSAGES_MAX} bad messages; the stream is closed"
            ) from None
