"""The ear for beginnings: does a voice over the bot's own ask for the floor, or only say that it listens.

A caller wants silence within 300 ms, before any word can be recognised. So the ear looks at the first sounds, at fixed
ages of the voice: two small networks weigh what the recogniser's encoder makes of them, their spectrum, their loudness
and the voice detector's confidence. They know the openings of "aham", "sei", "tá" and their like, coughs, doors and
echoes; whatever they do not know asks for the floor.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Protocol

import numpy as np
from numpy.typing import NDArray

Samples = NDArray[np.float32]
Features = NDArray[np.float32]

RATE_HZ: Final = 16_000
HOP: Final = 160
"""10 ms."""
_WINDOW: Final = 400
_SPEECH_BLOCK: Final = 512
"""What the voice detector scores at a time, 32 ms."""
BANDS: Final = 20
_BAND_HZ: Final = (250.0, 3500.0)
_FFT: Final = 512
BEFORE: Final = 4
"""Hops before the onset that a look sees."""
ENCODED_BEFORE: Final = 6
SCALARS: Final = 5
LOOKS_S: Final = (0.2, 0.42)
"""Ages of the voice at which it is looked at, seconds."""
WEIGHTS: Final = Path(__file__).with_name("onset.npz")
_KEPT: Final = 96
"""Hops remembered."""
_OPEN_OF: Final = (3, 4)
"""A voice begins where three of four hops stand above the gate."""
_OVER_HOPS: Final = 24
"""Quiet for so long ends it: the next sound is a new one."""
_TOO_LATE_HOPS: Final = 10
_NOISE_HOPS: Final = 300
"""Seconds of line that its noise is learnt from: three."""
_NOISE_EVERY: Final = 10
_NOISE_SHARE: Final = 20.0
"""Percentile of the level that is taken for noise: people pause."""
_RESET_BLOCKS: Final = 62
_SURE_SILENCE: Final = 0.1
_ABOVE_NOISE_DB: Final = 7.0
_UNDER_CALLER_DB: Final = 20.0
_FAINTEST_DB: Final = -48.0
_DISTANT_HOPS: Final = 50
_DISTANT_DB: Final = 9.5
"""A caller speaks no softer than this below their own mean level for long."""
_SILENT_DB: Final = -75.0
_CALLER_HOPS: Final = 500
"""Five seconds of voice: what the caller's level is averaged over."""
_KNOWN_HOPS: Final = 20
_SURE_SPEECH: Final = 0.8


class Detector(Protocol):
    """Scores a block of 512 samples: 1 is speech. Keeps what it has heard."""

    def __call__(self, x: Samples, sr: int) -> NDArray[np.float32]: ...

    def reset_states(self) -> None: ...


@dataclass(frozen=True, slots=True)
class Look:
    """What the ear makes of a voice at one age."""

    age_s: float
    takes_floor: bool
    probability: float
    features: Features = field(repr=False, compare=False)
    sound: Samples = field(repr=False, compare=False)
    """What the encoder is given."""


@dataclass(slots=True)
class Level:
    """How loud it is around the caller and how loud the caller speaks, learnt as the call goes on; dBFS."""

    noise_db: float = -60.0
    caller_db: float | None = None
    _recent: list[float] = field(default_factory=list)
    _heard: int = 0
    _power: float = 0.0
    _hops: int = 0

    def hear(self, level_db: float, *, speech: float, alone: bool) -> None:
        """Learn from 10 ms; `alone` says that the bot is silent, so that what speaks is the caller."""
        self._recent.append(max(level_db, _SILENT_DB))
        if len(self._recent) >= _NOISE_HOPS:
            del self._recent[: len(self._recent) - _NOISE_HOPS]
        self._heard += 1
        if self._heard % _NOISE_EVERY == 0:
            self.noise_db = float(np.percentile(self._recent, _NOISE_SHARE))
        if alone and speech > _SURE_SPEECH and level_db > self.noise_db + _ABOVE_NOISE_DB:
            self._hops = min(self._hops + 1, _CALLER_HOPS)
            self._power += (10 ** (level_db / 10) - self._power) / self._hops
            if self._hops >= _KNOWN_HOPS:
                self.caller_db = 10 * float(np.log10(self._power))

    def assume(self, noise_db: float, caller_db: float | None) -> None:
        """Begin with levels that are known."""
        self._recent = [noise_db] * (_NOISE_HOPS - 1)
        self.noise_db, self.caller_db = noise_db, caller_db

    @property
    def gate_db(self) -> float:
        """Fainter sounds are not the person at the telephone."""
        caller = _FAINTEST_DB if self.caller_db is None else self.caller_db - _UNDER_CALLER_DB
        return max(self.noise_db + _ABOVE_NOISE_DB, caller, _FAINTEST_DB)


