"""When a turn is over: who pauses inside a sentence must not be cut off, who has finished must not wait.

Each turn is heard once: what the voice detector, the judge of finished turns and the recogniser gave, and when. The
floor then lives through that history at many settings of its patience.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from time import perf_counter
from typing import Any, Final

import numpy as np

from evaluation.benchmarks.distribution import distribution, rate
from evaluation.benchmarks.floor_audio import Said
from evaluation.benchmarks.floor_hold import Models
from evaluation.benchmarks.floor_line import paused, sent, stops
from evaluation.benchmarks.latency_callers import pause_inside
from telephony.codecs import Int16
from voicebot.pipeline.end_of_turn import THRESHOLD
from voicebot.pipeline.floor import Floor, Patience, TakeTurn
from voicebot.pipeline.onset import Look
from voicebot.pipeline.recogniser import LEAD_S, TAIL_S
from voicebot.pipeline.run_call import VAD
from voicebot.speech.loudness import to_samples
from voicebot.speech.ports import STT_RATE

PAUSES_S: Final = (0.4, 0.9)
TAKES: Final = 2
"""How often a hesitating line is heard, each time with another pause."""
_WHOLE_EVERY: Final = 4
"""One in so many hesitating lines is heard without its pause too."""
_TRAIL_S: Final = 1.4
_NOISE_DB: Final = 25.0
_LEVELS_DBFS: Final = (-30.0, -17.0)
_TICK_S: Final = 0.02
_OVER_S: Final = 5.0
_OPENING_S: Final = 0.05
_STT_S: Final = 0.15
"""What a transcription takes on a quiet machine with the shortened window; measured figures are reported beside it."""
SETTINGS: Final = tuple(
    (sure, unsure_s) for sure in (-20.0, 0.0, 1.0, 2.0, 3.0, 20.0) for unsure_s in (0.6, 0.8, 0.9, 0.95)
)


@dataclass(frozen=True, slots=True)
class Stop:
    """The voice detector's report of silence, and what the models made of the turn so far; seconds."""

    start_s: float
    stop_s: float
    probability: float
    text: str = field(repr=False)
    stt_s: float


@dataclass(frozen=True, slots=True)
class Turn:
    """One turn as it was heard."""

    end_s: float
    pause_s: float | None
    stops: Sequence[Stop]


def measure(lines: Mapping[str, Sequence[Said]], models: Models, seed: int) -> dict[str, Any]:
    """Give cut-offs and waits for each setting, and for the shipped one."""
    turns = list(_turns(lines, models, seed))
    shipped = Patience()
    curve = [
        {"sure": sure, "unsure_s": unsure_s, **figures(turns, replace(shipped, sure=sure, unsure_s=unsure_s))}
        for sure, unsure_s in SETTINGS
    ]
    stt = distribution([stop.stt_s * 1000 for turn in turns for stop in turn.stops])
    return {
        "sure": shipped.sure,
        "unsure_s": shipped.unsure_s,
        **figures(turns, shipped),
        "stt_ms": stt,
        "curve": curve,
    }


def figures(turns: Sequence[Turn], patience: Patience) -> dict[str, Any]:
    """Live through the turns with this patience."""
    cut, waits = [], []
    for turn in turns:
        taken_s = taken_at(turn, patience)
        if turn.pause_s is not None:
            cut.append(taken_s < turn.end_s)
        if taken_s >= turn.end_s:
            waits.append((taken_s - turn.end_s) * 1000)
    return {"cut_off": rate(sum(cut), len(cut)), "wait_ms": distribution(waits)}


@dataclass(slots=True)
class _Openings:
    """The ear, as far as a turn's end needs it: a voice is heard to begin `_OPENING_S` after it does."""

    stops: Sequence[Stop]
    now_s: float = 0.0
    is_distant: bool = False

    @property
    def onset_s(self) -> float | None:
        begun = [stop.start_s - VAD.start_secs for stop in self.stops]
        return next((at for at in begun if at + _OPENING_S <= self.now_s < at + VAD.start_secs + _OPENING_S), None)

    def hear(self, audio: bytes, *, bot_speaking: bool) -> Look | None:
        self.now_s += _TICK_S
        return None


def taken_at(turn: Turn, patience: Patience) -> float:
    """Give when the floor takes the turn, seconds; a recogniser that takes `_STT_S`."""
    floor = Floor(patience, ear=_Openings(turn.stops))
    events: list[tuple[float, int, Stop]] = []
    for stop in turn.stops:
        events += [(stop.start_s, 0, stop), (stop.stop_s, 1, stop), (stop.stop_s + _STT_S, 2, stop)]
    events.sort(key=lambda event: event[:2])
    for tick in range(round((turn.end_s + _OVER_S) / _TICK_S)):
        now = tick * _TICK_S
        while events and events[0][0] <= now:
            _, kind, stop = events.pop(0)
            if kind == 0:
                floor.speech_started(now, now - VAD.start_secs)
            elif kind == 1:
                floor.speech_stopped(now, now - VAD.stop_secs)
            else:
                floor.segment(stop.text)
                floor.verdict(complete=stop.probability > THRESHOLD, probability=stop.probability)
        floor.audio(b"", now)
        if isinstance(floor.tick(now), TakeTurn):
            return now
    return turn.end_s + _OVER_S


def _turns(lines: Mapping[str, Sequence[Said]], models: Models, seed: int) -> Iterator[Turn]:
    random = np.random.default_rng((seed, 3))
    for place, each in enumerate((*lines["hes"], *lines["done"])):
        hesitates = each.saying.kind == "hes"
        pauses: list[float | None] = [float(random.uniform(*PAUSES_S)) for _ in range(TAKES)] if hesitates else []
        if not hesitates or place % _WHOLE_EVERY == 0:
            pauses.append(None)
        for pause_s in pauses:
            pcm = each.pcm if pause_s is None else pause_inside(each.pcm, pause_s)
            level = float(random.uniform(*_LEVELS_DBFS))
            audio, end_s = sent(pcm, random, level_dbfs=level, snr_db=_NOISE_DB, trail_s=_TRAIL_S)
            yield Turn(end_s, pause_s, _heard(audio, models))


def _heard(audio: Int16, models: Models) -> list[Stop]:
    return [_judged(audio, *stop, models) for stop in stops(audio)]


def _judged(audio: Int16, first: int, began: int, end: int, models: Models) -> Stop:
    probability = models.smart_turn.predict(to_samples(audio[first : paused(end)]))
    segment = audio[max(0, began - int(STT_RATE * LEAD_S)) : end]
    started = perf_counter()
    text = models.stt.transcribe(to_samples(np.concatenate([segment, np.zeros(int(STT_RATE * TAIL_S), np.int16)]))).text
    return Stop(began / STT_RATE, end / STT_RATE, probability, text, perf_counter() - started)
