"""Who picked up, in the live call: listens beside the conversation and tells the turn taker when it is a machine.

Outbound calls only. Nothing waits for it: the bot greets as ever, and what it says before it knows is said to strangers
anyway, which is nothing about a debt.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Protocol

import numpy as np
import structlog
from numpy.typing import NDArray
from pipecat.frames.frames import (
    Frame,
    InputAudioRawFrame,
    SystemFrame,
    VADUserStartedSpeakingFrame,
    VADUserStoppedSpeakingFrame,
)
from pipecat.processors.frame_processor import FrameDirection, FrameProcessor

from telephony.call import AnsweredBy
from voicebot.domain.callee import Callee, Finding
from voicebot.pipeline.frames import SegmentFrame
from voicebot.pipeline.ports import Hearing

log = structlog.get_logger(__name__)

_HEAR_HZ: Final = 16_000
_FRAME_BYTES: Final = _HEAR_HZ // 50 * 2
_LEAD_BYTES: Final = _HEAR_HZ
"""Half a second before speech was detected."""
_LONGEST_BYTES: Final = 9 * _HEAR_HZ * 2
_FULL_SCALE: Final = 32_768.0


class Ear(Protocol):
    """Tells from 8 kHz audio and words who is there; `voicebot.speech.callee.ear.CalleeEar` is one."""

    @property
    def at_s(self) -> float:
        """Seconds of caller audio so far."""
        ...

    @property
    def listens(self) -> bool: ...

    @property
    def wants_words(self) -> bool:
        """Speech runs on so long that it should be transcribed before its end."""
        ...

    def feed(self, frame: NDArray[np.int16], *, speech: bool) -> Finding | None: ...

    def heard(self, text: str, end_s: float, *, joined: bool = True) -> Finding | None: ...

    def carrier(self, machine: Callee | None) -> Finding | None: ...


@dataclass
class CalleeFrame(SystemFrame):
    """Who is there, by the latest finding; never lost to an interruption."""

    finding: Finding | None = None


class CarrierOpinions:
    """Takes the provider's opinions to the calls in progress: `Gateway.answered_by`."""

    def __init__(self) -> None:
        self._told: dict[str, Callable[[Callee | None], None]] = {}

    def listen(self, call_id: str, told: Callable[[Callee | None], None]) -> None:
        self._told[call_id] = told

    def forget(self, call_id: str) -> None:
        self._told.pop(call_id, None)

    async def __call__(self, call_id: str, opinion: AnsweredBy) -> None:
        """Pass an opinion on; one on a call that is not here changes nothing."""
        told = self._told.get(call_id)
        if told is not None:
            told(as_callee(opinion))


def as_callee(opinion: AnsweredBy) -> Callee | None:
    """Give the machine that the provider means; None for a person and for unknown, which tell nothing."""
    if not opinion.is_machine:
        return None
    return Callee.FAX if opinion is AnsweredBy.FAX else Callee.VOICEMAIL


class CalleeListener(FrameProcessor):
    """Stands behind the recogniser; passes every frame on, and a `CalleeFrame` for each new finding."""

    def __init__(self, ear: Ear, engine: Hearing, gate: asyncio.Semaphore) -> None:
        super().__init__()
        self._ear = ear
        self._engine = engine
        self._gate = gate
        self._speech = False
        self._rest = b""
        self._stretch = b""
        """Audio since speech began, and the half second before it."""
        self._ahead: asyncio.Task[None] | None = None
        self._opinions: list[Callee | None] = []

    def carrier_says(self, machine: Callee | None) -> None:
        """Take the provider's opinion; it counts with the next audio."""
        self._opinions.append(machine)

    async def process_frame(self, frame: Frame, direction: FrameDirection) -> None:
        await super().process_frame(frame, direction)
        if self._ear.listens:
            await self._listen(frame)
        await self.push_frame(frame, direction)

    async def cleanup(self) -> None:
        await super().cleanup()  # type: ignore[no-untyped-call]  # pipecat annotates no return
        if self._ahead is not None and not self._ahead.done():
            await self.cancel_task(self._ahead)

    async def _listen(self, frame: Frame) -> None:
        match frame:
            case InputAudioRawFrame():
                await self._audio(frame.audio)
            case VADUserStartedSpeakingFrame():
                self._speech = True
            case VADUserStoppedSpeakingFrame():
                self._speech = False
            case SegmentFrame():
                await self._tell(self._ear.heard(frame.text, self._ear.at_s, joined=frame.joined))
            case _:
                pass

    async def _audio(self, audio: bytes) -> None:
        while self._opinions:
            await self._tell(self._ear.carrier(self._opinions.pop(0)))
        self._stretch = (self._stretch + audio)[-(_LONGEST_BYTES if self._speech else _LEAD_BYTES) :]
        self._rest += audio
        while len(self._rest) >= _FRAME_BYTES:
            # The line carries nothing above 3.4 kHz, so every second sample is all of it.
            samples = np.frombuffer(self._rest[:_FRAME_BYTES], "<i2").astype(np.int16)[::2]
            self._rest = self._rest[_FRAME_BYTES:]
            await self._tell(self._ear.feed(samples, speech=self._speech))
        is_free = self._ahead is None or self._ahead.done()
        if is_free and self._ear.wants_words and not self._gate.locked():
            self._ahead = self.create_task(self._hear_ahead(self._stretch, self._ear.at_s))

    async def _hear_ahead(self, audio: bytes, end_s: float) -> None:
        samples = np.frombuffer(audio, "<i2").astype(np.float32) / _FULL_SCALE
        try:
            async with self._gate:
                heard = await asyncio.to_thread(self._engine.transcribe, samples)
        except Exception as error:  # noqa: BLE001 - the edge of one guess: the whole stretch is still heard at its end
            log.warning("hearing_ahead_failed", error=type(error).__name__)
            return
        await self._tell(self._ear.heard(heard.text, end_s))

    async def _tell(self, finding: Finding | None) -> None:
        if finding is None:
            return
        log.info(
            "callee_found",
            callee=finding.callee.value,
            evidence=finding.evidence.value,
            detail=finding.detail,
            after_ms=round(1000 * (finding.at_s - finding.evidence_s)),
        )
        await self.push_frame(CalleeFrame(finding=finding))
