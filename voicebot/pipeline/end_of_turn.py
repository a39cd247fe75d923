"""smart-turn with one model session for all calls of the process, and a threshold of our own."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from pipecat.audio.turn.base_turn_analyzer import EndOfTurnState
from pipecat.audio.turn.smart_turn.base_smart_turn import BaseSmartTurn, SmartTurnParams
from pipecat.audio.turn.smart_turn.local_smart_turn_v3 import LocalSmartTurnAnalyzerV3

THRESHOLD: Final = 0.5


class SharedSmartTurn:
    """The loaded model: 45 to 70 ms and tens of megabytes once per process instead of once per call."""

    def __init__(self, *, cpu_count: int = 1) -> None:
        self._model = LocalSmartTurnAnalyzerV3(cpu_count=cpu_count, sample_rate=16_000)

    def predict(self, audio: NDArray[np.float32]) -> dict[str, Any]:
        return self._model._predict_endpoint(audio)  # the only door to the loaded session in pipecat 1.14


class EndOfTurn(BaseSmartTurn):
    """One call's judge of finished turns."""

    def __init__(self, shared: SharedSmartTurn, *, threshold: float = THRESHOLD) -> None:
        # The floor keeps its own patience; this analyser must never end a turn by silence alone.
        super().__init__(sample_rate=16_000, params=SmartTurnParams(stop_secs=3600.0))
        self.set_sample_rate(16_000)
        self._shared = shared
        self._threshold = threshold
        self.probability: float | None = None
        """How likely the last judged turn was to be complete; None before the first."""

    async def is_complete(self) -> bool:
        state, _ = await self.analyze_end_of_turn()
        return state is EndOfTurnState.COMPLETE

    def _predict_endpoint(self, audio_array: NDArray[np.float32]) -> dict[str, Any]:
        verdict = self._shared.predict(audio_array)
        self.probability = float(verdict["probability"])
        return {**verdict, "prediction": int(verdict["probability"] > self._threshold)}
