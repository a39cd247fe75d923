"""Where the time of a turn goes, on the clock of the caller's audio."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from time import perf_counter
from typing import Final

READY_MS: Final = 30.0
"""Audio that comes this soon was made before; synthesis takes ten times as long."""


@dataclass(slots=True)
class Stages:
    """One call's running breakdown; milliseconds after the caller's last speech, None until it happened."""

    now: Callable[[], float] = perf_counter
    """Seconds, for what the clock of the audio is too coarse for."""
    _end_s: float | None = None
    _marks: dict[str, float] = field(default_factory=dict)
    """Of the speech that is being heard."""
    _turn: dict[str, float] = field(default_factory=dict)
    """Of the turn that is being answered; the caller may speak again meanwhile."""
    _decided: float | None = None
    _waits: list[float] = field(default_factory=list)
    _lines: int = 0

    def paused(self, now_s: float) -> None:
        """The caller fell quiet; the last pause of a turn counts."""
        self._marks["paused_at"] = now_s

    def guessed(self, now_s: float) -> None:
        """The words up to the pause are known."""
        self._marks["guessed_at"] = now_s

    def stopped(self, now_s: float) -> None:
        """The stretch of speech counts as over."""
        self._marks["stopped_at"] = now_s

    def recognised(self, stt_ms: float, now_s: float) -> None:
        self._marks["stt_work"] = self._marks.get("stt_work", 0.0) + stt_ms
        self._marks["stt_done_at"] = now_s

    def judged(self, now_s: float) -> None:
        self._marks["judged_at"] = now_s

    def turn_over(self, end_s: float, now_s: float) -> None:
        self._end_s = end_s
        self._turn, self._marks = {**self._marks, "turn_at": now_s}, {}

    def decided(self, now_s: float, lines: int) -> None:
        """What to say is known: so many lines."""
        self._turn["decided_at"] = now_s
        self._decided, self._waits, self._lines = self.now(), [], lines

    def line_began(self, waited_ms: float) -> bool:
        """A line's first audio is there after so long a wait for it; True with the last line of the turn."""
        if self._decided is None:
            return False
        self._waits.append(waited_ms)
        if len(self._waits) == 1:
            self._turn["voice"] = (self.now() - self._decided) * 1000
        return len(self._waits) == self._lines

    def take(self) -> dict[str, str] | None:
        """Give the finished turn's figures as text (ms), and start over; None where no caller turn was timed."""
        end, marks, waits = self._end_s, self._turn, self._waits
        self._end_s, self._turn, self._waits, self._decided = None, {}, [], None
        if end is None:
            return None
        after = {key.removesuffix("_at"): (at - end) * 1000 for key, at in marks.items() if key.endswith("_at")}
        figures = {f"{key}_ms": f"{value:.0f}" for key, value in after.items()}
        figures |= {f"{key}_ms": f"{marks.get(key, 0.0):.0f}" for key in ("stt_work", "voice")}
        unready = sum(waited > READY_MS for waited in waits)
        worst = max(waits, default=0.0)
        return {**figures, "lines": str(len(waits)), "lines_unready": str(unready), "longest_wait_ms": f"{worst:.0f}"}
