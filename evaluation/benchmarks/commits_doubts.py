"""How likely a heard answer is the one given, by how it sounded: fits the figures of `voicebot.application.doubts`.

`python -m evaluation.benchmarks.commits_doubts [--cast training|test] [--sayings N]` says short answers over noisy
lines, hears them as calls do, and prints the fitted log-odds with their expected calibration error, out of fold, beside
that of the figures shipped. Fit on the training cast; check with `--cast test`, whose voices took no part.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Final

import numpy as np
import typer
from numpy.typing import NDArray

from evaluation.benchmarks.answer_audio import Stage, stage
from evaluation.benchmarks.distribution import rate
from evaluation.benchmarks.short_answers import KINDS, answers
from evaluation.benchmarks.speech import Ears, expectation
from evaluation.corpora.casting import CASTS
from evaluation.corpora.ear import LiveEar
from voicebot.application.answers import Expected
from voicebot.application.doubts import ENOUGH, Answered, chance_right
from voicebot.bootstrap import text
from voicebot.domain.dialogue.phases import Asks
from voicebot.domain.heard import Sureness, least
from voicebot.settings import load_settings
from voicebot.speech import engines
from voicebot.speech.ports import Samples, Transcript

_KIND: Final = {
    Asks.YES_NO: Answered.YES_NO,
    Asks.CPF_FIRST3: Answered.DIGITS,
    Asks.CPF_LAST2: Answered.DIGITS,
    Asks.CPF: Answered.DIGITS,
    Asks.BIRTH_DAY_MONTH: Answered.BIRTH,
    Asks.AMOUNT: Answered.AMOUNT,
    Asks.DATE: Answered.DAY,
}
_ORDER: Final = tuple(Answered)
_RIDGE: Final = 0.5
_ROUNDS: Final = 60
_FOLDS: Final = 5
_BLOCK: Final = 8
"""Neighbouring takes of one saying stay in one fold."""
_EDGES: Final = (0.3, 0.5, 0.7, 0.85, 0.95)

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Sample:
    """One answer that was read as some value."""

    kind: Answered
    sureness: Sureness
    right: bool


@dataclass(slots=True)
class _Ear:
    """A `SpeechToText` that hears answers to one question and keeps how sure it was."""

    ears: Ears
    expected: Expected
    heard: list[Transcript]

    def warm_up(self) -> None:
        self.ears.warm_up()

    def transcribe(self, audio: Samples) -> Transcript:
        self.heard.append(self.ears.answer(audio, self.expected))
        return self.heard[-1]


def gather(room: Stage, ears: Ears, sayings: int, seed: int) -> Iterator[Sample]:
    """Say and hear; answers that were read as none are asked again anyway and count for nothing here."""
    reader = text.understander(load_settings())
    for asks in KINDS:
        expected = expectation(reader, asks)
        for answer in answers(asks, sayings, seed):
            for clip in room.clips(answer.text, asks.value):
                ear = _Ear(ears, expected, [])
                value = expected.read(LiveEar(ear).hear(clip.audio).text).value
                sure = least(Sureness(each.avg_logprob, each.weakest, each.answer) for each in ear.heard if each.text)
                if value is not None and sure is not None:
                    yield Sample(_KIND[asks], sure, value == answer.value)


def fit(samples: Sequence[Sample]) -> dict[str, float]:
    """Give the log-odds: one base a kind, one slope a unit of log-probability and one of disagreement."""
    weights = _fitted(*_table(samples))
    names = [*(kind.value for kind in _ORDER), "per_logprob", "per_disagreement"]
    return {name: round(float(weight), 2) for name, weight in zip(names, weights, strict=True)}


def checked(samples: Sequence[Sample]) -> dict[str, Any]:
    """Give calibration of the shipped figures and of fresh ones out of fold, and what asking again costs and saves."""
    rows, right = _table(samples)
    shipped = np.array([chance_right(each.kind, each.sureness) for each in samples])
    again = [each for each, chance in zip(samples, shipped, strict=True) if chance < ENOUGH[each.kind]]
    kept = [each for each, chance in zip(samples, shipped, strict=True) if chance >= ENOUGH[each.kind]]
    return {
        "n": len(samples),
        "ece_shipped": round(calibration_error(shipped, right), 4),
        "ece_fresh": round(calibration_error(_out_of_fold(rows, right), right), 4),
        "asked_again": rate(len(again), len(samples)),
        "wrong_of_asked_again": rate(sum(not each.right for each in again), len(again)),
        "wrong_of_kept": rate(sum(not each.right for each in kept), len(kept)),
        "by_kind": {
            kind.value: {
                "n": sum(each.kind is kind for each in samples),
                "wrong": sum(each.kind is kind and not each.right for each in samples),
                "wrong_kept": sum(each.kind is kind and not each.right for each in kept),
                "right_asked_again": sum(each.kind is kind and each.right for each in again),
            }
            for kind in _ORDER
        },
    }


def calibration_error(chances: Floats, right: Floats) -> float:
    """Give the mean distance between how likely answers were said to be and how many were right, over six bins."""
    bins = np.digitize(chances, _EDGES)
    gaps = [
        np.count_nonzero(bins == each) * abs(chances[bins == each].mean() - right[bins == each].mean())
        for each in np.unique(bins)
    ]
    return float(sum(gaps) / len(right)) if len(right) else 0.0


def _table(samples: Sequence[Sample]) -> tuple[Floats, Floats]:
    rows = [
        [
            *(float(each.kind is kind) for kind in _ORDER),
            each.sureness.avg_logprob,
            0.0 if each.sureness.agreement is None else 1.0 - each.sureness.agreement,
        ]
        for each in samples
    ]
    return np.array(rows), np.array([float(each.right) for each in samples])


def _fitted(rows: Floats, right: Floats) -> Floats:
    """Fit a logistic regression by Newton's method; a small pull to zero keeps kinds that are always right finite."""
    weights = np.zeros(rows.shape[1])
    for _ in range(_ROUNDS):
        chances = 1 / (1 + np.exp(-rows @ weights))
        slope = rows.T @ (right - chances) - _RIDGE * weights
        bend = (rows * (chances * (1 - chances))[:, None]).T @ rows + _RIDGE * np.eye(len(weights))
        weights += np.linalg.solve(bend, slope)
    return weights


def _out_of_fold(rows: Floats, right: Floats) -> Floats:
    folds = np.arange(len(right)) // _BLOCK % _FOLDS
    chances = np.zeros(len(right))
    for fold in np.unique(folds):
        inside = folds == fold
        chances[inside] = 1 / (1 + np.exp(-rows[inside] @ _fitted(rows[~inside], right[~inside])))
    return chances


def main(
    cast: Annotated[str, typer.Option(help="Whose voices: training or test.")] = "test",
    sayings: Annotated[int, typer.Option(min=1, help="Answers a question, each over four lines.")] = 12,
    seed: Annotated[int, typer.Option(help="The same seed gives the same audio.")] = 101,
) -> None:
    """Print the fitted figures and how well they are calibrated, as one JSON object."""
    settings = load_settings()
    ears = engines.answering_whisper(settings.models_dir, cpu_threads=1)
    with stage(CASTS[cast], settings.models_dir, seed) as room:
        samples = list(gather(room, ears, sayings, seed))
    typer.echo(json.dumps({"fitted": fit(samples), **checked(samples)}))


if __name__ == "__main__":
    typer.run(main)
