"""One scene through the real voice detector, ear, recogniser and floor, on the clock of its own audio: nobody sleeps.

The order within 20 ms is the pipeline's: the frame reaches the floor before what the voice detector makes of it. What a
model takes is measured, and its answer arrives that much later on the audio's clock.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from time import perf_counter
from typing import Final

import numpy as np
from pipecat.audio.vad.vad_analyzer import VADState

from evaluation.benchmarks.floor_detector import Detector
from evaluation.benchmarks.floor_line import FRAME, paused
from evaluation.benchmarks.floor_scenes import Scene
from telephony.codecs import Int16
from voicebot.pipeline.end_of_turn import THRESHOLD, SharedSmartTurn
from voicebot.pipeline.floor import FallSilent, Floor, GoneQuiet, Patience, Resume, TakeTurn
from voicebot.pipeline.onset import OnsetEar
from voicebot.pipeline.recogniser import LEAD_S, TAIL_S
from voicebot.pipeline.run_call import VAD
from voicebot.speech.loudness import to_samples
from voicebot.speech.ports import STT_RATE, SpeechToText

TRANSPORT_S: Final = 0.04
"""From the decision to silence at the telephone: one packet under way and one being played."""
_AFTER_S: Final = 2.5
"""How long the scene goes on after what is heard in it."""
_START_LEAD: Final = int(STT_RATE * LEAD_S)


@dataclass(frozen=True, slots=True)
class Models:
    """What is loaded once for all scenes."""

    stt: SpeechToText
    smart_turn: SharedSmartTurn
    ear: Callable[[], OnsetEar | None]


@dataclass(slots=True)
class Outcome:
    """What the floor made of a scene; seconds of the scene's clock."""

    scene: Scene
    silent_s: float | None = None
    resumed_s: float | None = None
    turn: str | None = field(default=None, repr=False)

    @property
    def silent_ms(self) -> float | None:
        """From the onset of what is heard to the bot's silence."""
        return None if self.silent_s is None else (self.silent_s - self.scene.onset_s) * 1000


@dataclass(slots=True)
class _Due:
    """Answers of the models that are under way."""

    words: list[tuple[float, str]] = field(default_factory=list)
    verdicts: list[tuple[float, float]] = field(default_factory=list)


def hold(scene: Scene, models: Models, patience: Patience) -> Outcome:
    """Play a scene to its end."""
    detector = Detector()
    floor = Floor(patience, ear=models.ear(), resumes=True)
    run = _Run(scene, models, floor)
    try:
        last = min(scene.audio.size, round((scene.end_s + _AFTER_S) * STT_RATE))
        for end in range(FRAME, last + 1, FRAME):
            frame = scene.audio[end - FRAME : end]
            run.hear(frame, end)
            run.detected(detector.hear(frame), end)
    finally:
        detector.close()
    return run.outcome


class _Run:
    """The bot's side of one scene."""

    def __init__(self, scene: Scene, models: Models, floor: Floor) -> None:
        self.outcome = Outcome(scene)
        self._scene, self._models, self._floor = scene, models, floor
        self._state = VADState.QUIET
        self._began = 0
        self._due = _Due()
        self._spoke = False

    def hear(self, frame: Int16, end: int) -> None:
        """Let the floor have 20 ms and do what it asks for."""
        now = end / STT_RATE
        self._play(now)
        self._deliver(now)
        self._floor.audio(frame.tobytes(), now)
        match self._floor.tick(now):
            case FallSilent():
                if self.outcome.silent_s is None:
                    self.outcome.silent_s = now + TRANSPORT_S
                self._floor.bot_stopped(now)
            case Resume():
                self.outcome.resumed_s = now
                self._floor.bot_started()
            case TakeTurn(text):
                self.outcome.turn = text if self._spoke else None
            case GoneQuiet() | None:
                pass

    def detected(self, state: VADState, end: int) -> None:
        """Pass on what the voice detector reports."""
        now = end / STT_RATE
        if state is VADState.SPEAKING and self._state is VADState.QUIET:
            self._state = state
            self._began = max(0, end - _START_LEAD)
            self._floor.speech_started(now, now - VAD.start_secs)
        elif state is VADState.QUIET and self._state is VADState.SPEAKING:
            self._state = state
            self._floor.speech_stopped(now, now - VAD.stop_secs)
            self._recognise(now, end)

    def _play(self, now: float) -> None:
        if not self._spoke and now >= self._scene.bot_from_s:
            self._spoke = True
            self._floor.bot_started()
        if self._floor.bot_speaking and now >= self._scene.bot_until_s and self.outcome.silent_s is None:
            self._floor.bot_stopped(now)

    def _deliver(self, now: float) -> None:
        while self._due.words and self._due.words[0][0] <= now:
            self._floor.segment(self._due.words.pop(0)[1])
        while self._due.verdicts and self._due.verdicts[0][0] <= now:
            probability = self._due.verdicts.pop(0)[1]
            self._floor.verdict(complete=probability > THRESHOLD, probability=probability)

    def _recognise(self, now: float, end: int) -> None:
        """Words that change nothing are known: before the bot speaks, and of what has already stopped it rightly."""
        if not self._spoke or (self._scene.stops and self.outcome.silent_s is not None):
            self._due.words.append((now, self._scene.text))
            self._due.verdicts.append((now, 1.0))
            return
        heard = np.concatenate([self._scene.audio[self._began : end], np.zeros(int(STT_RATE * TAIL_S), np.int16)])
        began = perf_counter()
        text = self._models.stt.transcribe(to_samples(heard)).text
        self._due.words.append((now + perf_counter() - began, text))
        began = perf_counter()
        probability = self._models.smart_turn.predict(to_samples(self._scene.audio[self._began : paused(end)]))
        self._due.verdicts.append((now + perf_counter() - began, probability))
