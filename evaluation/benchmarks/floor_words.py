"""How `voicebot/pipeline/half_sentences.npz` was learnt: `python -m evaluation.benchmarks.floor_words OUT`.

A line of the intent corpus is a whole turn; cut after any of its words it is half of one, more often than not.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from voicebot.pipeline.half_sentences import SLOTS, slots
from voicebot.settings import ROOT

_CORPUS: Final = ROOT / "prompts" / "pt-BR" / "intents" / "corpus"
_WORD: Final = re.compile(r"\w+")
_EPOCHS: Final = 8
_BATCH: Final = 64
_CUTS: Final = 2


def lines() -> list[str]:
    """Give the corpus in lower case."""
    found = []
    for path in sorted(_CORPUS.glob("*.tsv")):
        rows = path.read_text(encoding="utf-8").splitlines()
        found += [row.split("\t")[-1].lower() for row in rows if row.strip() and not row.startswith("#")]
    return found


def fitted(texts: list[str], seed: int = 0) -> tuple[NDArray[np.float64], float]:
    """Fit one weight a slot and a bias by logistic regression."""
    random = np.random.default_rng(seed)
    seen, whole = [], []
    for text in texts:
        words = _WORD.findall(text)
        cuts = [int(random.integers(1, len(words))) for _ in range(_CUTS)] if len(words) > 2 else []
        for kept in ([words] if words else []) + [words[:at] for at in cuts]:
            seen.append(slots(kept))
            whole.append(kept is words)
    inputs, wanted = np.array(seen), np.array(whole, np.float64)
    weights, bias, squares = np.zeros(SLOTS), 0.0, np.full(SLOTS, 1e-2)
    for _ in range(_EPOCHS):
        order = random.permutation(len(wanted))
        for at in range(0, len(order), _BATCH):
            rows = order[at : at + _BATCH]
            error = 1 / (1 + np.exp(-(weights[inputs[rows]].sum(1) + bias))) - wanted[rows]
            slope = np.zeros(SLOTS)
            np.add.at(slope, inputs[rows].ravel(), np.repeat(error, inputs.shape[1]))
            slope = slope / len(rows) + 1e-5 * weights
            squares += slope**2
            weights -= 0.3 * slope / np.sqrt(squares)
            bias -= 0.02 * float(error.mean())
    return weights, bias


if __name__ == "__main__":
    learnt, offset = fitted(lines())
    np.savez_compressed(Path(sys.argv[1]), weights=learnt.astype(np.float16), bias=np.float16(offset))
