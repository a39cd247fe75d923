"""How `voicebot/speech/callee/wording.npz` was learnt: `python -m evaluation.benchmarks.answering_training`; minutes.

Lines of the benches and of `answering_teaching` teach what machines and people say at pick-up, the labelled lines of
`prompts/pt-BR/intents` how people speak later. Each is learnt whole, broken off as words arrive, and misheard.
`--without second` keeps a source out, writes nothing, and tells what the rest makes of it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from random import Random
from typing import Annotated, Final

import numpy as np
import typer

from evaluation.benchmarks.answering_teaching import SOURCES, Taught, taught
from evaluation.scoring.likeness.batch import Batch
from evaluation.scoring.likeness.ear import misheard
from voicebot.domain.callee import Callee
from voicebot.speech.callee.wording import CLASSES, SLOTS, STORE, Floats, Wording, save, slots
from voicebot.speech.callee.words import words_of

_RATES: Final = (0.08, 0.15, 0.25)
"""Shares of misheard words, one copy of each line for each."""
_EPOCHS: Final = 8
_BATCH: Final = 256
_STEP: Final = 0.25
_SLOWER: Final = 0.65
_DECAY: Final = 2e-6
_LEAST_WORDS: Final = 4
_SURE_FROM: Final = 0.9


@dataclass(frozen=True, slots=True)
class Example:
    """Words as the ear may have them at some instant."""

    words: tuple[str, ...]
    label: int
    counts: float
    source: str


def examples(lines: Sequence[Taught], random: Random) -> list[Example]:
    """Give every line whole, in pieces and misheard; what is said before a machine shows itself teaches nothing."""
    plain = [each for line in lines for each in _pieces(line, random)]
    known = sorted({word for each in plain for word in each.words})
    heard = [
        replace(each, words=words)
        for each in plain
        for rate in _RATES
        if (words := tuple(misheard(each.words, rate, random, known)))
    ]
    return [*plain, *heard]


def _pieces(line: Taught, random: Random) -> Iterator[Example]:
    label = CLASSES.index(line.callee)
    said: list[str] = []
    for place, clause in enumerate(line.clauses):
        words = words_of(clause)
        if place >= line.told_by:
            yield from _broken_off(said, words, label, line, random)
            said += words
            yield Example(tuple(said), label, line.counts, line.source)
        else:
            said += words


def _broken_off(said: list[str], words: list[str], label: int, line: Taught, random: Random) -> Iterator[Example]:
    """Give a long clause before its end, where half of it or more was said."""
    if len(words) < 2 * _LEAST_WORDS:
        return
    until = random.randrange(len(words) // 2, len(words))
    yield Example((*said, *words[:until]), label, line.counts * (1.0 if label == 0 else 0.3), line.source)


def fitted(made: Sequence[Example], random: Random) -> Wording:
    """Fit one weight for each slot and class by steps down the cross entropy; classes count alike, people twice."""
    rows = [np.array(slots(each.words), np.int64) for each in made]
    labels = np.array([each.label for each in made])
    counts = np.array([each.counts for each in made], np.float32)
    shares = np.bincount(labels, counts, len(CLASSES))
    balance = (shares.sum() / np.maximum(shares, 1.0)) ** 0.5
    counts *= (balance / (balance * shares).sum() * shares.sum())[labels].astype(np.float32)
    truth = np.eye(len(CLASSES), dtype=np.float32)[labels]
    weights, bias = np.zeros((SLOTS, len(CLASSES)), np.float32), np.zeros(len(CLASSES), np.float32)
    speed, force = np.zeros_like(weights), np.zeros_like(weights)
    order, step = list(range(len(rows))), 0
    for epoch in range(_EPOCHS):
        random.shuffle(order)
        pace = _STEP * _SLOWER**epoch
        for start in range(0, len(order), _BATCH):
            step += 1
            part = order[start : start + _BATCH]
            batch = Batch.of([rows[at] for at in part])
            off = (_chances(batch.scores(weights) + bias) - truth[part]) * counts[part][:, None]
            slope = batch.slope(off, SLOTS) / len(part) + _DECAY * weights
            speed = (0.9 * speed + 0.1 * slope).astype(np.float32)
            force = (0.99 * force + 0.01 * slope**2).astype(np.float32)
            weights -= pace * (speed / (1 - 0.9**step)) / (np.sqrt(force / (1 - 0.99**step)) + 1e-5)
            bias -= pace * off.mean(axis=0)
    return Wording(weights, bias)


def _chances(scores: Floats) -> Floats:
    power = np.exp(scores - scores.max(axis=1, keepdims=True))
    return np.asarray(power / power.sum(axis=1, keepdims=True), np.float32)


def learnt(without: str, seed: int) -> Wording:
    """Learn from all sources but one."""
    random = Random(seed)
    lines = [line for source in SOURCES if source != without for line in taught(source, random)]
    return fitted(examples(lines, random), random)


def shares(made: Wording, lines: Sequence[Taught]) -> dict[str, float]:
    """Give the share of lines whose class is the likeliest, and of those on the wrong side of a sure sign."""
    read = [(line.callee, made.read(words_of(" ".join(line.clauses)))) for line in lines]
    machine = {
        is_person: [1 - chances[Callee.HUMAN] for truth, chances in read if (truth is Callee.HUMAN) is is_person]
        for is_person in (True, False)
    }
    return {
        "right": float(np.mean([max(chances, key=lambda each: chances[each]) is truth for truth, chances in read])),
        "people_lost": float(np.mean(np.array(machine[True]) >= _SURE_FROM)),
        "machines_missed": float(np.mean(np.array(machine[False]) < _SURE_FROM)) if machine[False] else 0.0,
    }


def main(
    without: Annotated[str, typer.Option(help=f"A source to keep out: {', '.join(SOURCES)}.")] = "",
    seed: Annotated[int, typer.Option(help="The shipped weights are of seed 7.")] = 7,
) -> None:
    """Learn the weights, and write them where nothing was kept out."""
    made = learnt(without, seed)
    if without:
        typer.echo(shares(made, list(taught(without, Random(seed)))))
    else:
        save(made)
        typer.echo(f"{STORE}: {STORE.stat().st_size} bytes")


if __name__ == "__main__":
    typer.run(main)
