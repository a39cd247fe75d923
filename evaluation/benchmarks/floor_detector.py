"""The calls' voice detector without its thread: a bench has nothing else to do meanwhile."""

from __future__ import annotations

from pipecat.audio.vad.silero import SileroVADAnalyzer
from pipecat.audio.vad.vad_analyzer import VADState

from telephony.codecs import Int16
from voicebot.pipeline.run_call import VAD
from voicebot.speech.ports import STT_RATE


class Detector(SileroVADAnalyzer):
    """Silero as a call configures it. `close` it after use."""

    def __init__(self) -> None:
        super().__init__(sample_rate=STT_RATE, params=VAD)
        self.set_sample_rate(STT_RATE)

    def hear(self, frame: Int16) -> VADState:
        """Give the state after a frame; what `analyze_audio` runs in its thread."""
        return self._run_analyzer(frame.tobytes())

    def close(self) -> None:
        self._executor.shutdown(wait=False)
