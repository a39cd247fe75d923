"""The end of a turn by its sound: smart-turn's encoder with a last layer of our own, one session for all calls.

smart-turn's own answer does not serve Portuguese over the telephone: it takes most pauses in mid-sentence for an end.
Its encoder hears the difference all the same. One weight for each of its states at the end of the turn
(`python -m evaluation.endings` learns them) tells the two apart.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

import numpy as np
import onnxruntime as ort
from numpy.typing import NDArray
from pipecat.audio.turn.base_turn_analyzer import EndOfTurnState
from pipecat.audio.turn.smart_turn._whisper_features import compute_whisper_log_mel_features
from pipecat.audio.turn.smart_turn.base_smart_turn import BaseSmartTurn, SmartTurnParams

THRESHOLD: Final = 0.02
"""Below it the voice goes on for certain; between that and sure, the words help to decide."""
WEIGHTS: Final = Path(__file__).with_name("endings.npz")
_MODEL: Final = "smart-turn-v3.2-cpu.onnx"
_STATES: Final = "layer_norm_8_DequantizeLinear_Output"
"""What the encoder gives, 50 states a second, before smart-turn pools them."""
_GRAPH, _OUTPUT, _NAME = 7, 12, 1
"""Fields of ONNX's ModelProto, GraphProto and ValueInfoProto."""
_LONGEST: Final = 127
_RATE: Final = 16_000
_HEARD_S: Final = 8
_STRETCHES: Final = ((-10, None), (-20, -10))
"""The last states by whose means the end is judged: 0.2 s each."""

Floats = NDArray[np.float32]


class SharedSmartTurn:
    """The loaded model: 45 to 70 ms and tens of megabytes once per process instead of once per call."""

    def __init__(self, *, cpu_count: int = 1) -> None:
        options = ort.SessionOptions()
        options.inter_op_num_threads, options.intra_op_num_threads = 1, cpu_count
        # Without VNNI sums of unsigned by signed bytes are cut at 16 bits: what is heard must not hang on the machine.
        options.add_session_config_entry("session.x64quantprecision", "1")
        model = files("pipecat.audio.turn.smart_turn.data").joinpath(_MODEL).read_bytes()
        # Messages of protocol buffers merge when they follow each other: this adds an output to the graph.
        tapped = model + _field(_GRAPH, _field(_OUTPUT, _field(_NAME, _STATES.encode())))
        self._session = ort.InferenceSession(tapped, options, providers=["CPUExecutionProvider"])

    def hear(self, audio: Floats) -> tuple[float, Floats]:
        """Give smart-turn's own probability for -1..1 audio at 16 kHz, and what the last layer is given (768,)."""
        wanted = _HEARD_S * _RATE
        kept = np.pad(audio[-wanted:], (max(0, wanted - audio.size), 0))
        features = compute_whisper_log_mel_features(kept, do_normalize=True)[np.newaxis]
        probability, states = self._session.run(None, {"input_features": features})
        ends = [states[0, first:last].mean(0) for first, last in _STRETCHES]
        return float(np.ravel(probability)[0]), np.concatenate(ends).astype(np.float32)

    def predict(self, audio: Floats) -> float:
        """Give how likely a turn is to end with this audio."""
        weights, bias = _learnt()
        odds = float(np.dot(weights, self.hear(audio)[1]) + bias)
        return float(1 / (1 + np.exp(-odds)))


class EndOfTurn(BaseSmartTurn):
    """One call's judge of finished turns."""

    def __init__(self, shared: SharedSmartTurn, *, threshold: float = THRESHOLD) -> None:
        # The floor keeps its own patience; this analyser must never end a turn by silence alone.
        super().__init__(sample_rate=_RATE, params=SmartTurnParams(stop_secs=3600.0))
        self.set_sample_rate(_RATE)
        self._shared = shared
        self._threshold = threshold
        self.probability: float | None = None
        """How likely the last judged turn was to be complete; None before the first."""

    async def is_complete(self) -> bool:
        state, _ = await self.analyze_end_of_turn()
        return state is EndOfTurnState.COMPLETE

    def _predict_endpoint(self, audio_array: Floats) -> dict[str, Any]:
        self.probability = self._shared.predict(audio_array)
        return {"prediction": int(self.probability > self._threshold), "probability": self.probability}


def _field(number: int, content: bytes) -> bytes:
    """Give a length-delimited field of protocol buffers, of up to 127 bytes as a name is. Raises `ValueError`."""
    if len(content) > _LONGEST:
        raise ValueError(f"{len(content)} bytes: a longer field needs a longer length")
    return bytes((number << 3 | 2, len(content))) + content


@cache
def _learnt() -> tuple[NDArray[np.float64], float]:
    with np.load(WEIGHTS) as stored:
        return stored["weights"].astype(np.float64), float(stored["bias"])
