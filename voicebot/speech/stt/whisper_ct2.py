"""Whisper base, multilingual, through CTranslate2 in int8: the default engine."""

from __future__ import annotations

import shutil
import tempfile
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from types import MappingProxyType
from typing import Final

import ctranslate2
import numpy as np
import tokenizers

from voicebot.speech.encoder_adapter import NAME as ADAPTER
from voicebot.speech.encoder_adapter import SHIPPED, Adapter, adapted, respelt
from voicebot.speech.errors import BadAudio, ModelDamaged, ModelMissing
from voicebot.speech.features import log_mel
from voicebot.speech.loops import collapse
from voicebot.speech.ports import STT_RATE, Reading, Samples, Transcript

MODEL = "whisper-base"
FULL_S = 30.0
_POSITIONS_PER_S = 50
_CHUNK_S = 28.0
PROMPT = ("<|startoftranscript|>", "<|pt|>", "<|transcribe|>", "<|notimestamps|>")
_TOKENS_AT_LEAST = 8
_TOKENS_PER_S = 8
_MOST_TOKENS = 220
_NO_SPEECH_ABOVE = 0.6
_UNLIKELY_BELOW = -1.0


@dataclass(frozen=True, slots=True)
class Window:
    """How much the encoder looks at: the utterance plus `margin_s` of silence, `least_s` or more, 30 s at most.

    The encoder was trained on 30 s; what a shorter window leaves out is filled with the cached end of a 30 s
    encoding of silence when `tail` is set, so that the decoder finds as many positions as it is used to. An utterance
    of up to `taught_s` goes to the encoder that was taught to do without, in its length plus `taught_margin_s`.
    """

    least_s: float
    margin_s: float
    tail: bool = True
    taught_s: float = 0.0
    taught_margin_s: float = 0.0

    def is_taught(self, audio_s: float) -> bool:
        """Tell whether the taught encoder hears an utterance of this length."""
        return audio_s <= self.taught_s

    def seconds(self, audio_s: float) -> float:
        """Give the window for an utterance, a whole number of encoder positions."""
        if self.is_taught(audio_s):
            wanted = min(FULL_S, audio_s + self.taught_margin_s)
        else:
            wanted = min(FULL_S, max(self.least_s, audio_s + self.margin_s))
        # Rounding hides what binary fractions add to a length of whole tenths.
        return float(np.ceil(round(wanted * 10, 6)) / 10)


FULL = Window(FULL_S, 0.0, tail=False)
TAIL = Window(10.0, 1.0)
"""Chosen on 180 synthetic phone replies in two noises: understood as often as with 30 s, a third of the time."""
SHORT = Window(10.0, 1.0, taught_s=8.0, taught_margin_s=0.7)
"""docs/adr/0011-short-window.md has its measurements. Longer speech than was taught goes to the original encoder."""
DEFAULT_WINDOW = SHORT
WINDOWS: Final[Mapping[str, Window]] = MappingProxyType({"full": FULL, "tail": TAIL, "short": SHORT})
"""By the names that settings give them."""


@dataclass(frozen=True, slots=True)
class _Decoded:
    tokens: list[int]
    logprob: float
    no_speech: float
    capped: bool
    weakest: float | None = None


@dataclass(frozen=True, slots=True)
class Listening:
    """One utterance of at most 30 s, encoded once and transcribed; other readings can be asked of the encoding."""

    transcript: Transcript
    encoded: ctranslate2.StorageView


