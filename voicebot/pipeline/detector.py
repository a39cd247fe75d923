"""Voice detection that also tells of short pauses, so that work can begin before a stretch of speech counts as over.

Every call in progress pays for it all the time, so it does no more than is asked of it: one model session serves all
calls, the loudness that pipecat measures beside it is not used, and 0.15 ms of work is not worth a thread.
"""

from __future__ import annotations

from copy import copy
from functools import cache
from importlib.resources import files
from typing import Final

from pipecat.audio.vad.silero import SileroOnnxModel, SileroVADAnalyzer
from pipecat.audio.vad.vad_analyzer import VADAnalyzer, VADParams, VADState
from pipecat.frames.frames import Frame, InputAudioRawFrame
from pipecat.processors.audio.vad_processor import VADProcessor
from pipecat.processors.frame_processor import FrameDirection

from voicebot.pipeline.frames import PausedFrame, ResumedFrame

VAD: Final = VADParams(confidence=0.6, start_secs=0.2, stop_secs=0.2, min_volume=0.0)
"""0.2 s of quiet ends a stretch of speech; whether the turn is over is another model's question."""
PAUSE_S: Final = 0.096
"""Three windows of the detector: shorter ones lie inside words."""
_WINDOW_S: Final = 0.032


@cache
def _loaded() -> SileroOnnxModel:
    """Load the model that pipecat carries, once a process: a call that begins must not hold up the others."""
    path = str(files("pipecat.audio.vad.data").joinpath("silero_vad.onnx"))
    return SileroOnnxModel(path, force_onnx_cpu=True)  # type: ignore[no-untyped-call]  # pipecat annotates no arguments


class PausingVad(SileroVADAnalyzer):
    """Silero, which also tells how long it has been quiet inside a stretch of speech. Loudness decides nothing."""

    def __init__(self, *, params: VADParams = VAD) -> None:
        # Past pipecat's own constructor, which loads the model anew for each call.
        VADAnalyzer.__init__(self, params=params)
        # A shallow copy shares the session; the state of the stream is the copy's own.
        self._model = copy(_loaded())
        self._model.reset_states()  # type: ignore[no-untyped-call]  # pipecat annotates no arguments
        self._windows_since_reset = 0
        self._low_confidence_windows = 0

    @property
    def quiet_s(self) -> float:
        """Seconds of quiet that have not yet ended the stretch; 0 while there is speech or none was begun."""
        return self._vad_stopping_count * _WINDOW_S if self._vad_state is VADState.STOPPING else 0.0

    async def analyze_audio(self, buffer: bytes) -> VADState:
        """Take audio of any length; the model looks at each whole window. Done here: handing it over costs as much."""
        return self._run_analyzer(buffer)

    def _get_smoothed_volume(self, audio: bytes) -> float:
        return 1.0


class PauseDetector(VADProcessor):
    """Push the detector's frames, and `PausedFrame` or `ResumedFrame` between them."""

    def __init__(self, analyser: PausingVad | None = None) -> None:
        self._analyser = analyser or PausingVad()
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
