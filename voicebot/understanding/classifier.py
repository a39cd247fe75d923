"""The statistical reader of intents: kernel ridge regression over word and letter n-grams and sentence embeddings.

It compares a line with every line it was fitted on: by the n-grams they share, by how near their embeddings are, and by
whether they answer the same question. Fitted offline (`training.py`) and read from one small file; without the sentence
encoder, the weights that were fitted on n-grams alone take over.
"""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Final
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from voicebot.domain.dialogue.phases import Asks, Phase
from voicebot.domain.meaning import Intent
from voicebot.understanding.encoder import SIZE, WIDTH, Encoder, Floats
from voicebot.understanding.errors import LanguageDataInvalid
from voicebot.understanding.trust import INTENTS, Trust, from_table, softmax

DIMENSIONS: Final = 8192
NEARNESS: Final = np.float32(2.0)
"""How fast likeness falls with the distance of two embeddings."""
SENSE: Final = np.float32(3.0)
"""What likeness of embeddings counts beside the likeness of words, 1."""
AXES: Final = 256
"""Of the embeddings' dimensions those that are kept: the directions in which lines differ most."""
ASKED_ALIKE: Final = np.float32(0.5)
SAME_QUESTION: Final = np.float32(0.3)
_BYTE: Final = np.float32(127.0)
MOST_CHARS: Final = 400
"""What the encoder reads of a turn: half a minute of speech; what it costs grows with the length."""
_MOST_WORDS: Final = 60
_VOWELS: Final = frozenset("aeiouy0123456789")
_SPELT: Final = frozenset({"sms", "cpf", "cnpj", "spc", "pdf", "tv", "pq", "vc", "tb", "blz", "hm", "hmm", "n", "s"})
"""Words of the phone that have no vowel when written."""


@dataclass(frozen=True, slots=True)
class Likely:
    """What the statistics say of each intent: its chance as the main one, and its score, 1 where it is surely meant."""

    chances: Mapping[Intent, float]
    scores: Mapping[Intent, float]


@dataclass(frozen=True, slots=True)
class Weights:
    """What a fit leaves for one set of kernels: a weight for each line and intent, and the sharpness of the scores."""

    duals: Floats = field(repr=False)
    temperature: float


@dataclass(frozen=True, slots=True)
class Memory:
    """The lines a classifier was fitted on, as numbers. Postings: for each n-gram slot, the lines that have it."""

    starts: NDArray[np.int64] = field(repr=False)
    lines: NDArray[np.int64] = field(repr=False)
    values: Floats = field(repr=False)
    idf: Floats = field(repr=False)
    embeddings: Floats = field(repr=False)
    """Levelled by `centre` and `spread`, along `axes`, each of length one."""
    centre: Floats = field(repr=False)
    spread: Floats = field(repr=False)
    axes: Floats = field(repr=False)
    asked: NDArray[np.int64] = field(repr=False)
    """The question each line answers, as `question_number`; 0 for none."""


@dataclass(frozen=True, slots=True)
class Classifier:
    """Gives each intent its probability. Holds no state between lines."""

    memory: Memory
    both: Weights
    words_only: Weights
    trust: Trust = field(repr=False)
    encoder: Encoder | None = field(repr=False)

    def read(self, level: str, text: str, expecting: Asks | Phase | None) -> Likely:
        """Weigh a levelled line; `text` is the line as spoken, for the encoder. Noise is weighed as nothing."""
        if is_noise(level):
            return likely(np.zeros(len(INTENTS), dtype=np.float32), self.both.temperature)
        kernel = self._shared(level)
        weights = self.words_only
        if self.encoder is not None:
            raw = self.encoder.encode([text[:MOST_CHARS]])
            turned = along(levelled(raw, self.memory.centre, self.memory.spread), self.memory.axes)
            kernel += _near_one(turned[0], self.memory.embeddings)
            weights = self.both
        number = question_number(expecting)
        if number:
            alike = self.memory.asked == number
            kernel += alike * (SAME_QUESTION + ASKED_ALIKE * kernel)
        return likely(np.einsum("i,ij->j", kernel, weights.duals), weights.temperature)

    def _shared(self, level: str) -> Floats:
        """The likeness in n-grams of a line with each of the memory's."""
        row = counts([level])[0]
        slots = np.flatnonzero(row)
        weighted = np.sqrt(row[slots]) * self.memory.idf[slots]
        weighted /= np.float32(np.linalg.norm(weighted) or 1.0)
        starts, ends = self.memory.starts[slots], self.memory.starts[slots + 1]
        spans = [np.arange(start, end) for start, end in zip(starts, ends, strict=True)]
        places = np.concatenate(spans) if spans else np.zeros(0, dtype=np.int64)
        strengths = np.repeat(weighted, ends - starts) * self.memory.values[places]
        found = np.bincount(self.memory.lines[places], weights=strengths, minlength=len(self.memory.asked))
        return found.astype(np.float32)


def likely(scores: Floats, temperature: float) -> Likely:
    """Give one line's scores with the chances they stand for."""
    chances = softmax(scores * np.float32(temperature))
    return Likely(dict(zip(INTENTS, chances.tolist(), strict=True)), dict(zip(INTENTS, scores.tolist(), strict=True)))


