"""Hearing an answer whose possible values are known: where the likeliest text leaves doubt, the next ones are asked.

Whisper's likeliest text is often one letter off an answer ("Cinco dois novos"). A beam over the same encoding gives
its other readings with their probabilities; the answer is the value on which more than half of that probability
agrees, whatever the spelling ("5-2-9", "cinco dois nove"). Without such a value the likeliest text stands.

What is on file about the debtor never comes here, or a stranger's digits could be heard as the right ones: digits are
any digits, and a whole CPF is any with its own check digits. docs/hearing-answers.md has the measurements, and those
of the ways that were not taken.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from time import perf_counter
from typing import Final, Generic, Protocol, TypeVar

from voicebot.application.answers import CLOSED, Expected
from voicebot.domain.dialogue.phases import Asks
from voicebot.speech.ports import STT_RATE, Reading, Samples, Transcript

COUNT: Final = 10
LONGEST_S: Final = 12.0
"""Longer speech is no short answer."""
SURE_LOGPROB: Final = -0.5
"""Mean a token from which a text that gives a value is not doubted."""
AGREEMENT: Final = 0.5
"""Least share of the readings' probability that a value needs."""
CHECKED_AGREEMENT: Final = 0.2
"""The same for a whole CPF: its check digits refuse 99 of 100 misheard ones."""
UNLIKELY_LOGPROB: Final = -1.0
"""Mean a token below which no reading is taken: noise is read so."""
_MS: Final = 1000.0


class Listening(Protocol):
    @property
    def transcript(self) -> Transcript: ...


Heard = TypeVar("Heard", bound=Listening)


class Decoder(Protocol[Heard]):
    """An engine that can tell more than its likeliest text; safe to call from several threads."""

    def transcribe(self, audio: Samples) -> Transcript: ...

    def warm_up(self) -> None: ...

    def listen(self, audio: Samples) -> Heard:
        """Transcribe a short utterance and keep what other readings need."""
        ...

    def readings(self, heard: Heard, count: int) -> tuple[Reading, ...]:
        """Give the likeliest readings of the same sound."""
        ...


class ClosedSet(Generic[Heard]):
    """A `SpeechToText` that also hears answers; one decoding as a rule, two where the first leaves doubt."""

    def __init__(self, engine: Decoder[Heard]) -> None:
        self._engine = engine

    def warm_up(self) -> None:
        self._engine.warm_up()

    def transcribe(self, audio: Samples) -> Transcript:
        """Transcribe what may be anything."""
        return self._engine.transcribe(audio)

    def answer(self, audio: Samples, expected: Expected) -> Transcript:
        """Transcribe what probably answers the open question; the text is always one that the decoder gave.

        Raises `BadAudio` as `transcribe` does.
        """
        if expected.asks not in CLOSED or audio.ndim != 1 or len(audio) > LONGEST_S * STT_RATE:
            return self.transcribe(audio)
        began = perf_counter()
        heard = self._engine.listen(audio)
        free = heard.transcript
        if not is_doubtful(free, expected):
            return free
        chosen = weigh(free, self._engine.readings(heard, COUNT), expected)
        return replace(chosen, elapsed_ms=(perf_counter() - began) * _MS)


@dataclass(frozen=True, slots=True)
class Choice:
    """A value that readings agree on."""

    value: str
    first: Reading
    """The likeliest of them."""
    share: float
    """Of the probability of all readings."""


def is_doubtful(free: Transcript, expected: Expected) -> bool:
    """Tell whether a transcript leaves open what was answered; silence and clear words about something else do not."""
    if not free.text:
        return False
    answer = expected.read(free.text)
    return not answer.settled and (answer.value is None or free.avg_logprob < SURE_LOGPROB)


def weigh(free: Transcript, readings: Sequence[Reading], expected: Expected) -> Transcript:
    """Give the transcript with the words of the value that most readings agree on, or as it is, with its own share."""
    choices = shares(readings, expected)
    least = CHECKED_AGREEMENT if expected.asks is Asks.CPF else AGREEMENT
    best = max(choices, key=lambda choice: choice.share, default=None)
    if best is not None and best.share >= least and best.first.mean_logprob >= UNLIKELY_LOGPROB:
        return replace(free, text=_spaced(best.first.text), weakest=None, answer=best.share)
    value = expected.read(free.text).value
    if value is None:
        return free
    return replace(free, answer=sum(choice.share for choice in choices if choice.value == value))


def shares(readings: Sequence[Reading], expected: Expected) -> list[Choice]:
    """Give each value that a reading has, with its share of the probability of all readings, in no order."""
    largest = max((reading.logprob for reading in readings), default=0.0)
    weights = [math.exp(reading.logprob - largest) for reading in readings]
    texts = {text: expected.read(text).value for text in {_spaced(reading.text) for reading in readings}}
    by_value: dict[str, list[tuple[float, Reading]]] = defaultdict(list)
    for weight, reading in zip(weights, readings, strict=True):
        value = texts[_spaced(reading.text)]
        if value is not None:
            by_value[value].append((weight, reading))
    return [
        Choice(
            value,
            max(members, key=lambda member: member[0])[1],
            sum(weight for weight, _ in members) / sum(weights),
        )
        for value, members in by_value.items()
    ]


def _spaced(text: str) -> str:
    return " ".join(text.split())
