"""Frames of our own between the processors of one call."""

from __future__ import annotations

from dataclasses import dataclass, field

from pipecat.frames.frames import DataFrame, SystemFrame

from voicebot.domain.heard import Sureness


@dataclass
class PausedFrame(SystemFrame):
    """The caller has just fallen quiet, perhaps only between two words; `quiet_s` of it have passed."""

    quiet_s: float = 0.0


@dataclass
class ResumedFrame(SystemFrame):
    """The pause is over: what was begun in it holds only where the stretch of speech had ended before."""


@dataclass
class GuessFrame(SystemFrame):
    """What was said before the pause, should nothing follow: to get ready for, not yet to answer."""

    text: str = field(default="", repr=False)


@dataclass
class TurnTakenFrame(SystemFrame):
    """Goes upstream: what was heard so far has been answered, what comes next belongs to another turn."""


@dataclass
class SegmentFrame(SystemFrame):
    """What the recogniser made of one stretch of speech; `text` is "" for none. No interruption may lose it."""

    text: str = field(default="", repr=False)
    avg_logprob: float = 0.0
    stt_ms: float = 0.0
    weakest: float | None = None
    """Probability of the least sure word."""
    answer: float | None = None
    """Share of the likeliest readings that give the same answer to the open question."""
    joined: bool = False
    """Heard together with the stretches before it in the same turn: takes their place."""

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
