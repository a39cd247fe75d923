"""Learns the sense of agents' turns anew: `python -m evaluation.scoring.likeness.fit_sense`; ten minutes on one core.

Its lines are those of `corpus/`, the taught ones included, and what the bot says in simulated calls; nothing that the
scorer is measured on is read here. `--without first` leaves a teacher out, to try what is learnt on lines unseen.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from random import Random
from typing import Annotated, Final

import numpy as np
import typer
from numpy.typing import NDArray

from evaluation.scoring.likeness.corpus import TEACHERS, drawn, templates
from evaluation.scoring.likeness.ear import misheard
from evaluation.scoring.likeness.features import SLOTS, slots
from evaluation.scoring.likeness.fit import bot_lines
from evaluation.scoring.likeness.kinds import KINDS, RIGHTS, may_be
from evaluation.scoring.likeness.sense import Sense, cut, pieces, ready, save
from voicebot.understanding.encoder import load_encoder

Floats = NDArray[np.float32]
_RATES: Final = (0.0, 0.08, 0.16)
_EACH: Final = 4
_HOUSE_WEIGHS: Final = 0.4
_BOT_WEIGHS: Final = 0.3
_BOT_CALLS: Final = 60
_BATCH: Final = 512
_WORD_ROUNDS: Final = 8
_WORD_PACE: Final = 0.1
_WORD_DECAY: Final = 1e-6
_ROUNDS: Final = 25
_PACE: Final = 0.002
_DECAY: Final = 3e-3
_ASK: Final = 500


@dataclass(frozen=True, slots=True)
class Taught:
    text: str
    may: tuple[str, ...]
    """Kinds that it may be."""
    weighs: float


def lines(teachers: Sequence[str], rng: Random) -> Iterator[Taught]:
    """Give the lines as said: the teachers' once each, the house's drawn some times, the bot's in pieces."""
    for teacher in teachers:
        for template in templates(f"taught_{teacher}.txt"):
            if may := may_be(template.labels):
                yield from (Taught(text, may, 1.0) for text in drawn(template, 1, rng))
    for name in ("faults.txt", "plain.txt"):
        for template in templates(name):
            if may := may_be(template.labels):
                yield from (Taught(text, may, _HOUSE_WEIGHS) for text in drawn(template, _EACH, rng))
    for line in bot_lines(_BOT_CALLS):
        yield from (Taught(piece, RIGHTS, _BOT_WEIGHS) for piece in pieces(line))


def heard(taught: Sequence[Taught], rng: Random) -> list[Taught]:
    """Give every line as said and misheard."""
    known = sorted({word for each in taught for word in each.text.lower().split()})
    made = []
    for each in taught:
        for rate in _RATES:
            words = each.text.lower().split()
            text = " ".join(misheard(words, rate, rng, known) if rate else words)
            if cut(text):
                made.append(Taught(text, each.may, each.weighs))
    return made


def fitted(taught: Sequence[Taught], vectors: Floats, say: Callable[[str], None]) -> Sense:
    """Fit both models apart, each to tell the kinds from each other."""
    may = np.array([[kind in each.may for kind in KINDS] for each in taught], dtype=np.float32)
    weighs = np.array([each.weighs for each in taught], dtype=np.float32)
    words, words_bias = _by_words([np.array(slots(cut(each.text))) for each in taught], may, weighs)
    say("the words are learnt")
    mean, spread = vectors.mean(axis=0), vectors.std(axis=0) + np.float32(1e-6)
    plain, bias = _by_meaning((vectors - mean) / spread, may, weighs)
    say("the meanings are learnt")
    meaning = (plain / spread[:, None]).astype(np.float32)
    return Sense(words, words_bias, meaning, (bias - mean @ meaning).astype(np.float32))


def off(scores: Floats, may: Floats, weighs: Floats) -> Floats:
    """Give by how much the chances miss: what a line may be takes all of its chance, shared as it stands now."""
    chances = np.exp(scores - scores.max(axis=1, keepdims=True))
    chances /= chances.sum(axis=1, keepdims=True)
    right = chances * may
    right /= right.sum(axis=1, keepdims=True) + 1e-9
    missed: Floats = ((chances - right) * weighs[:, None]).astype(np.float32)
    return missed


class _Descent:
    """Steps down a slope, each weight at its own pace."""

    def __init__(self, shape: tuple[int, int]) -> None:
        self.weights: Floats = np.zeros(shape, dtype=np.float32)
        self.speed: Floats = np.zeros(shape, dtype=np.float32)
        self.force: Floats = np.zeros(shape, dtype=np.float32)
        self.steps = 0

    def step(self, slope: Floats, pace: float) -> None:
        self.steps += 1
        self.speed = np.float32(0.9) * self.speed + np.float32(0.1) * slope
        self.force = np.float32(0.99) * self.force + np.float32(0.01) * slope**2
        speed, force = self.speed / (1 - 0.9**self.steps), self.force / (1 - 0.99**self.steps)
        self.weights -= (pace * speed / (np.sqrt(force) + 1e-7)).astype(np.float32)


def _by_words(rows: Sequence[NDArray[np.int64]], may: Floats, weighs: Floats) -> tuple[Floats, Floats]:
    rng = np.random.default_rng(1)
    made, bias = _Descent((SLOTS, len(KINDS))), np.zeros(len(KINDS), dtype=np.float32)
    scale = np.array([1.0 / np.sqrt(len(row)) for row in rows], dtype=np.float32)
    for epoch in range(_WORD_ROUNDS):
        order, pace = rng.permutation(len(rows)), _WORD_PACE * 0.75**epoch
        for start in range(0, len(order), _BATCH):
            part = order[start : start + _BATCH]
            scores = np.stack([made.weights[rows[at]].sum(axis=0) * scale[at] for at in part]) + bias
            missed = off(scores, may[part], weighs[part])
            slope = _WORD_DECAY * made.weights
            for at, row in zip(part, missed, strict=True):
                slope[rows[at]] += row * scale[at] / len(part)
            made.step(slope, pace)
            bias -= pace * missed.mean(axis=0)
    return made.weights, bias


def _by_meaning(rows: Floats, may: Floats, weighs: Floats) -> tuple[Floats, Floats]:
    rng = np.random.default_rng(2)
    made, bias = _Descent((rows.shape[1], len(KINDS))), np.zeros(len(KINDS), dtype=np.float32)
    for epoch in range(_ROUNDS):
        order, pace = rng.permutation(len(rows)), _PACE * (1 - epoch / _ROUNDS)
        for start in range(0, len(order), _BATCH):
            part = order[start : start + _BATCH]
            missed = off(rows[part] @ made.weights + bias, may[part], weighs[part])
            made.step((rows[part].T @ missed / len(part) + _DECAY * made.weights).astype(np.float32), pace)
            bias -= pace * missed.mean(axis=0)
    return made.weights, bias


def main(
    without: Annotated[list[str] | None, typer.Option(help="Teachers to leave out; what is learnt is saved.")] = None,
) -> None:
    encoder = load_encoder()
    if encoder is None:
        raise typer.BadParameter("the encoder is not installed: nothing can be learnt")
    rng = Random("sense")
    taught = heard(list(lines([each for each in TEACHERS if each not in (without or ())], rng)), rng)
    typer.echo(f"{len(taught)} lines as heard")
    vectors = np.concatenate(
        [encoder.encode([ready(each.text) for each in taught[at : at + _ASK]]) for at in range(0, len(taught), _ASK)]
    )
    save(fitted(taught, vectors, typer.echo))


if __name__ == "__main__":
    typer.run(main)
