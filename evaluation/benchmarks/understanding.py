"""How well a turn is understood, on lines that took no part in training: `bench understanding`.

`text` reads the frozen test lines as written; `phone` the same lines as Whisper heard them on a telephone line. The
figures on amounts and days come from `entities.py`. Run on the frozen lines once, at the end: every look at them makes
them less of a test.
"""

from __future__ import annotations

import hashlib
import importlib
from pathlib import Path
from time import perf_counter
from typing import Any, Final

from evaluation.benchmarks.distribution import distribution, load, machine, rate
from voicebot.understanding.corpus import Labelled, read_labelled
from voicebot.understanding.evaluate import AT
from voicebot.understanding.measures import Bounded, Read, Score, Share, score
from voicebot.understanding.understander import Understander, load_understander

CORPORA: Final = Path(__file__).resolve().parents[1] / "corpora"
TEXT: Final = CORPORA / "intents_blind3.tsv"
PHONE: Final = CORPORA / "intents_blind3_phone.tsv"
"""Of 700 of them; the phone lines of the first two have since become training data."""
DATES: Final = CORPORA / "dates_blind3.tsv"
"""By a third author; the first two lists were opened to learn from, and are guarded by a test since."""
SUMS: Final = "SHA256SUMS"
TARGETS_MS: Final = {"median": 10.0, "p95": 25.0, "start": 2000.0}
_ENTITIES: Final = ("number", "currency", "percent", "dates")
_MS: Final = 1000.0
_HOW_TO_HEAR: Final = (
    "missing: synthesise the frozen lines, send them through mu-law and noise, transcribe them, and write the columns "
    "of the text file with what was heard as the sixth: python -m voicebot phone-corpus"
)


def measure(text: Path = TEXT, phone: Path = PHONE) -> dict[str, Any]:
    """Measure understanding on both files; gives the contract's object.

    Raises:
        LanguageDataInvalid: a file is malformed, or the model is missing.
    """
    before = load()
    start = perf_counter()
    understander = load_understander()
    start_ms = (perf_counter() - start) * _MS
    spent: list[float] = []
    entities = _entities()
    return {
        "machine": machine(),
        "load": before,
        "encoder": understander.classifier.encoder is not None,
        "start_ms": round(start_ms, 1),
        "text": _figures(understander, text, spent, as_heard=False) | entities,
        "phone": _figures(understander, phone, spent, as_heard=True) | dict.fromkeys(_ENTITIES),
        "turn_ms": distribution(spent),
        "targets_ms": TARGETS_MS,
    }


def _figures(understander: Understander, path: Path, spent: list[float], *, as_heard: bool) -> dict[str, Any]:
    if not path.exists():
        nothing: dict[str, Any] = dict.fromkeys(
            ("intent_macro_f1", "must_catch_recall", "must_catch_precision", "ece", "accuracy", "abstained")
        )
        return nothing | {"file": path.name, "note": f"{path.name} {_HOW_TO_HEAR}" if as_heard else "missing"}
    read = [_timed(understander, line, spent) for line in read_labelled([path], as_heard=as_heard)]
    return _as_rates(score(read)) | {"file": path.name, "frozen": frozen(path)}


def _timed(understander: Understander, line: Labelled, spent: list[float]) -> Read:
    start = perf_counter()
    meaning = understander.understand(line.text, expecting=line.expecting, at=AT)
    spent.append((perf_counter() - start) * _MS)
    return Read(line, meaning)


def _as_rates(found: Score) -> dict[str, Any]:
    return {
        "intent_macro_f1": _bounded(found.macro_f1, found.n),
        "must_catch_recall": _share(found.must_recall),
        "must_catch_precision": _share(found.must_precision),
        "ece": _bounded(found.ece, found.n),
        "accuracy": _share(found.accuracy),
        "abstained": _share(found.abstained),
    }


def _share(share: Share) -> dict[str, float] | None:
    return rate(share.hits, share.count)


def _bounded(figure: Bounded, count: int) -> dict[str, float]:
    """Give a figure that is no share: its interval comes from resampling the lines."""
    return {
        "value": round(figure.value, 4),
        "n": count,
        "low": round(figure.low, 4),
        "high": round(figure.high, 4),
    }


def frozen(path: Path) -> bool | None:
    """Whether a file is byte for byte what `SHA256SUMS` beside it says; None where it says nothing."""
    sums = path.with_name(SUMS)
    if not sums.exists():
        return None
    known = {name: digest for digest, name in (line.split() for line in sums.read_text(encoding="utf-8").splitlines())}
    wanted = known.get(path.name)
    return None if wanted is None else hashlib.sha256(path.read_bytes()).hexdigest() == wanted


def _entities() -> dict[str, Any]:
    """Give the figures on amounts and days; None each where their benchmark is not installed."""
    try:
        module = importlib.import_module("evaluation.benchmarks.entities")
    except ImportError:
        return dict.fromkeys(_ENTITIES)
    found: dict[str, Any] = module.entities(dates=DATES)
    return {name: found.get(name) for name in _ENTITIES} | {
        "entities": {k: v for k, v in found.items() if k not in _ENTITIES}
    }
