"""How well callers are heard: plain sentences and short answers of voices that nothing was tuned on, over a bad line.

Each answer is heard twice from one cutting by the voice detector: freely, and with the question known. What counts is
the value that understanding finds. `understood` and `wrong` are of the second way, as calls use it.
"""

from __future__ import annotations

import re
import time
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any, Final
from zoneinfo import ZoneInfo

from evaluation.benchmarks.answer_audio import Stage, noise_clips, stage
from evaluation.benchmarks.distribution import distribution, load, machine, rate
from evaluation.benchmarks.short_answers import KINDS, SENTENCES, TODAY, Answer, answers
from evaluation.corpora.casting import CASTS
from evaluation.corpora.ear import LiveEar
from voicebot.application.answers import IDENTITY, Expected, answer_in
from voicebot.application.ports import Understanding
from voicebot.bootstrap import text
from voicebot.domain.dialogue.phases import Asks
from voicebot.settings import Settings, load_settings
from voicebot.speech import engines
from voicebot.speech.ports import Samples, Transcript
from voicebot.speech.stt.closed_set import ClosedSet
from voicebot.speech.stt.whisper_ct2 import Listening

SAYINGS: Final = 8
"""Answers a question; each is sent over four lines."""
NOISES: Final = 60
THREADS: Final = 1
_AT: Final = datetime(TODAY.year, TODAY.month, TODAY.day, 10, tzinfo=ZoneInfo("America/Sao_Paulo"))
_WORD: Final = re.compile(r"[a-z0-9]+")
_GUESSES: Final = {Asks.CPF_FIRST3: 10**3, Asks.CPF_LAST2: 10**2, Asks.CPF: 10**9, Asks.BIRTH_DAY_MONTH: 366}
"""How many values an answer can have."""

Say = Callable[[str], None]
Ears = ClosedSet[Listening]


@dataclass(slots=True)
class Both:
    """A `SpeechToText` that hears each stretch both ways and keeps what they gave."""

    ears: Ears
    expected: Expected
    free: list[Transcript] = field(default_factory=list)
    asked: list[Transcript] = field(default_factory=list)
    cpu_ms: list[tuple[float, float]] = field(default_factory=list)

    def warm_up(self) -> None:
        self.ears.warm_up()

    def transcribe(self, audio: Samples) -> Transcript:
        first = time.process_time()
        self.free.append(self.ears.transcribe(audio))
        second = time.process_time()
        self.asked.append(self.ears.answer(audio, self.expected))
        self.cpu_ms.append(((second - first) * 1000, (time.process_time() - second) * 1000))
        return self.free[-1]


@dataclass(frozen=True, slots=True)
class Outcome:
    """One answer over one line."""

    asks: Asks
    snr: str
    true: str | None
    free: str | None
    asked: str | None


@dataclass(slots=True)
class Figures:
    """What was measured so far."""

    outcomes: list[Outcome] = field(default_factory=list)
    errors: dict[str, list[int]] = field(default_factory=lambda: defaultdict(lambda: [0, 0]))
    """Wrong words and words by condition."""
    rtf: list[float] = field(default_factory=list)
    added_ms: list[float] = field(default_factory=list)
    invented: list[tuple[bool, bool]] = field(default_factory=list)
    """A value made of noise: freely, and with the question known."""


def measure(*, sayings: int = SAYINGS, seed: int = 0, say: Say = lambda _: None) -> dict[str, Any]:
    """Say, send and hear; gives the contract's object. Raises `ModelMissing` or `ModelDamaged`."""
    settings = load_settings()
    before = load()
    ears = engines.answering_whisper(settings.models_dir, cpu_threads=THREADS)
    ears.warm_up()
    reader = text.understander(settings)
    figures = Figures()
    with stage(CASTS["test"], settings.models_dir, seed) as room:
        for asks in KINDS:
            for answer in answers(asks, sayings, seed):
                _hear_answer(room, ears, reader, answer, figures)
            say(f"{asks.value}: {sayings} answers heard")
        for sentence in SENTENCES:
            _hear_sentence(room, ears, reader, sentence, figures)
    for place, clip in enumerate(noise_clips(NOISES, seed)):
        expected = expectation(reader, KINDS[place % len(KINDS)])
        texts = (ears.transcribe(clip).text, ears.answer(clip, expected).text)
        free, asked = (bool(heard) and expected.read(heard).value is not None for heard in texts)
        figures.invented.append((free, asked))
    return result(figures, before, settings)


def expectation(reader: Understanding, asks: Asks) -> Expected:
    """Give what a call would expect after this question."""
    return Expected(asks, lambda said: answer_in(reader.understand(said, expecting=asks, at=_AT), asks))


def _hear_answer(room: Stage, ears: Ears, reader: Understanding, answer: Answer, figures: Figures) -> None:
    expected = expectation(reader, answer.asks)
    for clip in room.clips(answer.text, answer.asks.value):
        both = Both(ears, expected)
        LiveEar(both).hear(clip.audio)
        value = partial(_value, expected)
        outcome = Outcome(answer.asks, clip.snr, answer.value, value(both.free), value(both.asked))
        figures.outcomes.append(outcome)
        figures.rtf += [heard.elapsed_ms / 1000 / heard.audio_s for heard in both.asked]
        figures.added_ms += [asked - free for free, asked in both.cpu_ms]


