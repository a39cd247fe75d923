"""OpenAI's own Whisper on torch: the second engine, an optional extra, on the weights of the first.

Whisper and torch are imported when an engine is built, so that nothing else needs them.
"""

from __future__ import annotations

import threading
from importlib import import_module
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np

from voicebot.speech import ct2_weights
from voicebot.speech.errors import BadAudio, EngineUnavailable, ModelMissing
from voicebot.speech.loops import collapse
from voicebot.speech.ports import STT_RATE, Samples, Transcript

_ENGINE = "openai-whisper"
_MEND = "install the extra with `uv sync --extra openai-whisper`"
_NO_SPEECH_ABOVE = 0.6
_UNLIKELY_BELOW = -1.0


class OpenAiWhisper:
    """A `SpeechToText`: greedy, Portuguese, full 30 s windows, one call at a time."""

    def __init__(self, weights: Path) -> None:
        """Load a CTranslate2 model folder, converting it in memory, or a .pt file of OpenAI's.

        Raises `EngineUnavailable` without the extra, `ModelMissing` or `ModelDamaged`.
        """
        try:
            self._whisper: Any = import_module("whisper")
            self._torch: Any = import_module("torch")
        except ImportError as failure:
            raise EngineUnavailable(_ENGINE, f"no module {failure.name}", _MEND) from failure
        if not weights.exists():
            raise ModelMissing(_ENGINE, weights)
        self._model: Any = (
            self._converted(weights) if weights.is_dir() else self._whisper.load_model(str(weights), "cpu")
        )
        self._model.eval()
        self._lock = threading.Lock()

    def warm_up(self) -> None:
        """Decode half a second of silence."""
        self.transcribe(np.zeros(STT_RATE // 2, np.float32))

    def transcribe(self, audio: Samples) -> Transcript:
        """Transcribe mono 16 kHz samples in -1..1."""
        if audio.ndim != 1 or audio.dtype != np.float32:
            raise BadAudio(f"audio must be mono float32 samples at {STT_RATE} Hz, not {audio.ndim}-d {audio.dtype}")
        began = perf_counter()
        with self._lock:
            answer = self._model.transcribe(
                audio,
                language="pt",
                task="transcribe",
                temperature=0.0,
                beam_size=None,
                fp16=False,
                without_timestamps=True,
                condition_on_previous_text=False,
                no_speech_threshold=_NO_SPEECH_ABOVE,
                logprob_threshold=_UNLIKELY_BELOW,
                verbose=None,
            )
        segments = answer["segments"]
        text, cut = collapse(str(answer["text"]))
        return Transcript(
            text=text if any(map(str.isalnum, text)) else "",
            avg_logprob=float(np.mean([segment["avg_logprob"] for segment in segments])) if segments else 0.0,
            no_speech_prob=min((float(segment["no_speech_prob"]) for segment in segments), default=1.0),
            audio_s=len(audio) / STT_RATE,
            elapsed_ms=(perf_counter() - began) * 1000,
            guarded=cut,
        )

    def _converted(self, folder: Path) -> Any:
        path = folder / "model.bin"
        if not path.is_file():
            raise ModelMissing(_ENGINE, path)
        weights = ct2_weights.openai_names(ct2_weights.read_variables(path))
        model = self._whisper.model.Whisper(self._whisper.model.ModelDimensions(**_dimensions(weights)))
        tensors = {name: self._torch.from_numpy(np.array(values)) for name, values in weights.items()}
        model.load_state_dict(tensors, strict=True)
        return model


def _dimensions(weights: ct2_weights.Weights) -> dict[str, int]:
    audio_positions, audio_state = weights["encoder.positional_embedding"].shape
    text_positions, text_state = weights["decoder.positional_embedding"].shape
    head = 64
    return {
        "n_mels": weights["encoder.conv1.weight"].shape[1],
        "n_audio_ctx": audio_positions,
        "n_audio_state": audio_state,
        "n_audio_head": audio_state // head,
        "n_audio_layer": _layers(weights, "encoder"),
        "n_vocab": weights["decoder.token_embedding.weight"].shape[0],
        "n_text_ctx": text_positions,
        "n_text_state": text_state,
        "n_text_head": text_state // head,
        "n_text_layer": _layers(weights, "decoder"),
    }


def _layers(weights: ct2_weights.Weights, side: str) -> int:
    return len({name.split(".")[2] for name in weights if name.startswith(f"{side}.blocks.")})
