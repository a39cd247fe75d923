"""Moments of a call for the turn-taking bench: the bot speaks, and something is heard on the caller's line.

All audio is 8 kHz until it has crossed the line; the same seed gives the same scene.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np

from evaluation.corpora import noises
from evaluation.corpora.line import band
from evaluation.corpora.noises import Signal
from telephony.codecs import RATE_HZ, Int16, mulaw_decode, mulaw_encode
from telephony.providers.simulator import metrics
from telephony.providers.simulator.impairments import speech_level_dbfs
from telephony.resampling import from_telephone
from voicebot.speech.ports import STT_RATE

BOT_DBFS: Final = -20.0
_FULL_SCALE: Final = 32_768.0
_HELLO_AT_S: Final = 0.5
_BOT_AFTER_S: Final = 0.9
"""From the end of the caller's earlier words to the bot's answer."""
_EVENT_AFTER_S: Final = (0.8, 2.2)
_TRAIL_S: Final = 1.6
_LEVELS_DBFS: Final = (-32.0, -17.0)
_ECHO_DB: Final = (-35.0, -20.0)
_ECHO_S: Final = (0.05, 0.25)
_LINES_DB: Final[tuple[float | None, ...]] = (None, 25.0, 15.0)
"""Steady noise under the caller's voice; None is a quiet place."""
_BEHIND_DB: Final = (-25.0, -12.0)
"""A television or other people, relative to the caller."""
_SOFTLY_DB: Final = (-8.0, 0.0)
"""Who only says that they listen says it more softly."""
_LOUDSPEAKER: Final = 0.25
"""Share of calls in which the bot's voice comes back faintly."""


@dataclass(frozen=True, slots=True)
class Scene:
    """What our media socket hears, 16 kHz, and when the bot speaks; seconds of the stream."""

    kind: str
    stops: bool
    """Whether the bot has to fall silent."""
    audio: Int16
    bot_from_s: float
    bot_until_s: float
    onset_s: float
    """First of three 20 ms frames above -45 dBFS of what is said, without the line's noise."""
    end_s: float
    text: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Room:
    """What a scene is made of besides its event."""

    hellos: Sequence[Int16]
    """The caller's earlier words."""
    lines: Sequence[Int16]
    """The bot's."""
    murmurs: Sequence[Signal]
    """Other people's."""


def spoken(kind: str, pcm: Int16, text: str, room: Room, random: np.random.Generator, *, stops: bool) -> Scene:
    """Give a scene in which the caller says `pcm` over the bot."""
    softer = 0.0 if stops else float(random.uniform(*_SOFTLY_DB))
    level = float(random.uniform(*_LEVELS_DBFS))
    return _scene(kind, at_level(pcm.astype(np.float64), level + softer), level, room, random, stops=stops, text=text)


def sounded(kind: str, room: Room, random: np.random.Generator, clip: Signal | None = None) -> Scene:
    """Give a scene in which something is heard that is no caller: `kind` is one of `SOUNDS`, or a recorded `clip`."""
    level = float(random.uniform(*_LEVELS_DBFS))
    if kind == "echo":
        return _scene(kind, np.zeros(0), level, room, random, stops=False, echo=True)
    if clip is not None:
        piece = clip[: round(float(random.uniform(0.3, 1.2)) * RATE_HZ)]
        return _scene(
            kind, at_level(piece, level + float(random.uniform(-14.0, -4.0))), level, room, random, stops=False
        )
    if kind in {"television", "babble"}:
        samples = round(float(random.uniform(1.5, 3.0)) * RATE_HZ)
        made = _voices(kind, samples, room, random)
        behind = at_level(made, level + float(random.uniform(*_BEHIND_DB)))
        return _scene(kind, behind, level, room, random, stops=False)
    louder = float(random.uniform(-8.0, 4.0))
    return _scene(kind, at_level(MAKERS[kind](random), level + louder), level, room, random, stops=False)


def _scene(
    kind: str,
    event: Signal,
    level: float,
    room: Room,
    random: np.random.Generator,
    *,
    stops: bool,
    text: str = "",
    echo: bool = False,
) -> Scene:
    hello = at_level(room.hellos[int(random.integers(len(room.hellos)))].astype(np.float64), level)
    line = at_level(room.lines[int(random.integers(len(room.lines)))].astype(np.float64), BOT_DBFS)
    bot_at = round((_HELLO_AT_S + _BOT_AFTER_S) * RATE_HZ) + hello.size
    event_at = bot_at + round(float(random.uniform(*_EVENT_AFTER_S)) * RATE_HZ)
    total = max(bot_at + line.size, event_at + event.size) + round(_TRAIL_S * RATE_HZ)
    near = np.zeros(total)
    near[round(_HELLO_AT_S * RATE_HZ) :][: hello.size] += hello
    said = np.zeros(total)
    said[event_at : event_at + event.size] += event
    onset, end = bounds(band(said)) if event.size else (bot_at / RATE_HZ, (bot_at + line.size) / RATE_HZ)
    mixed = band(near + said)
    if echo or random.random() < _LOUDSPEAKER:
        quieter = float(random.uniform(*_ECHO_DB)) if echo else float(random.uniform(-40.0, -30.0))
        late = bot_at + round(float(random.uniform(*_ECHO_S)) * RATE_HZ)
        played = line[: max(0, total - late)]
        mixed[late : late + played.size] += band(played) * 10 ** (quieter / 20)
    mixed += _line_noise(total, level, random)
    heard = from_telephone(STT_RATE).feed(mulaw_decode(mulaw_encode(to_int16(mixed))))
    return Scene(kind, stops, heard, bot_at / RATE_HZ, (bot_at + line.size) / RATE_HZ, onset, end, text)