def _hear_sentence(room: Stage, ears: Ears, reader: Understanding, sentence: str, figures: Figures) -> None:
    for clip in room.clips(sentence, Asks.OPEN.value):
        heard = LiveEar(ears).hear(clip.audio).text
        counted = figures.errors[clip.snr]
        counted[0] += word_errors(words(sentence), words(heard))
        counted[1] += len(words(sentence))


def _value(expected: Expected, heard: Sequence[Transcript]) -> str | None:
    return expected.read(" ".join(each.text for each in heard if each.text)).value


def words(said: str) -> list[str]:
    """Give lower-case words without accents."""
    return _WORD.findall(unicodedata.normalize("NFKD", said.lower()).encode("ascii", "ignore").decode())


def word_errors(said: Sequence[str], heard: Sequence[str]) -> int:
    """Count the words to change, add or drop to get from one to the other."""
    row = list(range(len(heard) + 1))
    for at, word in enumerate(said, 1):
        above, row = row, [at]
        for to, other in enumerate(heard, 1):
            row.append(min(above[to] + 1, row[-1] + 1, above[to - 1] + (word != other)))
    return row[-1]


def result(figures: Figures, before: float, settings: Settings) -> dict[str, Any]:
    """Put the figures into the contract's object."""
    real = [each for each in figures.outcomes if each.true is not None]
    other = [each for each in figures.outcomes if each.true is None]
    wrong_words, all_words = (sum(counted[place] for counted in figures.errors.values()) for place in (0, 1))
    return {
        "machine": machine(),
        "load": before,
        "closed_answers": settings.closed_answers,
        "wer": rate(min(wrong_words, all_words), all_words),
        "wer_by_snr": {snr: round(wrong / total, 4) for snr, (wrong, total) in figures.errors.items() if total},
        "understood": _share(real, lambda each: each.asked == each.true),
        "rtf": _rounded(figures.rtf),
        "free": {
            "understood": _share(real, lambda each: each.free == each.true),
            "wrong": _share(real, lambda each: each.free not in {None, each.true}),
        },
        "wrong": _share(real, lambda each: each.asked not in {None, each.true}),
        "by_kind": _both_ways(real, lambda each: each.asks.value),
        "by_snr": _both_ways(real, lambda each: each.snr),
        "other_words_taken_for_an_answer": {
            "free": _share(other, lambda each: each.free is not None),
            "asked": _share(other, lambda each: each.asked is not None),
        },
        "noise_taken_for_an_answer": {
            "free": rate(sum(free for free, _ in figures.invented), len(figures.invented)),
            "asked": rate(sum(asked for _, asked in figures.invented), len(figures.invented)),
        },
        "false_accepts": {asks.value: false_accepts(real, asks) for asks in KINDS if asks in IDENTITY},
        "added_cpu_ms": distribution(figures.added_ms),
    }


def false_accepts(outcomes: Sequence[Outcome], asks: Asks) -> dict[str, Any] | None:
    """Bound how often a stranger's guess is heard as the right value, when it is not.

    Only a misheard guess can be; a mishearing knows nothing of the file, so it hits one of all other values. `near` is
    the worst stranger, who has all digits right but one.
    """
    own = [each for each in outcomes if each.asks is asks]
    if not own:
        return None
    found: dict[str, Any] = {}
    for way in ("free", "asked"):
        misheard = [each for each in own if getattr(each, way) not in {None, each.true}]
        share = rate(len(misheard), len(own))
        near = [each for each in misheard if _one_digit_off(each.true or "", str(getattr(each, way)))]
        ways = _neighbours(asks)
        found[way] = {
            "value": round((share or {})["value"] / (_GUESSES[asks] - 1), 8),
            "high": round((share or {})["high"] / (_GUESSES[asks] - 1), 8),
            "near": round(len(near) / len(own) / ways, 6),
            "n": len(own),
        }
    return found


def _neighbours(asks: Asks) -> int:
    digits = {Asks.CPF_FIRST3: 3, Asks.CPF_LAST2: 2, Asks.CPF: 11, Asks.BIRTH_DAY_MONTH: 4}[asks]
    return 9 * digits


def _one_digit_off(one: str, other: str) -> bool:
    return len(one) == len(other) and sum(a != b for a, b in zip(one, other, strict=True)) == 1


def _both_ways(outcomes: Sequence[Outcome], key: Callable[[Outcome], str]) -> dict[str, Any]:
    groups: dict[str, list[Outcome]] = defaultdict(list)
    for outcome in outcomes:
        groups[key(outcome)].append(outcome)
    return {
        name: {
            "free": _share(members, lambda each: each.free == each.true),
            "asked": _share(members, lambda each: each.asked == each.true),
            "free_wrong": sum(each.free not in {None, each.true} for each in members),
            "asked_wrong": sum(each.asked not in {None, each.true} for each in members),
        }
        for name, members in groups.items()
    }


def _share(outcomes: Sequence[Outcome], test: Callable[[Outcome], bool]) -> dict[str, float] | None:
    return rate(sum(map(test, outcomes)), len(outcomes))


def _rounded(values: Sequence[float]) -> dict[str, float] | None:
    """Give a distribution of small numbers, kept to three decimals."""
    found = distribution([1000 * value for value in values])
    return (
        None
        if found is None
        else {key: value if key == "n" else round(value / 1000, 4) for key, value in found.items()}
    )
