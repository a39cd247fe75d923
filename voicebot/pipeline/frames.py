"""Frames of our own between the processors of one call."""

from __future__ import annotations

from dataclasses import dataclass, field

from pipecat.frames.frames import DataFrame

from voicebot.domain.heard import Sureness


@dataclass
class SegmentFrame(DataFrame):
    """What the recogniser made of one stretch of speech; `text` is "" for none."""

    text: str = field(default="", repr=False)
    avg_logprob: float = 0.0
    stt_ms: float = 0.0
    weakest: float | None = None
    """Probability of the least sure word."""
    answer: float | None = None
    """Share of the likeliest readings that give the same answer to the open question."""

    @property
    def sureness(self) -> Sureness | None:
        return Sureness(self.avg_logprob, self.weakest, self.answer) if self.text else None


@dataclass
class SayFrame(DataFrame):
    """One line to speak; its mark is the record's index, so that the record learns what was heard."""

    line: int = 0
    text: str = field(default="", repr=False)
    fixed: bool = False
    """Without personal data: its audio may be kept on disk."""
