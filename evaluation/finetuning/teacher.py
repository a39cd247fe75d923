"""What the unchanged recogniser makes of a clip in its full 30 s: words, and the decoder's states behind them.

The teacher's encoder is the one that calls use (CTranslate2, int8); its decoder runs in torch, in float32, forced to
the words that greedy decoding gave.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any, Final, TypeAlias

import ctranslate2
import numpy as np
import tokenizers
from numpy.typing import NDArray

from evaluation.finetuning.torch_whisper import TorchWhisper, as_torch
from voicebot.speech.ct2_weights import openai_names, read_variables
from voicebot.speech.features import log_mel
from voicebot.speech.loops import collapse
from voicebot.speech.ports import STT_RATE, Samples
from voicebot.speech.stt.whisper_ct2 import FULL_S, PROMPT, most_tokens

LEAST_LOGPROB: Final = -1.4
"""Mean a token. Doubtful texts of noisy clips are kept, or the student would never hear noise."""

Float16: TypeAlias = NDArray[np.float16]


class Kind(StrEnum):
    QUIET = "quiet"
    """Taught on a quiet line; the student hears the saying on lines of its own, most of them noisy."""
    SAME = "same"
    """Taught on the noisy line that the student hears too: it learns what cannot be known."""
    NOBODY = "nobody"
    """Nobody speaks; taught is only how sure the recogniser is of that."""


@dataclass(frozen=True, slots=True)
class Lesson:
    """What the student is to reproduce for one clip."""

    kind: Kind
    saying: int
    """Which saying it is of; -1 for none."""
    audio: Samples
    tokens: tuple[int, ...]
    """Prompt and text, without the end mark, which the last state predicts."""
    hidden: Float16
    """(tokens, width) states of the decoder before the output embedding."""


class Teacher:
    """One thread. Raises `ModelDamaged` for another format of weights."""

    def __init__(self, home: Path) -> None:
        self._engine = ctranslate2.models.Whisper(
            str(home), device="cpu", compute_type="int8", intra_threads=1, inter_threads=1
        )
        self._tokenizer = tokenizers.Tokenizer.from_file(str(home / "tokenizer.json"))
        self._prompt = [int(self._tokenizer.token_to_id(token) or 0) for token in PROMPT]
        self._torch: TorchWhisper = as_torch(openai_names(read_variables(home / "model.bin")))

    def lesson(self, kind: Kind, saying: int, audio: Samples) -> Lesson | None:
        """Give the lesson of a clip, or None where the teacher is no example: loops, guesses, silence."""
        features = np.ascontiguousarray(log_mel(audio, seconds=FULL_S)[None])
        encoded = self._engine.encode(ctranslate2.StorageView.from_array(features))
        text: list[int] = []
        if kind is not Kind.NOBODY:
            found = self._text(encoded, len(audio) / STT_RATE)
            if found is None:
                return None
            text = found
        tokens = [*self._prompt, *text] if text else self._prompt[:1]
        return Lesson(kind, saying, audio, tuple(tokens), self._hidden(tokens, np.asarray(encoded)))

    def _text(self, encoded: ctranslate2.StorageView, audio_s: float) -> list[int] | None:
        most = most_tokens(audio_s)
        result = self._engine.generate(encoded, [self._prompt], beam_size=1, max_length=2 * most, return_scores=True)[0]
        tokens = [int(token) for token in result.sequences_ids[0]]
        text, looped = collapse(self._tokenizer.decode(tokens, skip_special_tokens=True))
        poor = looped or len(tokens) >= most or result.scores[0] < LEAST_LOGPROB
        return None if poor or not any(map(str.isalnum, text)) else tokens

    def _hidden(self, tokens: list[int], encoded: NDArray[np.float32]) -> Float16:
        import torch

        with torch.inference_mode():
            states: Any = self._torch.decode(torch.tensor([tokens]), torch.from_numpy(encoded))
        return np.asarray(states[0].numpy(), np.float16)


def save(lesson: Lesson, path: Path) -> None:
    """Write a lesson; a reader never finds half of one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    whole = path.with_suffix(".part")
    with whole.open("wb") as file:
        np.savez(
            file,
            kind=np.array(lesson.kind.value),
            saying=np.array(lesson.saying),
            audio=np.asarray(np.rint(lesson.audio * 32_768).clip(-32_768, 32_767), np.int16),
            tokens=np.asarray(lesson.tokens, np.int32),
            hidden=lesson.hidden,
        )
    whole.rename(path)


def load(path: Path) -> Lesson:
    """Read a lesson that `save` wrote."""
    with np.load(path) as kept:
        return Lesson(
            Kind(str(kept["kind"])),
            int(kept["saying"]),
            np.asarray(kept["audio"], np.float32) / np.float32(32_768),
            tuple(int(token) for token in kept["tokens"]),
            np.asarray(kept["hidden"], np.float16),
        )
