"""Speech to text as a processor: a segment of speech in, its words out, off the audio path."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable
from typing import Final

import numpy as np
import structlog
from numpy.typing import NDArray
from pipecat.frames.frames import Frame
from pipecat.processors.frame_processor import FrameProcessorSetup
from pipecat.services.settings import STTSettings
from pipecat.services.stt_service import SegmentedSTTService

from voicebot.application.answers import Expected
from voicebot.pipeline.frames import SegmentFrame
from voicebot.pipeline.ports import Answering, Heard, Hearing

log = structlog.get_logger(__name__)

LEAD_S: Final = 0.5
"""Audio kept before speech is detected: the detector's 0.2 s and a first soft consonant."""
TAIL_S: Final = 0.2
"""Silence appended so that the last word is heard to its end."""
FULL_SCALE: Final = 32768.0


class Recogniser(SegmentedSTTService):
    """Transcribe each stretch of speech with the engine; one inference at a time per process gate."""

    def __init__(
        self, engine: Hearing, gate: asyncio.Semaphore, expected: Callable[[], Expected | None] = lambda: None
    ) -> None:
        """`expected` tells what the bot has just asked; an engine that makes no use of it is not told."""
        super().__init__(
            trailing_silence_secs=TAIL_S,
            ttfs_p99_latency=1.0,
            settings=STTSettings(model="whisper-base", language="pt"),
        )
        self._engine = engine
        self._gate = gate
        self._expected = expected

    @property
    def wants_wav_segments(self) -> bool:
        return False

    async def setup(self, setup: FrameProcessorSetup) -> None:  # type: ignore[override]  # as pipecat's own does
        await super().setup(setup)
        # pipecat 1.14 keeps a whole second before speech; on short replies that costs recognition time.
        self._audio_buffer_size_1s = int(self.sample_rate * 2 * LEAD_S)

    async def run_stt(self, audio: bytes) -> AsyncGenerator[Frame | None, None]:
        """Give one `SegmentFrame` per segment, with "" when nothing was said or the engine failed."""
        samples = np.frombuffer(audio, dtype="<i2").astype(np.float32) / FULL_SCALE
        try:
            async with self._gate:
                heard = await asyncio.to_thread(self._hear, samples, self._expected())
        except Exception as error:  # noqa: BLE001 - the edge of one utterance: the caller is asked to repeat
            log.warning("transcription_failed", error=type(error).__name__)
            yield SegmentFrame()
            return
        yield SegmentFrame(
            text=heard.text,
            avg_logprob=heard.avg_logprob,
            stt_ms=heard.elapsed_ms,
            weakest=heard.weakest,
            answer=heard.answer,
        )

    def _hear(self, samples: NDArray[np.float32], expected: Expected | None) -> Heard:
        if expected is None or not isinstance(self._engine, Answering):
            return self._engine.transcribe(samples)
        return self._engine.answer(samples, expected)
