"""Kokoro-82M (int8, ONNX): the embedded Brazilian voice."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import onnxruntime

from voicebot.speech.errors import ModelDamaged, ModelMissing
from voicebot.speech.loudness import level, trim
from voicebot.speech.ports import Pcm, Phonemiser, Samples
from voicebot.speech.pronounce import kokoro_phonemes
from voicebot.speech.sentences import has_words, sentences
from voicebot.speech.signed_convolutions import signed_convolutions, sums_are_exact

MODEL = "kokoro-82m"
VOICES = ("pf_dora", "pm_alex", "pm_santa")
SAMPLE_RATE = 24_000
_STYLES = (510, 1, 256)
_MOST_TOKENS = 509
_PAUSE_S = 0.15


class Kokoro:
    """A `TextToSpeech`. One session serves all threads; `with_voice` gives another voice on the same weights."""

    def __init__(
        self,
        folder: Path,
        phonemiser: Phonemiser,
        *,
        voice: str = "pf_dora",
        threads: int = 2,
        respellings: Mapping[str, str] | None = None,
    ) -> None:
        """Load the weights in `folder`. Raises `ModelMissing` or `ModelDamaged`."""
        self._folder = folder
        self._phonemiser = phonemiser
        self._respellings = dict(respellings or {})
        self._voice = voice
        self._session = _session(_existing(folder / "kokoro-v1.0.int8.onnx"), threads)
        self._ids = _vocabulary(_existing(folder / "vocab.json"))
        self._styles = _styles(folder, voice)

    @property
    def name(self) -> str:
        """The engine and the voice."""
        return f"kokoro/{self._voice}"

    @property
    def sample_rate(self) -> int:
        """24 kHz."""
        return SAMPLE_RATE

    def with_voice(self, voice: str) -> Kokoro:
        """Give the same engine with another voice, sharing the weights in memory."""
        other = object.__new__(Kokoro)
        other.__dict__.update(self.__dict__)
        other._voice, other._styles = voice, _styles(self._folder, voice)
        return other

    def synthesise(self, text: str, *, speed: float = 1.0) -> Pcm:
        """Say the text sentence by sentence, edges trimmed to 60 ms, at an even loudness."""
        said = [self._sentence(sentence, speed) for sentence in sentences(text) if has_words(sentence)]
        pause = np.zeros(int(SAMPLE_RATE * _PAUSE_S), np.float32)
        parts = [part for piece in said for part in (piece, pause)][:-1]
        return level(np.concatenate(parts), SAMPLE_RATE) if parts else np.zeros(0, np.int16)

    def close(self) -> None:
        """End the phonemiser's process; the weights go with the last voice. Voices of one engine close together."""
        self._phonemiser.close()

    def _sentence(self, sentence: str, speed: float) -> Samples:
        phonemes = kokoro_phonemes(sentence, self._phonemiser, self._respellings)
        ids = [self._ids[symbol] for symbol in phonemes if symbol in self._ids]
        spoken = [trim(self._run(piece, speed), SAMPLE_RATE) for piece in self._fitting(ids)]
        return np.concatenate(spoken)

    def _fitting(self, ids: list[int]) -> list[list[int]]:
        """Cut what is too long for the model at the last space that fits."""
        space, pieces = self._ids[" "], []
        while len(ids) > _MOST_TOKENS:
            cut = next((at for at in range(_MOST_TOKENS, 0, -1) if ids[at] == space), _MOST_TOKENS)
            pieces.append(ids[:cut])
            ids = ids[cut:]
        return [*pieces, ids]

    def _run(self, ids: list[int], speed: float) -> Samples:
        answer = self._session.run(
            None,
            {
                "tokens": np.asarray([[0, *ids, 0]], np.int64),
                "style": self._styles[len(ids)],
                "speed": np.asarray([speed], np.float32),
            },
        )
        return np.asarray(answer[0], np.float32).reshape(-1)


def _session(path: Path, threads: int) -> onnxruntime.InferenceSession:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    # A thread that spins for work would take a core from the other calls.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    options.log_severity_level = 3
    try:
        model = path.read_bytes()
        model = signed_convolutions(model) if sums_are_exact() else model
        return onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
    # onnxruntime's own errors share no base but RuntimeError and Exception.
    except Exception as failure:
        raise ModelDamaged(MODEL, path, type(failure).__name__) from failure


def _vocabulary(path: Path) -> dict[str, int]:
    try:
        vocabulary = json.loads(path.read_text(encoding="utf-8"))["vocab"]
        return {str(symbol): int(number) for symbol, number in vocabulary.items()}
    except (ValueError, KeyError, AttributeError) as failure:
        raise ModelDamaged(MODEL, path, "it is not a vocabulary") from failure


def _existing(path: Path) -> Path:
    if not path.is_file():
        raise ModelMissing(MODEL, path)
    return path


def _styles(folder: Path, voice: str) -> Samples:
    path = _existing(folder / "voices" / f"{voice}.bin")
    values = np.fromfile(path, np.float32)
    if values.size != np.prod(_STYLES):
        raise ModelDamaged(MODEL, path, f"{values.size} numbers instead of {np.prod(_STYLES)}")
    return values.reshape(_STYLES)