class WhisperCt2:
    """A `SpeechToText`. CTranslate2 queues concurrent calls and works outside the GIL."""

    def __init__(
        self,
        folder: Path,
        *,
        cpu_threads: int = 2,
        window: Window = DEFAULT_WINDOW,
        retry_below: float | None = None,
        adapter: Adapter = SHIPPED,
    ) -> None:
        """Load the weights in `folder`. Raises `ModelMissing` or `ModelDamaged`.

        Where `window` asks for the taught encoder, a second model is kept for it: the same with `adapter` merged in.

        With `retry_below`, a result whose mean log-probability is lower is decoded again in the full window. It is off
        because it costs a second decoding of a quarter of noisy replies and understood none more.
        """
        for file in ("model.bin", "config.json", "vocabulary.json", "tokenizer.json"):
            if not (folder / file).is_file():
                raise ModelMissing(MODEL, folder / file)
        if window.taught_s and not adapter.path.is_file():
            raise ModelMissing(ADAPTER, adapter.path)
        self._folder, self._threads, self._adapter = folder, cpu_threads, adapter
        try:
            self._model = ctranslate2.models.Whisper(str(folder), **self._options())
            self._tokenizer = tokenizers.Tokenizer.from_file(str(folder / "tokenizer.json"))
        except (RuntimeError, ValueError) as failure:
            raise ModelDamaged(MODEL, folder, str(failure)) from failure
        self._prompt = [self._tokenizer.token_to_id(token) for token in PROMPT]
        self._window = window
        self._retry_below = retry_below
        self._tail: list[Samples] = []
        self._taught: list[ctranslate2.models.Whisper] = []
        self._made_once = threading.RLock()
        if window.taught_s:
            self._taught_model()

    def with_window(self, window: Window) -> WhisperCt2:
        """Give the same engine with another window, sharing the weights in memory."""
        other = object.__new__(WhisperCt2)
        other.__dict__.update(self.__dict__)
        other._window = window
        return other

    def warm_up(self) -> None:
        """Encode the tail, about 0.6 s, and run every kernel once."""
        if self._window.tail:
            self._silence()
        for audio_s in (1.0, self._window.taught_s + 1.0):
            self._heard(np.zeros(round(audio_s * STT_RATE), np.float32), self._window)

    def transcribe(self, audio: Samples) -> Transcript:
        """Transcribe 16 kHz mono; audio over 30 s is cut at its quietest places."""
        if audio.ndim != 1 or audio.dtype != np.float32:
            raise BadAudio(f"audio must be mono float32 samples at {STT_RATE} Hz, not {audio.ndim}-d {audio.dtype}")
        began = perf_counter()
        parts = [self._chunk(chunk) for chunk in chunks(audio) if len(chunk)]
        return Transcript(
            text=" ".join(text for text, _, _ in parts if text),
            avg_logprob=float(np.mean([part.logprob for _, part, _ in parts])) if parts else 0.0,
            no_speech_prob=min((part.no_speech for _, part, _ in parts), default=1.0),
            audio_s=len(audio) / STT_RATE,
            elapsed_ms=(perf_counter() - began) * 1000,
            guarded=any(guarded for _, _, guarded in parts),
            weakest=min((part.weakest for _, part, _ in parts if part.weakest is not None), default=None),
        )

    def listen(self, audio: Samples) -> Listening:
        """Transcribe at most 30 s, and keep what other readings need."""
        began = perf_counter()
        audio_s = len(audio) / STT_RATE
        encoded = self._encode(audio, self._window)
        heard = self._decoded(encoded, audio_s)
        text, cut = self._said(heard)
        transcript = Transcript(
            text=text,
            avg_logprob=heard.logprob,
            no_speech_prob=heard.no_speech,
            audio_s=audio_s,
            elapsed_ms=(perf_counter() - began) * 1000,
            guarded=cut,
            weakest=heard.weakest,
        )
        return Listening(transcript, encoded)

    def readings(self, heard: Listening, count: int) -> tuple[Reading, ...]:
        """Give the likeliest things that the same sound may have been; a tenth dearer than the one of `listen`."""
        found = self._model.generate(
            heard.encoded,
            [self._prompt],
            beam_size=count,
            num_hypotheses=count,
            max_length=2 * most_tokens(heard.transcript.audio_s),
            return_scores=True,
        )[0]
        return tuple(
            Reading(
                respelt(self._tokenizer.decode(list(tokens), skip_special_tokens=True)),
                score * len(tokens),
                len(tokens),
            )
            for tokens, score in zip(found.sequences_ids, found.scores, strict=True)
        )

    def _chunk(self, audio: Samples) -> tuple[str, _Decoded, bool]:
        heard = self._heard(audio, self._window)
        doubtful = self._retry_below is not None and heard.logprob < self._retry_below
        if doubtful and self._window.seconds(len(audio) / STT_RATE) < FULL_S:
            heard = self._heard(audio, FULL)
        text, cut = self._said(heard)
        return text, heard, cut

    def _said(self, heard: _Decoded) -> tuple[str, bool]:
        """Give the text, "" for what is no speech, and whether it may be incomplete."""
        if heard.no_speech > _NO_SPEECH_ABOVE and heard.logprob < _UNLIKELY_BELOW:
            return "", False
        text, cut = collapse(respelt(self._tokenizer.decode(heard.tokens, skip_special_tokens=True)))
        return (text if any(map(str.isalnum, text)) else ""), cut or heard.capped

    def _heard(self, audio: Samples, window: Window) -> _Decoded:
        return self._decoded(self._encode(audio, window), len(audio) / STT_RATE)

    def _decoded(self, encoded: ctranslate2.StorageView, audio_s: float) -> _Decoded:
        most = most_tokens(audio_s)
        result = self._model.generate(
            encoded,
            [self._prompt],
            beam_size=1,
            # CTranslate2 halves it, keeping half for a prompt of earlier text.
            max_length=2 * most,
            return_scores=True,
            return_no_speech_prob=True,
            return_logits_vocab=True,
        )[0]
        tokens = list(result.sequences_ids[0])
        logprob = result.scores[0] * len(tokens) / (len(tokens) + 1)
        weakest = self._weakest(tokens, result.logits[0])
        return _Decoded(tokens, logprob, result.no_speech_prob, capped=len(tokens) >= most, weakest=weakest)

    def _weakest(self, tokens: list[int], logits: Sequence[ctranslate2.StorageView]) -> float | None:
        """Give the probability of the least sure word: the product over its tokens; None for no words."""
        words: list[float] = []
        for token, view in zip(tokens, logits, strict=False):
            piece = self._tokenizer.decode([token])
            if not any(map(str.isalnum, piece)):
                continue
            scores = np.asarray(view).reshape(-1)
            chance = float(1 / np.exp(scores - scores[token]).sum())
            if piece.startswith(" ") or not words:
                words.append(chance)
            else:
                words[-1] *= chance
        return min(words, default=None)

    def _encode(self, audio: Samples, window: Window) -> ctranslate2.StorageView:
        audio_s = len(audio) / STT_RATE
        seconds = window.seconds(audio_s)
        features = ctranslate2.StorageView.from_array(np.ascontiguousarray(log_mel(audio, seconds=seconds)[None]))
        if window.is_taught(audio_s):
            return self._taught_model().encode(features)
        encoded = self._model.encode(features)
        if not window.tail or seconds >= FULL_S:
            return encoded
        states = np.concatenate([np.asarray(encoded), self._silence()[:, round(seconds * _POSITIONS_PER_S) :]], axis=1)
        return ctranslate2.StorageView.from_array(np.ascontiguousarray(states))

    def _options(self) -> dict[str, str | int]:
        return {"device": "cpu", "compute_type": "int8", "intra_threads": self._threads, "inter_threads": 1}

    def _taught_model(self) -> ctranslate2.models.Whisper:
        """Give the model whose encoder was taught; its decoder is the same and serves nobody."""
        with self._made_once:
            if not self._taught:
                # A model loaded from memory keeps its file there; one loaded from a folder does not.
                with tempfile.TemporaryDirectory(prefix="voicebot-") as made:
                    folder = Path(made)
                    for name in ("config.json", "vocabulary.json"):
                        shutil.copyfile(self._folder / name, folder / name)
                    (folder / "model.bin").write_bytes(adapted(self._folder / "model.bin", self._adapter))
                    try:
                        self._taught.append(ctranslate2.models.Whisper(made, **self._options()))
                    except (RuntimeError, ValueError) as failure:
                        raise ModelDamaged(MODEL, self._folder, f"with its adapter: {failure}") from failure
            return self._taught[0]

    def _silence(self) -> Samples:
        with self._made_once:
            if not self._tail:
                features = np.ascontiguousarray(log_mel(np.zeros(STT_RATE, np.float32), seconds=FULL_S)[None])
                self._tail.append(np.array(self._model.encode(ctranslate2.StorageView.from_array(features))))
            return self._tail[0]


def most_tokens(audio_s: float) -> int:
    """Give how many tokens an utterance can have; more is a loop."""
    return min(_MOST_TOKENS, _TOKENS_AT_LEAST + int(_TOKENS_PER_S * audio_s))


def chunks(audio: Samples) -> list[Samples]:
    """Cut audio of over 30 s into pieces of 20 to 28 s, each cut at the quietest 100 ms in reach."""
    pieces = []
    frame = STT_RATE // 10
    while len(audio) > FULL_S * STT_RATE:
        first, last = int((_CHUNK_S - 8) * STT_RATE), int(_CHUNK_S * STT_RATE)
        loudness = np.abs(audio[first:last]).reshape(-1, frame).mean(axis=1)
        cut = first + int(np.argmin(loudness)) * frame + frame // 2
        pieces.append(audio[:cut])
        audio = audio[cut:]
    return [*pieces, audio]