def levelled(raw: Floats, centre: Floats, spread: Floats) -> Floats:
    """Take away what all embeddings share, and give each dimension, and each layer, the same say."""
    moved = ((raw - centre) / spread).reshape(len(raw), SIZE // WIDTH, WIDTH)
    result: Floats = moved / np.maximum(np.linalg.norm(moved, axis=2, keepdims=True), np.float32(1e-9))
    return result.reshape(len(raw), SIZE)


def along(level: Floats, axes: Floats) -> Floats:
    """Turn levelled embeddings to the axes that are kept; each of length one."""
    turned = level @ axes
    result: Floats = turned / np.maximum(np.linalg.norm(turned, axis=1, keepdims=True), np.float32(1e-9))
    return result


def near(some: Floats, others: Floats) -> Floats:
    """Give the likeness of two sets of embeddings, `SENSE` for the same."""
    result: Floats = SENSE * np.exp(NEARNESS * (some @ others.T - np.float32(1.0)))
    return result


def _near_one(one: Floats, others: Floats) -> Floats:
    """Give the likeness of one embedding with many, on this thread alone: a pool that spins costs other calls more."""
    result: Floats = SENSE * np.exp(NEARNESS * (np.einsum("ij,j->i", others, one) - np.float32(1.0)))
    return result


def is_noise(level: str) -> bool:
    """Whether no word of a levelled line can be spoken: what a recogniser writes for a rustle or a hiss."""
    return all(word not in _SPELT and not _VOWELS & set(word) for word in level.split())


def question_number(expecting: Asks | Phase | None) -> int:
    """Give a question its number; a phase, and no question, are 0."""
    return 1 + list(Asks).index(expecting) if isinstance(expecting, Asks) else 0


def save_classifier(path: Path, made: Classifier) -> None:
    """Write the weights small: half precision, embeddings in a byte each dimension."""
    memory = made.memory
    np.savez_compressed(
        path,
        starts=memory.starts.astype(np.int32),
        lines=memory.lines.astype(np.int16),
        values=memory.values.astype(np.float16),
        idf=memory.idf.astype(np.float16),
        embeddings=np.rint(memory.embeddings * _BYTE).astype(np.int8),
        centre=memory.centre,
        spread=memory.spread,
        axes=memory.axes.astype(np.float16),
        asked=memory.asked.astype(np.int8),
        both=made.both.duals.astype(np.float16),
        words_only=made.words_only.duals.astype(np.float16),
        temperatures=np.array([made.both.temperature, made.words_only.temperature]),
        trust=made.trust.table(),
        intents=np.array([intent.value for intent in INTENTS]),
    )


def load_classifier(path: Path, encoder: Encoder | None) -> Classifier:
    """Read weights that `save_classifier` wrote.

    Raises:
        LanguageDataInvalid: the file is missing, is no such file, or was fitted for other intents.
    """
    try:
        with np.load(path, allow_pickle=False) as data:
            if data["intents"].tolist() != [intent.value for intent in INTENTS]:
                raise LanguageDataInvalid(f"{path}: fitted for other intents; run `make train-understanding`")
            memory = Memory(
                data["starts"].astype(np.int64),
                data["lines"].astype(np.int64),
                data["values"].astype(np.float32),
                data["idf"].astype(np.float32),
                data["embeddings"].astype(np.float32) / _BYTE,
                data["centre"],
                data["spread"],
                data["axes"].astype(np.float32),
                data["asked"].astype(np.int64),
            )
            sharp = data["temperatures"].tolist()
            both = Weights(data["both"].astype(np.float32), sharp[0])
            words_only = Weights(data["words_only"].astype(np.float32), sharp[1])
            return Classifier(memory, both, words_only, from_table(data["trust"]), encoder)
    except (OSError, ValueError, KeyError, EOFError, BadZipFile) as error:
        raise LanguageDataInvalid(f"{path}: cannot be read; run `make train-understanding`: {error}") from error


def counts(lines: list[str]) -> Floats:
    """Count each levelled line's features (lines x dimensions), all lines in one pass."""
    slots = [
        number * DIMENSIONS + zlib.crc32(feature.encode()) % DIMENSIONS
        for number, line in enumerate(lines)
        for feature in _features(line)
    ]
    flat = np.bincount(np.array(slots, dtype=np.intp), minlength=len(lines) * DIMENSIONS)
    return flat.astype(np.float32).reshape(len(lines), DIMENSIONS)


def _features(line: str) -> list[str]:
    """Words, neighbours, words two apart, letters inside words, and how the line begins and how long it is."""
    words = ["#" if word.isdigit() else word for word in line.split()][:_MOST_WORDS]
    features = [f"w:{word}" for word in words]
    features += [f"b:{one} {two}" for one, two in pairwise(words)]
    features += [f"s:{one} {two}" for one, two in zip(words, words[2:], strict=False)]
    for word in words:
        padded = f"_{word}_"
        for size in (3, 4, 5):
            features += [padded[at : at + size] for at in range(max(0, len(padded) - size + 1))]
    if words:
        features += [f"first:{words[0]}", f"last:{words[-1]}", f"long:{min(len(words), 6)}"]
    return features
