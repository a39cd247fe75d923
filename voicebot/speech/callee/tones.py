"""Single tones on a telephone line: frames to tones, tones to what they mean in Brazil.

Cadences at 425 Hz as Brazilian exchanges and Asterisk's `br` indications have them (seconds on, off): ringing 1, 4;
busy 0.25, 0.25; congestion 0.25, 0.25, 0.75, 0.25. Information tones (ITU-T E.180/Q.35): 950, 1400 and 1800 Hz, each
0.33 s. Fax (T.30): 1100 Hz for 0.5 s every 3 s where it calls, 2100 Hz for about 3 s where it answers.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray

RATE_HZ: Final = 8_000
FRAME: Final = RATE_HZ // 50
FRAME_S: Final = 0.02
_WINDOW: Final = 2 * FRAME
_BINS: Final = _WINDOW // 2 + 1
_HANN: Final = np.hanning(_WINDOW)
_STEP_HZ: Final = RATE_HZ / _WINDOW
_LOWEST: Final = int(300 / _STEP_HZ)
_PURE: Final = 0.85
"""Share of a window's energy in its strongest tone, from which it is nothing else."""
_QUIETEST: Final = 10 ** (-48 / 20)
_STEADY_HZ: Final = 18.0
_SHORTEST_S: Final = 0.1
_KEPT: Final = 8

BUSY: Final = "busy"
CONGESTION: Final = "congestion"
RINGING: Final = "ringing"
DIAL: Final = "dial tone"
INFORMATION: Final = "information tones"
FAX: Final = "fax"


@dataclass(frozen=True, slots=True)
class Tone:
    """One sound of one pitch; instants in seconds of audio."""

    hertz: float
    start_s: float
    end_s: float

    @property
    def lasts_s(self) -> float:
        return self.end_s - self.start_s

    def near(self, hertz: float, within: float = 25.0) -> bool:
        return abs(self.hertz - hertz) <= within


def pitch(window: NDArray[np.int16]) -> float | None:
    """Give the pitch of 40 ms at 8 kHz that hold one tone and little else, in hertz; None for anything else."""
    samples = window.astype(np.float64) / 32_768
    if np.sqrt(np.mean(samples**2)) < _QUIETEST:
        return None
    power = np.abs(np.fft.rfft(samples * _HANN)) ** 2
    power[:_LOWEST] = 0
    peak = int(np.argmax(power))
    if not 0 < peak < _BINS - 2 or power[peak - 2 : peak + 3].sum() < _PURE * power.sum():
        return None
    left, middle, right = np.log(power[peak - 1 : peak + 2] + 1e-20)
    return float((peak + 0.5 * (left - right) / (left - 2 * middle + right)) * _STEP_HZ)


@dataclass(slots=True)
class ToneEar:
    """Takes frames of 20 ms, keeps the latest tones."""

    tones: deque[Tone] = field(default_factory=lambda: deque(maxlen=_KEPT))
    at_s: float = 0.0
    _before: NDArray[np.int16] = field(default_factory=lambda: np.zeros(FRAME, np.int16))
    _sounding: list[float] = field(default_factory=list)

    @property
    def sounding(self) -> Tone | None:
        """The tone that lasts now."""
        if not self._sounding:
            return None
        return Tone(float(np.median(self._sounding)), self.at_s - len(self._sounding) * FRAME_S, self.at_s)

    def feed(self, frame: NDArray[np.int16]) -> Tone | None:
        """Take 160 samples; gives the tone that ended with them."""
        hertz = pitch(np.concatenate([self._before, frame]))
        self._before = frame
        ended: Tone | None = None
        goes_on = hertz is not None and (not self._sounding or abs(hertz - self._sounding[-1]) <= _STEADY_HZ)
        if not goes_on:
            ended, self._sounding = self._ended(), []
        self.at_s += FRAME_S
        if hertz is not None:
            self._sounding.append(hertz)
        return ended

    def _ended(self) -> Tone | None:
        tone = self.sounding
        if tone is None or tone.lasts_s < _SHORTEST_S:
            return None
        self.tones.append(tone)
        return tone


def meaning(tones: list[Tone], now_s: float) -> str | None:
    """Tell what the latest tones mean, the newest last and perhaps still sounding; None for a beep or nothing."""
    if not tones:
        return None
    last = tones[-1]
    return _fax(last, now_s) or _information(tones) or _exchange(tones, now_s)


def _fax(last: Tone, now_s: float) -> str | None:
    if last.near(2100, 30) and last.lasts_s >= 0.5:
        return FAX
    is_over = now_s - last.end_s >= 0.2
    return FAX if last.near(1100, 30) and 0.42 <= last.lasts_s <= 0.6 and is_over else None


def _information(tones: list[Tone]) -> str | None:
    three = tones[-3:]
    if len(three) < 3 or not all(0.2 <= each.lasts_s <= 0.45 for each in three):
        return None
    wanted = zip(three, (950.0, 1400.0, 1800.0), strict=True)
    return INFORMATION if all(each.near(hertz, 50) for each, hertz in wanted) else None


def _exchange(tones: list[Tone], now_s: float) -> str | None:
    """Read 425 Hz: two sounds close together are busy or congestion, one of a second with quiet after it is ringing."""
    last = tones[-1]
    if not last.near(425):
        return None
    if last.lasts_s >= 2.5:
        return DIAL
    before = tones[-2] if len(tones) > 1 and tones[-2].near(425) else None
    gap = last.start_s - before.end_s if before is not None else None
    if before is not None and gap is not None and 0.15 <= gap <= 0.4:
        return CONGESTION if max(before.lasts_s, last.lasts_s) > 0.5 else _busy(before, last)
    if 0.85 <= last.lasts_s <= 1.2 and now_s - last.end_s >= 0.6:
        return RINGING
    return None


def _busy(before: Tone, last: Tone) -> str | None:
    return BUSY if all(0.15 <= each.lasts_s <= 0.4 for each in (before, last)) else None
