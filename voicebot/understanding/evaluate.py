"""Measures intents on labelled lines: main intent macro-F1, must-catch recall and precision, calibration.

`python -m voicebot.understanding.evaluate [FILE.tsv...]` prints the statistical part alone with each training line left
out, and the whole reader on each training file, and each FILE, with a model fitted on the other files only. The rules
were written with the training files in sight: only a FILE kept aside measures them fairly.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import numpy as np

from voicebot.domain.meaning import MUST_CATCH, Intent, Meaning
from voicebot.understanding.classifier import Classifier, fit, leave_one_out, read_examples, softmax
from voicebot.understanding.extract import read
from voicebot.understanding.lexicon import Lexicon
from voicebot.understanding.normalise import read_line
from voicebot.understanding.spans import Context
from voicebot.understanding.understander import PROMPTS, Understander, load_understander, training_examples

_BINS: Final = 10
_AT: Final = datetime(2026, 11, 23, 13, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Score:
    """What a set of labelled lines shows; rates are shares of one."""

    n: int
    accuracy: float
    macro_f1: float
    must_recall: float
    """Of lines with a must-catch label, the share whose label is among the intents given."""
    must_precision: float
    """Of must-catch main intents given, the share that was right."""
    ece: float
    """Expected calibration error of the main intent's confidence, ten bins."""
    wrong: tuple[tuple[Intent, Meaning], ...]

    def as_json(self) -> dict[str, float | int]:
        rates = {
            "accuracy": self.accuracy,
            "intent_macro_f1": self.macro_f1,
            "must_catch_recall": self.must_recall,
            "must_catch_precision": self.must_precision,
            "ece": self.ece,
        }
        return {"n": self.n, **{name: round(rate, 4) for name, rate in rates.items()}}


def score(labelled: Iterable[tuple[Intent, Meaning]]) -> Score:
    """Compare labels with meanings."""
    pairs = list(labelled)
    right = [label is meaning.intent for label, meaning in pairs]
    due = [(label, meaning) for label, meaning in pairs if label in MUST_CATCH]
    given = [(label, meaning) for label, meaning in pairs if meaning.intent in MUST_CATCH]
    return Score(
        n=len(pairs),
        accuracy=_share(right),
        macro_f1=_macro_f1(pairs),
        must_recall=_share([meaning.has(label) for label, meaning in due]),
        must_precision=_share([label is meaning.intent for label, meaning in given]),
        ece=_ece([(meaning.confidence, hit) for (_, meaning), hit in zip(pairs, right, strict=True)]),
        wrong=tuple(pair for pair, hit in zip(pairs, right, strict=True) if not hit),
    )


def held_out(understander: Understander, train: Sequence[Path], test: Path) -> Score:
    """Read `test` with a classifier fitted on `train` only."""
    classifier = fit(training_examples(train, understander.lexicon))
    return score((label, _read(understander, classifier, text)) for label, text in read_examples([test]))


def left_out(paths: Sequence[Path], lexicon: Lexicon) -> Score:
    """Score the statistical part alone, each line by a model fitted on all the others."""
    examples = training_examples(paths, lexicon)
    seen = leave_one_out(examples)
    best = [seen.intents[int(row.argmax())] for row in seen.scores]
    chances = softmax(seen.scores * np.float32(seen.temperature)).max(axis=1)
    return score(
        (example.intent, Meaning(example.text, intent, float(chance)))
        for example, intent, chance in zip(examples, best, chances, strict=True)
    )


def _read(understander: Understander, classifier: Classifier, text: str) -> Meaning:
    level = understander.plain(read_line(text).raw)
    found = read(read_line(text), Context(None, _AT), understander.calendar)
    return understander.weigh(text, level, found, None, classifier.probabilities(level))


def _share(hits: Sequence[bool]) -> float:
    return sum(hits) / len(hits) if hits else 0.0


def _macro_f1(pairs: Sequence[tuple[Intent, Meaning]]) -> float:
    labels = {label for label, _ in pairs}
    scores = []
    for intent in labels:
        both = sum(label is intent and meaning.intent is intent for label, meaning in pairs)
        either = sum((label is intent) + (meaning.intent is intent) for label, meaning in pairs)
        scores.append(2 * both / either)
    return sum(scores) / len(scores) if scores else 0.0


def _ece(points: Sequence[tuple[float, bool]]) -> float:
    error = 0.0
    for step in range(_BINS):
        inside = [p for p in points if min(int(p[0] * _BINS), _BINS - 1) == step]
        if inside:
            gap = abs(_share([hit for _, hit in inside]) - sum(p for p, _ in inside) / len(inside))
            error += gap * len(inside) / len(points)
    return error


def main(arguments: Sequence[str]) -> int:
    understander = load_understander()
    training = sorted((PROMPTS / "intents").glob("*.tsv"))
    out = {"left_out_statistics": left_out(training, understander.lexicon).as_json()}
    for path in training + [Path(each) for each in arguments]:
        others = [each for each in training if each.resolve() != path.resolve()]
        if others:
            out[f"whole_reader_on_{path.name}"] = held_out(understander, others, path).as_json()
    sys.stdout.write(json.dumps(out, indent=1) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
