"""Voice detection that also tells of short pauses, so that work can begin before a stretch of speech counts as over."""

from __future__ import annotations

from typing import Final

from pipecat.audio.vad.silero import SileroVADAnalyzer
from pipecat.audio.vad.vad_analyzer import VADParams, VADState
from pipecat.frames.frames import Frame, InputAudioRawFrame
from pipecat.processors.audio.vad_processor import VADProcessor
from pipecat.processors.frame_processor import FrameDirection

from voicebot.pipeline.frames import PausedFrame, ResumedFrame

VAD: Final = VADParams(confidence=0.6, start_secs=0.2, stop_secs=0.2, min_volume=0.0)
"""0.2 s of quiet ends a stretch of speech; whether the turn is over is another model's question."""
PAUSE_S: Final = 0.096
"""Three windows of the detector: shorter ones lie inside words."""
_WINDOW_S: Final = 0.032


class PausingVad(SileroVADAnalyzer):
    """Silero, which also tells how long it has been quiet inside a stretch of speech."""

    @property
    def quiet_s(self) -> float:
        """Seconds of quiet that have not yet ended the stretch; 0 while there is speech or none was begun."""
        return self._vad_stopping_count * _WINDOW_S if self._vad_state is VADState.STOPPING else 0.0


class PauseDetector(VADProcessor):
    """Push the detector's frames, and `PausedFrame` or `ResumedFrame` between them."""

    def __init__(self, analyser: PausingVad | None = None) -> None:
        self._analyser = analyser or PausingVad(params=VAD)
        super().__init__(vad_analyzer=self._analyser, audio_idle_timeout=0)
        self._paused = False

    async def process_frame(self, frame: Frame, direction: FrameDirection) -> None:
        await super().process_frame(frame, direction)
        if not isinstance(frame, InputAudioRawFrame):
            return
        quiet = self._analyser.quiet_s
        if quiet >= PAUSE_S and not self._paused:
            self._paused = True
            await self.push_frame(PausedFrame(quiet_s=quiet))
        elif quiet == 0.0 and self._paused:
            # Either speech went on, or the stretch has ended: then the detector has said so before.
            self._paused = False
            await self.push_frame(ResumedFrame())