class Encoder(Protocol):
    """Gives the recogniser's states of up to half a second of sound, a row each 20 ms."""

    def __call__(self, audio: Samples) -> Samples: ...


class Layers:
    """Two small networks per age, of states and of spectrum; the mean of their votes is the probability."""

    def __init__(self, weights: Mapping[str, NDArray[np.float32]]) -> None:
        self._weights = weights

    @classmethod
    def shipped(cls, thresholds: Sequence[float] | None = None) -> Layers:
        """Load what is beside this module; `thresholds` in place of its own, one a look."""
        with np.load(WEIGHTS) as stored:
            weights = {name: stored[name].astype(np.float32) for name in stored.files}
        return cls(weights if thresholds is None else {**weights, "thresholds": np.array(thresholds, np.float32)})

    def probability(self, look: int, states: Samples, features: Features) -> float:
        """Tell how likely a voice is to ask for the floor at the look of this number."""
        known = np.concatenate([states.ravel(), features[-SCALARS:]])
        votes = [self._vote(f"states{look}", known), self._vote(f"sound{look}", features)]
        return float(1 / (1 + np.exp(-np.mean(votes))))

    def threshold(self, look: int) -> float:
        return float(self._weights["thresholds"][look])

    def _vote(self, name: str, values: Features) -> float:
        first, first_bias, second, second_bias = (self._weights[f"{name}.{part}"] for part in ("w1", "b1", "w2", "b2"))
        return float(np.maximum(values @ first + first_bias, 0.0) @ second + second_bias)


@dataclass(frozen=True, slots=True)
class Shared:
    """What the ears of all calls share."""

    detector: Detector
    encoder: Encoder
    layers: Layers | None
    """None while examples for training are collected: then every look asks for the floor."""


