"""What a listener would measure on a call's stereo recording. Pure functions; times in ms from the recording's start.

Speech is what stands above -45 dBFS in 20 ms frames. A voice begins where three such frames follow each other, and a
pause shorter than 300 ms does not end it.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np
import numpy.typing as npt

from telephony.codecs import Int16

FRAME_MS: Final = 20
THRESHOLD_DBFS: Final = -45.0
ONSET_FRAMES: Final = 3
BRIDGE_MS: Final = 300
"""Pauses inside words and between clauses; a gap of this length separates two runs of speech."""
PAUSE_MS: Final = 600
LONGEST_PAUSE_MS: Final = 5_000
_FULL_SCALE: Final = 32_768.0

Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of speech, in frames; `end` is the first frame after it."""

    start: int
    end: int


def levels_dbfs(track: Int16, rate_hz: int) -> npt.NDArray[np.float64]:
    """Give the RMS of each whole frame; digital silence is -inf."""
    size = rate_hz * FRAME_MS // 1000
    frames = track[: track.size - track.size % size].astype(np.float64).reshape(-1, size)
    with np.errstate(divide="ignore"):
        return np.asarray(10 * np.log10(np.mean(frames**2, axis=1) / _FULL_SCALE**2), dtype=np.float64)


def activity(track: Int16, rate_hz: int) -> Bools:
    """Say for each frame whether it is above the threshold."""
    return levels_dbfs(track, rate_hz) > THRESHOLD_DBFS


def runs(active: Bools, *, bridge_ms: int = BRIDGE_MS, min_frames: int = ONSET_FRAMES) -> list[Run]:
    """Give stretches of speech: `min_frames` in a row begin one, gaps under `bridge_ms` are filled."""
    edges = np.flatnonzero(np.diff(np.concatenate(([0], active.astype(np.int8), [0]))))
    found: list[Run] = []
    for start, end in edges.reshape(-1, 2).tolist():
        if found and (start - found[-1].end) * FRAME_MS < bridge_ms:
            found[-1] = Run(found[-1].start, end)
        elif end - start >= min_frames:
            found.append(Run(start, end))
    return found


def response_times(caller: Int16, bot: Int16, rate_hz: int) -> list[float]:
    """Give, for each turn the bot answers, ms from the caller's last loud frame to the bot's first sound.

    A turn that ends while the bot is speaking (a backchannel) asks for no answer, and a bot that begins while the
    caller speaks has answered nothing: both are left out.
    """
    heard, spoken = _pair(caller, bot, rate_hz)
    bot_runs = runs(spoken)
    times: list[float] = []
    previous_end = 0
    for run in bot_runs:
        last = np.flatnonzero(heard[previous_end : run.start])
        is_overlap = run.start < heard.size and bool(heard[run.start])
        if last.size and not is_overlap:
            times.append(float((run.start - (previous_end + int(last[-1]) + 1)) * FRAME_MS))
        previous_end = run.end
    return times


def pauses(caller: Int16, bot: Int16, rate_hz: int) -> list[float]:
    """Give how long the bot fell silent in the midst of its turn, ms: from 600, and nobody spoke meanwhile.

    Fluent speech has none so long, also between two sentences. From 5 s on it is the caller's silence, not the bot's.
    """
    heard, spoken = _pair(caller, bot, rate_hz)
    found = runs(spoken)
    holes = [(one.end, other.start) for one, other in pairwise(found)]
    lasted = [(float((end - start) * FRAME_MS), bool(heard[start:end].any())) for start, end in holes]
    return [ms for ms, answered in lasted if PAUSE_MS <= ms < LONGEST_PAUSE_MS and not answered]


def barge_in_times(caller: Int16, bot: Int16, rate_hz: int, *, quiet_ms: int = 200) -> list[float]:
    """Give, for each time the caller starts to speak over the bot, ms until the bot is silent for `quiet_ms`."""
    heard, spoken = _pair(caller, bot, rate_hz)
    bot_runs = runs(spoken, bridge_ms=quiet_ms)
    return [
        float((over.end - run.start) * FRAME_MS)
        for run in runs(heard)
        for over in bot_runs
        if over.start < run.start < over.end
    ]


def talk_over_ms(caller: Int16, bot: Int16, rate_hz: int) -> float:
    """Give how long both spoke at once."""
    heard, spoken = _pair(caller, bot, rate_hz)
    return float(np.count_nonzero(heard & spoken) * FRAME_MS)


def silences(caller: Int16, bot: Int16, rate_hz: int, *, min_ms: int = 1_000) -> list[tuple[float, float]]:
    """Give the stretches of at least `min_ms` in which neither speaks, as (start, end) ms."""
    heard, spoken = _pair(caller, bot, rate_hz)
    quiet = runs(~(heard | spoken), bridge_ms=0, min_frames=1)
    spans = [(float(run.start * FRAME_MS), float(run.end * FRAME_MS)) for run in quiet]
    return [(start, end) for start, end in spans if end - start >= min_ms]


def first_sound_ms(track: Int16, rate_hz: int) -> float | None:
    """Give when the track's first speech begins, None if there is none: the bot's greeting delay."""
    found = runs(activity(track, rate_hz))
    return float(found[0].start * FRAME_MS) if found else None


def _pair(caller: Int16, bot: Int16, rate_hz: int) -> tuple[Bools, Bools]:
    size = min(caller.size, bot.size)
    return activity(caller[:size], rate_hz), activity(bot[:size], rate_hz)