def _line_noise(samples: int, level: float, random: np.random.Generator) -> Signal:
    under = _LINES_DB[int(random.integers(len(_LINES_DB)))]
    wanted = -62.0 if under is None else level - under
    made = noises.hiss(samples, random) if random.random() < 0.5 else noises.street(samples, random)
    return noises.unit(band(made)) * _FULL_SCALE * 10 ** (wanted / 20)


def at_level(signal: Signal, dbfs: float) -> Signal:
    """Bring the loud parts to a level."""
    now = speech_level_dbfs(to_int16(noises.unit(signal) * 2_000)) if signal.size else None
    return signal if now is None else noises.unit(signal) * 2_000 * 10 ** ((dbfs - now) / 20)


def bounds(signal: Signal) -> tuple[float, float]:
    """Give where the loud part begins and ends, seconds."""
    found = metrics.runs(metrics.activity(to_int16(signal), RATE_HZ))
    if not found:
        loud = np.flatnonzero(np.abs(signal) > np.abs(signal).max() / 20)
        return loud[0] / RATE_HZ, loud[-1] / RATE_HZ
    return found[0].start * metrics.FRAME_MS / 1000, found[-1].end * metrics.FRAME_MS / 1000


def to_int16(signal: Signal) -> Int16:
    return np.clip(np.rint(signal), -32_768, 32_767).astype(np.int16)


def _voices(kind: str, samples: int, room: Room, random: np.random.Generator) -> Signal:
    if kind == "babble":
        return noises.babble(samples, room.murmurs, random)
    clip = room.murmurs[int(random.integers(len(room.murmurs)))]
    at = int(random.integers(clip.size))
    return np.asarray(np.take(clip, np.arange(at, at + samples), mode="wrap"), np.float64)


def cough(random: np.random.Generator) -> Signal:
    """One to three bursts: a sharp noise through a throat's resonances, then a short voiced tail."""
    parts: list[Signal] = []
    throat = random.uniform(0.85, 1.15)
    for _ in range(int(random.integers(1, 4))):
        samples = round(float(random.uniform(0.16, 0.34)) * RATE_HZ)
        seconds = np.arange(samples) / RATE_HZ
        burst = random.standard_normal(samples) * np.exp(-seconds / random.uniform(0.04, 0.1))
        pitch = random.uniform(100, 260) * (1 - 0.5 * seconds)
        voiced = np.sign(np.sin(2 * np.pi * np.cumsum(pitch) / RATE_HZ)) * np.exp(-(((seconds - 0.12) / 0.06) ** 2))
        mixed = burst + random.uniform(0.0, 0.5) * voiced
        parts += [
            _resonant(mixed, [600 * throat, 1300 * throat, 2500 * throat]),
            np.zeros(round(random.uniform(0.08, 0.25) * RATE_HZ)),
        ]
    return np.concatenate(parts)


def breath(random: np.random.Generator) -> Signal:
    """A sigh into the microphone: noise that swells and dies."""
    samples = round(float(random.uniform(0.4, 1.2)) * RATE_HZ)
    shape = np.sin(np.linspace(0, np.pi, samples)) ** random.uniform(0.7, 2.5)
    return _resonant(random.standard_normal(samples) * shape, [random.uniform(400, 900), random.uniform(1200, 2200)])


def slam(random: np.random.Generator) -> Signal:
    """A door or something dropped: a damped thud with a rattle."""
    samples = round(float(random.uniform(0.25, 0.6)) * RATE_HZ)
    seconds = np.arange(samples) / RATE_HZ
    thud = np.sin(2 * np.pi * random.uniform(80, 400) * seconds) * np.exp(-seconds / random.uniform(0.03, 0.09))
    rattle = random.standard_normal(samples) * np.exp(-seconds / random.uniform(0.01, 0.06))
    return thud + random.uniform(0.3, 1.5) * rattle


def clatter(random: np.random.Generator) -> Signal:
    """Keys, dishes, a handset that is moved: clicks at odd times."""
    made = np.zeros(round(float(random.uniform(0.4, 1.2)) * RATE_HZ))
    for _ in range(int(random.integers(3, 14))):
        at, length = int(random.integers(made.size - 400)), int(random.integers(60, 400))
        click = random.standard_normal(length) * np.exp(-np.arange(length) / random.uniform(10, 90))
        made[at : at + length] += click * random.uniform(0.3, 1.0)
    return made


def _resonant(signal: Signal, formants: Sequence[float]) -> Signal:
    """Raise the spectrum around each formant."""
    hertz = np.fft.rfftfreq(signal.size, 1 / RATE_HZ)
    gain = 0.08 + sum(np.exp(-(((hertz - centre) / (0.12 * centre + 60)) ** 2)) for centre in formants)
    return np.asarray(np.fft.irfft(np.fft.rfft(signal) * gain, signal.size), np.float64)


MAKERS: Final = {"cough": cough, "breath": breath, "slam": slam, "clatter": clatter}
SOUNDS: Final = ("cough", "breath", "slam", "clatter", "television", "babble", "echo")
"""What must not stop the bot, besides words that say that somebody listens."""