class OnsetEar:
    """One call's ear for beginnings. Feed it every frame; the detector and the weights are shared by all calls."""

    def __init__(self, shared: Shared) -> None:
        self._detector = copy.copy(shared.detector)
        self._detector.reset_states()
        self._shared = shared
        self.level = Level()
        self._left = np.zeros(0, np.float32)
        self._samples = np.zeros(0, np.float32)
        """The last second, up to the last whole hop."""
        self._tail = np.zeros(_WINDOW - HOP, np.float32)
        self._block = np.zeros(0, np.float32)
        self._speech = 0.0
        self._hops: list[NDArray[np.float32]] = []
        """Of each hop: the bands, its level, the speech confidence."""
        self._levels: list[float] = []
        self._total = 0
        self._onset: int | None = None
        self._quiet = 0
        self._looked = 0
        self._since_reset = 0

    @property
    def onset_s(self) -> float | None:
        """When the voice that is being heard began, seconds of this stream; None while none is."""
        return None if self._onset is None else self._onset * HOP / RATE_HZ

    @property
    def is_distant(self) -> bool:
        """True where what is heard is much fainter than this caller: somebody behind, or the bot's own voice."""
        known = self.level.caller_db
        if known is None or self._onset is None:
            return self._onset is None
        loud = [10 ** (level / 10) for level in self._levels[-_DISTANT_HOPS:] if level > self.level.gate_db]
        return not loud or 10 * float(np.log10(np.mean(loud))) < known - _DISTANT_DB

    def hear(self, audio: bytes, *, bot_speaking: bool) -> Look | None:
        """Take 16-bit mono at 16 kHz; gives a look when a voice over the bot has reached one of the ages."""
        samples = np.frombuffer(audio, "<i2").astype(np.float32) / np.float32(32768.0)
        self._score(samples)
        self._left = np.concatenate([self._left, samples])
        found = None
        while self._left.size >= HOP:
            hop, self._left = self._left[:HOP], self._left[HOP:]
            found = self._hear_hop(hop, bot_speaking=bot_speaking) or found
        return found

    def _score(self, samples: Samples) -> None:
        self._block = np.concatenate([self._block, samples])
        while self._block.size >= _SPEECH_BLOCK:
            block, self._block = self._block[:_SPEECH_BLOCK], self._block[_SPEECH_BLOCK:]
            self._speech = float(np.ravel(self._detector(block, RATE_HZ))[0])
            self._since_reset += 1
            # Long silence leaves the detector slow: it starts afresh now and then, while nothing is heard.
            if self._since_reset >= _RESET_BLOCKS and self._onset is None and self._speech < _SURE_SILENCE:
                self._detector.reset_states()
                self._since_reset = 0

    def _hear_hop(self, hop: Samples, *, bot_speaking: bool) -> Look | None:
        window = np.concatenate([self._tail, hop])
        self._samples = np.concatenate([self._samples, hop])[-RATE_HZ:]
        self._tail = window[HOP:]
        level_db = max(_SILENT_DB, 10 * float(np.log10(np.mean(hop**2) + 1e-12)))
        self._hops.append(np.concatenate([_bands_db(window), [level_db, self._speech]]).astype(np.float32))
        self._levels.append(level_db)
        self._total += 1
        if len(self._hops) > _KEPT:
            del self._hops[0], self._levels[0]
        gate = self.level.gate_db
        self._follow(gate)
        self.level.hear(level_db, speech=self._speech, alone=not bot_speaking)
        return self._look() if bot_speaking else None

    def _follow(self, gate_db: float) -> None:
        """Keep track of where the voice began and whether it is over."""
        loud = self._levels[-1] > gate_db
        if self._onset is None:
            needed, of = _OPEN_OF
            above = [level > gate_db for level in self._levels[-of:]]
            if loud and sum(above) >= needed:
                self._onset = self._total - len(above) + above.index(True)
                self._quiet = self._looked = 0
            return
        self._quiet = 0 if loud else self._quiet + 1
        if self._quiet >= _OVER_HOPS:
            self._onset = None

    def _look(self) -> Look | None:
        if self._onset is None or self._looked >= len(LOOKS_S):
            return None
        age = self._total - self._onset
        wanted = round(LOOKS_S[self._looked] * RATE_HZ / HOP)
        if age < wanted:
            return None
        look, self._looked = self._looked, self._looked + 1
        if age - wanted > _TOO_LATE_HOPS:
            return None  # a voice that was there before the bot's is judged by its length
        features = self._features(wanted, age)
        sound = self._sound(wanted, age)
        layers = self._shared.layers
        if layers is None:
            return Look(LOOKS_S[look], True, 1.0, features, sound)
        probability = layers.probability(look, self._shared.encoder(sound), features)
        return Look(LOOKS_S[look], probability >= layers.threshold(look), probability, features, sound)

    def _sound(self, wanted: int, age: int) -> Samples:
        """Give the samples from a little before the onset to the age of the look."""
        behind = (age - wanted) * HOP
        size = (wanted + ENCODED_BEFORE) * HOP
        kept = self._samples[: self._samples.size - behind][-size:]
        return np.concatenate([np.zeros(size - kept.size, np.float32), kept])

    def _features(self, wanted: int, age: int) -> Features:
        """Spectrum relative to its loudest, and how that stands to the line and to the caller."""
        span = wanted + BEFORE
        seen = np.stack(self._hops[-(age + BEFORE) :][:span])
        if len(seen) < span:
            seen = np.concatenate([np.repeat(seen[:1], span - len(seen), axis=0), seen])
        bands, levels, speech = seen[:, :BANDS], seen[:, BANDS], seen[:, BANDS + 1]
        peak = float(np.max(levels))
        known = self.level.caller_db
        above = levels > self.level.gate_db
        mean_db = 10 * float(np.log10(np.mean(10 ** (levels[above] / 10)))) if above.any() else peak
        scalars = [
            peak - self.level.noise_db,
            peak,
            peak - known if known is not None else 0.0,
            mean_db - known if known is not None else 0.0,
            10 * float(np.mean(above)),
        ]
        relative = np.clip(bands - np.max(bands), -45.0, 0.0) / 10
        loudness = np.clip(levels - peak, -45.0, 0.0) / 10
        return np.concatenate([relative.ravel(), loudness, speech, np.array(scalars) / 10]).astype(np.float32)


def _mel_filters() -> Samples:
    """Give triangles of equal width in mel over the telephone band, shape (bins, bands)."""
    low, high = (2595 * np.log10(1 + hertz / 700) for hertz in _BAND_HZ)
    edges = 700 * (10 ** (np.linspace(low, high, BANDS + 2) / 2595) - 1)
    hertz = np.fft.rfftfreq(_FFT, 1 / RATE_HZ)[:, None]
    rise = (hertz - edges[:-2]) / (edges[1:-1] - edges[:-2])
    fall = (edges[2:] - hertz) / (edges[2:] - edges[1:-1])
    return np.asarray(np.clip(np.minimum(rise, fall), 0, None), np.float32)


_FILTERS: Final = _mel_filters()
_TAPER: Final = np.hanning(_WINDOW).astype(np.float32)


def _bands_db(window: Samples) -> Samples:
    power = np.abs(np.fft.rfft(window * _TAPER, _FFT)) ** 2
    return np.asarray(10 * np.log10(power @ _FILTERS + 1e-9), np.float32)
