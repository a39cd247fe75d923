"""The recording of one call on the phone's clock, and what happened in it."""

from __future__ import annotations

import json
import wave
from dataclasses import asdict, dataclass, field
from pathlib import Path

import numpy as np

from telephony.codecs import RATE_HZ, Int16
from telephony.providers.simulator import metrics
from telephony.providers.simulator.playout import FRAME_BYTES, Playout

_SILENCE = np.zeros(FRAME_BYTES, dtype=np.int16)


@dataclass(frozen=True, slots=True)
class PhoneEvent:
    at_s: float
    """Seconds since the first media frame, on the phone's clock."""
    kind: str
    data: dict[str, str | int | float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class CallMetrics:
    """Measured on the recording (`metrics`) and on the playout; times in ms, None where there was nothing."""

    greeting_ms: float | None
    response_ms: list[float]
    barge_in_ms: list[float]
    talk_over_ms: float
    underruns_ms: list[int]
    pauses_ms: list[float]
    buffer_ms_p50: float | None
    buffer_ms_p95: float | None


class Tape:
    """Frames of both voices, one of each a tick."""

    def __init__(self) -> None:
        self.events: list[PhoneEvent] = []
        self._spoken: list[Int16] = []
        self._sent: list[Int16] = []
        self._played: list[Int16] = []
        self._bot_ticks: int | None = None
        """How many ticks the bot was at the far end; None while it is."""

    @property
    def played(self) -> list[Int16]:
        return self._played

    def record(self, *, spoken: Int16, sent: Int16, played: Int16) -> None:
        """Add one tick: what the caller said, what the line made of it, what the bot was heard to say."""
        self._spoken.append(spoken)
        self._sent.append(sent)
        self._played.append(played)

    def hand_over(self) -> None:
        """The bot leaves the line here: what plays from now on is somebody else's voice."""
        self._bot_ticks = len(self._played)

    def recording(self, *, as_sent: bool = False) -> tuple[Int16, Int16]:
        """Give caller and far end, aligned, 8 kHz; `as_sent` gives the caller with the line's noise and losses.

        The far end is the bot, and after a transfer the human.
        A frame can leave only once it is spoken, so the caller's audio stands one frame before the tick that sent it:
        the end of a caller's turn in the recording is the instant at which its last frame was sent.
        """
        caller = [*(self._sent if as_sent else self._spoken)[1:], _SILENCE] if self._spoken else []
        return _join(caller), _join(self._played)

    def metrics(self, playout: Playout) -> CallMetrics:
        """Measure the bot, up to a transfer: how fast a human answers says nothing about it."""
        end = None if self._bot_ticks is None else self._bot_ticks * FRAME_BYTES
        caller, bot = (track[:end] for track in self.recording())
        depths = np.asarray(playout.depths_ms)
        return CallMetrics(
            greeting_ms=metrics.first_sound_ms(bot, RATE_HZ),
            response_ms=metrics.response_times(caller, bot, RATE_HZ),
            barge_in_ms=metrics.barge_in_times(caller, bot, RATE_HZ),
            talk_over_ms=metrics.talk_over_ms(caller, bot, RATE_HZ),
            underruns_ms=list(playout.underruns_ms),
            pauses_ms=metrics.pauses(caller, bot, RATE_HZ),
            buffer_ms_p50=float(np.percentile(depths, 50)) if depths.size else None,
            buffer_ms_p95=float(np.percentile(depths, 95)) if depths.size else None,
        )

    def write(self, folder: Path) -> None:
        """Write call.wav (stereo, 16 bit: caller left, bot right) and phone.jsonl (one event a line).

        The caller stands there without the line's noise, which could otherwise pass for the end of a turn.
        """
        folder.mkdir(parents=True, exist_ok=True)
        write_stereo(folder / "call.wav", *self.recording())
        lines = "".join(json.dumps(asdict(event), ensure_ascii=False) + "\n" for event in self.events)
        (folder / "phone.jsonl").write_text(lines, encoding="utf-8")


def write_stereo(path: Path, left: Int16, right: Int16, rate_hz: int = RATE_HZ) -> None:
    """Write two tracks as one 16-bit WAV; the shorter is padded with silence."""
    both = np.zeros((max(left.size, right.size), 2), dtype="<i2")
    both[: left.size, 0] = left
    both[: right.size, 1] = right
    with wave.open(str(path), "wb") as out:
        out.setnchannels(2)
        out.setsampwidth(2)
        out.setframerate(rate_hz)
        out.writeframes(both.tobytes())


def _join(frames: list[Int16]) -> Int16:
    return np.concatenate(frames) if frames else np.zeros(0, dtype=np.int16)
