"""Where the time of a turn goes, on the clock of the caller's audio."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(slots=True)
class Stages:
    """One call's running breakdown; milliseconds after the caller's last speech, None until it happened."""

    _end_s: float | None = None
    _marks: dict[str, float] = field(default_factory=dict)

    def recognised(self, stt_ms: float, now_s: float) -> None:
        self._marks["stt_work"] = self._marks.get("stt_work", 0.0) + stt_ms
        self._marks["stt_done_at"] = now_s

    def judged(self, now_s: float) -> None:
        self._marks["judged_at"] = now_s

    def turn_over(self, end_s: float, now_s: float) -> None:
        self._end_s = end_s
        self._marks["turn_at"] = now_s

    def decided(self, now_s: float) -> None:
        self._marks["decided_at"] = now_s

    def take(self) -> dict[str, str] | None:
        """Give the finished turn's figures as text (ms), and start over; None where no caller turn was timed."""
        end, marks = self._end_s, self._marks
        self._end_s, self._marks = None, {}
        if end is None:
            return None
        after = {key.removesuffix("_at"): (at - end) * 1000 for key, at in marks.items() if key.endswith("_at")}
        figures = {f"{key}_ms": f"{value:.0f}" for key, value in after.items()}
        return {**figures, "stt_work_ms": f"{marks.get('stt_work', 0.0):.0f}"}
