"""What is said to teach the ear: turns of simulated callers.

None of their lines is one of the turn-taking bench or of `bench latency`. Nor is a voice; but most blend one of the two
Brazilian speakers with others, and those two are in most voices of the bench too.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from random import Random
from typing import Final

from evaluation.benchmarks.floor_lines import COMPLETE, HESITATING
from evaluation.benchmarks.latency_callers import callers
from evaluation.corpora.casting import TEST, TRAINING, Cast
from evaluation.finetuning.recordings import Saying, cast_sayings
from evaluation.finetuning.speakers import TAUGHT, WATCHING
from evaluation.simulation.text.runner import scenarios
from evaluation.simulation.text.stage import play

_WORD: Final = re.compile(r"\w+")
_TRAILS: Final = (",", "...", "…", "-", ":", ";")
_MOST_WORDS: Final = 20
_SHORT_SHARE: Final = 0.4
"""Of one to three words: nobody pauses in them, and they are what people answer most."""
SHORT: Final = 3
_ENOUGH_CALLS: Final = 10_000
SPEAKERS: Final = Cast(
    "endings",
    {
        name: recipe
        for name, recipe in {**TAUGHT.voices, **WATCHING.voices}.items()
        if name not in {*TRAINING.voices, *TEST.voices}
    },
    0.85,
    1.25,
    0.0,
    (),
)


def sayings(count: int, seed: int) -> list[Saying]:
    """Draw turns from simulated calls and give each to a voice; the same for the same seed."""
    short: list[str] = []
    long: list[str] = []
    wanted = round(count * _SHORT_SHARE)
    for text in _turns(seed):
        few = len(_WORD.findall(text)) <= SHORT
        kind, room = (short, wanted) if few else (long, count - wanted)
        if len(kind) < room:
            kind.append(text)
        if len(short) + len(long) == count:
            break
    chosen = [*short, *long]
    Random(f"endings/{seed}").shuffle(chosen)
    return cast_sayings(chosen, SPEAKERS, seed)


def _turns(seed: int) -> Iterator[str]:
    seen = {_key(text) for text in (*HESITATING, *COMPLETE, *_benched())}
    for scenario in scenarios(_ENOUGH_CALLS, seed, None):
        for exchange in play(scenario).exchanges:
            said = exchange.said
            if said is None or not said.clean or not said.text or said.text.endswith(_TRAILS):
                continue
            words = _key(said.text)
            if words not in seen and len(words.split()) <= _MOST_WORDS:
                seen.add(words)
                yield said.text if said.text.endswith((".", "!", "?")) else f"{said.text}."


def _benched() -> Iterator[str]:
    for persona in callers():
        yield from persona.lines()


def _key(text: str) -> str:
    return " ".join(_WORD.findall(text.lower()))
