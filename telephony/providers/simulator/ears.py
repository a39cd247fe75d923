"""Where one utterance of the bot ends, judged from what the phone has played. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

import numpy as np

from telephony.codecs import RATE_HZ, Int16
from telephony.providers.simulator import metrics

FRAME_S: Final = metrics.FRAME_MS / 1000


@dataclass(frozen=True, slots=True)
class Heard:
    """One utterance of the bot, as played."""

    audio: Int16 = field(repr=False)
    """8 kHz."""
    started_at_s: float
    ended_at_s: float
    """Seconds on the phone's clock."""
    is_complete: bool = True
    """False where the wait or the call ended while the bot was speaking."""


@dataclass(slots=True)
class Ears:
    """Keeps, for each frame played, whether it is speech; `_cursor` is the first frame not yet listened to."""

    _active: list[bool] = field(default_factory=list)
    _cursor: int = 0
    _start: int | None = None

    def hear(self, played: Int16) -> None:
        self._active.append(bool(metrics.activity(played, RATE_HZ)[0]))

    def utterance(self, silence_ms: int) -> tuple[int, int] | None:
        """Give the next utterance that `silence_ms` have closed, as frames, and move past it; None while it lasts."""
        self._find_start()
        if self._start is None:
            return None
        need = max(1, silence_ms // metrics.FRAME_MS)
        quiet = 0
        for at in range(self._start, len(self._active)):
            quiet = 0 if self._active[at] else quiet + 1
            if quiet == need:
                return self._take(at + 1 - need)
        return None

    def unfinished(self) -> tuple[int, int] | None:
        """Give what has begun and not ended, and move past it."""
        self._find_start()
        return None if self._start is None else self._take(len(self._active))

    def _find_start(self) -> None:
        while self._start is None and self._cursor + metrics.ONSET_FRAMES <= len(self._active):
            if all(self._active[self._cursor : self._cursor + metrics.ONSET_FRAMES]):
                self._start = self._cursor
            else:
                self._cursor += 1

    def _take(self, end: int) -> tuple[int, int]:
        start = self._start if self._start is not None else end
        self._start, self._cursor = None, end
        return start, end


def cut(played: list[Int16], span: tuple[int, int], *, is_complete: bool) -> Heard:
    """Give the audio of a span of frames."""
    start, end = span
    return Heard(np.concatenate(played[start:end]), start * FRAME_S, end * FRAME_S, is_complete)
