"""Text to speech as a processor: a line in, its audio out piece by piece, then a mark."""

from __future__ import annotations

from collections.abc import Callable
from time import perf_counter

import structlog
from pipecat.frames.frames import Frame, TTSAudioRawFrame, TTSStartedFrame, TTSStoppedFrame
from pipecat.processors.frame_processor import FrameDirection, FrameProcessor

from telephony.frames import mark_request
from voicebot.pipeline.frames import SayFrame
from voicebot.pipeline.ports import Phrases

log = structlog.get_logger(__name__)


def _untold(_waited_ms: float) -> None:
    """Tell nobody."""


class Speaker(FrameProcessor):
    """Speak lines in order; an interruption drops what is left of them."""

    def __init__(self, phrases: Phrases, *, began: Callable[[float], None] = _untold) -> None:
        """`began` is told of each line how many milliseconds its first audio took to come."""
        super().__init__()
        self._phrases = phrases
        self._began = began

    async def process_frame(self, frame: Frame, direction: FrameDirection) -> None:
        await super().process_frame(frame, direction)
        if not isinstance(frame, SayFrame):
            await self.push_frame(frame, direction)
            return
        await self.push_frame(TTSStartedFrame())
        try:
            await self._speak(frame)
        except Exception as error:  # noqa: BLE001 - the edge of one line: the call goes on without it
            log.warning("synthesis_failed", line=frame.line, error=type(error).__name__)
        await self.push_frame(TTSStoppedFrame())
        await self.push_frame(mark_request(str(frame.line)))

    async def _speak(self, frame: SayFrame) -> None:
        since, is_first = perf_counter(), True
        async for pcm in self._phrases.stream(frame.text, keep=frame.fixed):
            if is_first:
                is_first = False
                self._began((perf_counter() - since) * 1000)
            await self.push_frame(TTSAudioRawFrame(pcm.tobytes(), self._phrases.sample_rate, 1))
