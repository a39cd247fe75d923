"""Speech to text as a processor: a segment of speech in, its words out, off the audio path.

Recognition begins in the first pause, before the segment counts as over. Where the caller goes on, what was begun is
dropped and the whole segment is heard anew; where not, its words are there when the segment ends. A turn with a pause
in it is heard in one piece, which is more accurate than its halves.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncGenerator, Callable
from typing import Final

import numpy as np
import structlog
from numpy.typing import NDArray
from pipecat.frames.frames import (
    Frame,
    InputAudioRawFrame,
    VADUserStartedSpeakingFrame,
    VADUserStoppedSpeakingFrame,
)
from pipecat.processors.frame_processor import FrameDirection, FrameProcessorSetup
from pipecat.services.settings import STTSettings
from pipecat.services.stt_service import SegmentedSTTService

from voicebot.application.answers import Expected
from voicebot.pipeline.frames import GuessFrame, PausedFrame, ResumedFrame, SegmentFrame, TurnTakenFrame
from voicebot.pipeline.ports import Answering, Heard, Hearing

log = structlog.get_logger(__name__)

LEAD_S: Final = 0.5
"""Audio kept before speech is detected: the detector's 0.2 s and a first soft consonant."""
TAIL_S: Final = 0.2
"""Silence appended so that the last word is heard to its end."""
FULL_SCALE: Final = 32768.0
LONGEST_GUESS_S: Final = 8.0
"""Longer speech is not heard ahead: it pauses often, and each time costs too much."""
LONGEST_JOINED_S: Final = 9.0
"""Stretches that make more together are heard one by one: the encoder's short window holds about ten seconds."""
JOINED_WITHIN_S: Final = 2.0
"""After a longer silence the stretches belong to different turns, whoever kept them."""

Guess = asyncio.Task[SegmentFrame]


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
        self._guess: Guess | None = None
        """What was begun in the pause that lasts now."""
        self._kept: deque[tuple[Guess | None, bool]] = deque()
        """For each queued segment what was begun in its last pause, and whether it is joined."""
        self._before = b""
        """Audio of this turn's earlier stretches."""
        self._joined = False
        self._quiet_bytes = 0
        """Of audio since the last stretch ended."""

    @property
    def wants_wav_segments(self) -> bool:
        return False

    async def setup(self, setup: FrameProcessorSetup) -> None:  # type: ignore[override]  # as pipecat's own does
        await super().setup(setup)
        # pipecat 1.14 keeps a whole second before speech; on short replies that costs recognition time.
        self._audio_buffer_size_1s = int(self.sample_rate * 2 * LEAD_S)

    async def cleanup(self) -> None:
        await super().cleanup()  # type: ignore[no-untyped-call]  # pipecat annotates no return
        for guess in (self._guess, *(kept for kept, _ in self._kept)):
            if guess is not None:
                guess.cancel()

    async def process_frame(self, frame: Frame, direction: FrameDirection) -> None:
        await super().process_frame(frame, direction)
        match frame:
            case InputAudioRawFrame():
                self._quiet_bytes += len(frame.audio)
            case PausedFrame():
                self._begin()
            case ResumedFrame():
                self._withdraw()
            case TurnTakenFrame():
                self._part()
            case _:
                pass

    async def run_stt(self, audio: bytes) -> AsyncGenerator[Frame | None, None]:
        """Give one `SegmentFrame` per segment, with "" when nothing was said or the engine failed."""
        begun, joined = self._kept.popleft() if self._kept else (None, False)
        yield await (self._recognised(audio, joined=joined) if begun is None else begun)

    async def _handle_user_started_speaking(self, frame: VADUserStartedSpeakingFrame) -> None:
        await super()._handle_user_started_speaking(frame)
        a_second = self.sample_rate * 2
        fits = 0 < len(self._before) <= LONGEST_JOINED_S * a_second
        self._joined = fits and self._quiet_bytes <= JOINED_WITHIN_S * a_second
        if self._joined:
            self._audio_buffer[:0] = self._before

    async def _handle_user_stopped_speaking(self, frame: VADUserStoppedSpeakingFrame) -> None:
        if self.is_usable:
            self._kept.append((self._guess, self._joined))
            self._guess = None
            self._before = bytes(self._audio_buffer)
            self._quiet_bytes = 0
        await super()._handle_user_stopped_speaking(frame)

    def _part(self) -> None:
        """The turn was taken: what is being said already, if anything, stands alone."""
        if self._user_speaking and self._joined:
            del self._audio_buffer[: len(self._before)]
        self._joined = False
        self._before = b""

    def _begin(self) -> None:
        """Hear what was said so far, as if it were all."""
        self._withdraw()
        audio = bytes(self._audio_buffer)
        if self._user_speaking and self.is_usable and len(audio) <= LONGEST_GUESS_S * self.sample_rate * 2:
            self._guess = asyncio.create_task(
                self._guessed(audio + self._trailing_silence(), joined=self._joined), name="hear-ahead"
            )

    def _withdraw(self) -> None:
        """The caller went on: what waits is not begun, what runs is not used."""
        if self._guess is not None:
            self._guess.cancel()
            self._guess = None

    async def _guessed(self, audio: bytes, *, joined: bool) -> SegmentFrame:
        found = await self._recognised(audio, joined=joined)
        if found.text:
            await self.push_frame(GuessFrame(text=found.text))
        return found

    async def _recognised(self, audio: bytes, *, joined: bool) -> SegmentFrame:
        samples = np.frombuffer(audio, dtype="<i2").astype(np.float32) / FULL_SCALE
        try:
            heard = await self._in_turn(samples)
        except Exception as error:  # noqa: BLE001 - the edge of one utterance: the caller is asked to repeat
            log.warning("transcription_failed", error=type(error).__name__)
            return SegmentFrame()
        return SegmentFrame(
            text=heard.text,
            avg_logprob=heard.avg_logprob,
            stt_ms=heard.elapsed_ms,
            weakest=heard.weakest,
            answer=heard.answer,
            joined=joined,
        )

    async def _in_turn(self, samples: NDArray[np.float32]) -> Heard:
        """Hear when the gate opens. The engine cannot be stopped: cancelled meanwhile, it keeps the gate to its end."""
        await self._gate.acquire()
        running = asyncio.create_task(asyncio.to_thread(self._hear, samples, self._expected()))
        running.add_done_callback(self._done)
        return await asyncio.shield(running)

    def _done(self, running: asyncio.Task[Heard]) -> None:
        self._gate.release()
        if not running.cancelled():
            # Looked at, so that the failure of what nobody waits for any more is not reported as lost.
            running.exception()

    def _hear(self, samples: NDArray[np.float32], expected: Expected | None) -> Heard:
        if expected is None or not isinstance(self._engine, Answering):
            return self._engine.transcribe(samples)
        return self._engine.answer(samples, expected)
