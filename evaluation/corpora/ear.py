"""Hearing as a call does: the same voice detector, the same cutting into segments, the same recogniser."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

import numpy as np
from pipecat.audio.vad.silero import SileroVADAnalyzer
from pipecat.audio.vad.vad_analyzer import VADState

from telephony.codecs import Int16
from voicebot.pipeline.recogniser import LEAD_S, TAIL_S
from voicebot.pipeline.run_call import VAD
from voicebot.speech.loudness import to_samples
from voicebot.speech.ports import STT_RATE, SpeechToText

_FRAME: Final = STT_RATE // 50
_LEAD: Final = int(STT_RATE * LEAD_S)
_TAIL: Final = int(STT_RATE * TAIL_S)

Speaking = Callable[[Int16], bool]
"""Told 20 ms of audio, says whether a person is speaking."""


@dataclass(frozen=True, slots=True)
class Heard:
    """All that was heard between two turns of the bot."""

    text: str = field(repr=False)
    avg_logprob: float | None
    """Mean of the segments' mean log-probability a token; None when no speech was detected."""
    segments: int


class LiveEar:
    """Satisfies `Ear`. Each clip is a call of its own: the detector starts afresh."""

    def __init__(self, stt: SpeechToText) -> None:
        self._stt = stt

    def hear(self, audio: Int16) -> Heard:
        """Transcribe what a media socket received, 16 kHz."""
        segments = segments_of(audio)
        heard = [self._stt.transcribe(to_samples(segment)) for segment in segments]
        return Heard(
            " ".join(each.text for each in heard if each.text),
            float(np.mean([each.avg_logprob for each in heard])) if heard else None,
            len(heard),
        )


def segments_of(audio: Int16) -> list[Int16]:
    """Cut what a media socket received, 16 kHz, where the live voice detector does; none where it notices nobody."""
    return asyncio.run(_detected(audio))


async def _detected(audio: Int16) -> list[Int16]:
    detector = SileroVADAnalyzer(sample_rate=STT_RATE, params=VAD)
    detector.set_sample_rate(STT_RATE)
    cutter = Cutter()
    try:
        for start in range(0, audio.size, _FRAME):
            frame = audio[start : start + _FRAME]
            cutter.feed(frame, await detector.analyze_audio(frame.tobytes()))
    finally:
        await detector.cleanup()  # type: ignore[no-untyped-call]  # pipecat annotates no return
    return cutter.finish()


class Cutter:
    """Cuts a stream where the voice detector does, as pipecat's segmented recogniser buffers it."""

    def __init__(self) -> None:
        self._segments: list[Int16] = []
        self._buffer: list[Int16] = []
        self._speaking = False

    def feed(self, frame: Int16, state: VADState) -> None:
        """Take 20 ms and what the detector made of the stream up to their end."""
        self._buffer.append(frame)
        if not self._speaking:
            while sum(part.size for part in self._buffer) > _LEAD:
                self._buffer.pop(0)
        if state is VADState.SPEAKING:
            self._speaking = True
        elif state is VADState.QUIET and self._speaking:
            self._cut()

    def finish(self) -> list[Int16]:
        """Give the segments; speech that noise prolongs to the end of the stream is cut there."""
        if self._speaking:
            self._cut()
        return self._segments

    def _cut(self) -> None:
        self._segments.append(np.concatenate([*self._buffer, np.zeros(_TAIL, np.int16)]))
        self._buffer, self._speaking = [], False
