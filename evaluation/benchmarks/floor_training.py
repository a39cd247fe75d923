"""How `voicebot/pipeline/onset.npz` was learnt: `python -m evaluation.benchmarks.floor_training CLIPS OUT`.

CLIPS holds lines as `NAME.npy` (8 kHz) each with a `NAME.json` that says whether it is an interruption or a
backchannel: `{"kind": "stop" | "back"}`. The shipped weights learnt from Kokoro's speakers of other languages speaking
Portuguese, alone and blended; none of them is a voice of the bench, and no recorded person is among them.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from evaluation.benchmarks.floor_ears import shared
from evaluation.benchmarks.floor_scenes import MAKERS, SOUNDS, at_level, to_int16
from evaluation.corpora import noises
from evaluation.corpora.line import band
from evaluation.corpora.noises import Signal
from telephony.codecs import RATE_HZ, Int16, mulaw_decode, mulaw_encode
from telephony.resampling import from_telephone
from voicebot.pipeline.onset import LOOKS_S, OnsetEar, Shared
from voicebot.settings import load_settings
from voicebot.speech.ports import STT_RATE

Array = NDArray[np.float32]

_FRAME: Final = STT_RATE // 50
_LEAD_S: Final = 0.4
_HEARD_S: Final = 0.75
_PITCHES: Final = (0.87, 1.15)
_HIDDEN: Final = 48
_COMPONENTS: Final = 160
_EPOCHS: Final = 14
_BATCH: Final = 128
_DECAY: Final = 1e-3
_ROUNDS: Final = 3
"""How often each clip is heard, each time at another pitch, level and line."""
_MURMURS: Final = 12
THRESHOLDS: Final = (0.26, 0.5)


@dataclass(frozen=True, slots=True)
class Example:
    """What one look saw."""

    age_s: float
    asks: bool
    states: Array
    features: Array


def examples(folder: Path, ears: Shared, seed: int) -> Iterator[Example]:
    """Hear every clip over the bot, and as many sounds that are no speech."""
    random = np.random.default_rng(seed)
    clips = [
        (json.loads(path.with_suffix(".json").read_text()), np.load(path)) for path in sorted(folder.glob("*.npy"))
    ]
    stops = [clip.astype(np.float64) for about, clip in clips if about["kind"] == "stop"]
    backs = [clip.astype(np.float64) for about, clip in clips if about["kind"] == "back"]
    murmurs = [np.concatenate(stops[at * 5 : at * 5 + 5]) for at in range(_MURMURS)]
    for _ in range(_ROUNDS):
        todo: list[tuple[str, Signal | None]] = [("stop", clip) for clip in stops] + [("back", clip) for clip in backs]
        todo += [(kind, None) for kind in SOUNDS for _ in range(len(backs) // 9)]
        for place in random.permutation(len(todo)):
            kind, clip = todo[int(place)]
            yield from _heard(kind, clip, murmurs, ears, random)


def _heard(
    kind: str, clip: Signal | None, murmurs: Sequence[Signal], ears: Shared, random: np.random.Generator
) -> Iterator[Example]:
    level = float(random.uniform(-33, -16))
    under = (None, 25.0, 20.0, 15.0)[int(random.integers(4))]
    noise_db = -62.0 if under is None else level - under
    ear = OnsetEar(Shared(ears.detector, ears.encoder, None))
    ear.level.assume(noise_db, level + float(random.normal(0, 1.5)) if random.random() < 0.9 else None)
    audio = _line(kind, clip, murmurs, level, noise_db, random)
    for end in range(_FRAME, audio.size + 1, _FRAME):
        look = ear.hear(audio[end - _FRAME : end].tobytes(), bot_speaking=True)
        if look is None:
            continue
        late_s = end / STT_RATE - _LEAD_S - look.age_s
        if clip is None or -0.1 < late_s < 0.35:
            yield Example(look.age_s, kind == "stop", ears.encoder(look.sound).ravel(), look.features)


def _line(
    kind: str,
    clip: Signal | None,
    murmurs: Sequence[Signal],
    level: float,
    noise_db: float,
    random: np.random.Generator,
) -> Int16:
    samples, at = round((_LEAD_S + _HEARD_S) * RATE_HZ), round(_LEAD_S * RATE_HZ)
    line = np.zeros(samples)
    event = _event(kind, clip, murmurs, level, random)[: samples - at]
    line[at : at + event.size] += event
    if kind == "echo" or random.random() < 0.25:
        returned = -20 + float(random.uniform(-35, -19) if kind == "echo" else random.uniform(-42, -28))
        echo = at_level(_piece(murmurs, samples, random), returned)
        if kind == "echo" and random.random() < 0.5:
            echo[:at] = 0
        line += echo
    hiss = noises.hiss(samples, random) if random.random() < 0.5 else noises.street(samples, random)
    line = band(line) + noises.unit(band(hiss)) * 32_768 * 10 ** (noise_db / 20)
    return from_telephone(STT_RATE).feed(mulaw_decode(mulaw_encode(to_int16(line))))


def _event(
    kind: str, clip: Signal | None, murmurs: Sequence[Signal], level: float, random: np.random.Generator
) -> Signal:
    if clip is not None:
        places = np.arange(0, clip.size - 1, random.uniform(*_PITCHES))
        softer = random.uniform(-3, 2) if kind == "stop" else random.uniform(-9, 1)
        return at_level(np.interp(places, np.arange(clip.size), _trimmed(clip)), level + float(softer))
    if kind == "echo":
        return np.zeros(0)
    if kind in {"television", "babble"}:
        behind = level + float(random.uniform(-25, -11))
        samples = round(_HEARD_S * RATE_HZ)
        several = noises.babble(samples, murmurs, random) if kind == "babble" else _piece(murmurs, samples, random)
        return at_level(several, behind)
    return at_level(MAKERS[kind](random), level + float(random.uniform(-10, 5)))


def _piece(murmurs: Sequence[Signal], samples: int, random: np.random.Generator) -> Signal:
    clip = murmurs[int(random.integers(len(murmurs)))]
    at = int(random.integers(clip.size))
    return np.asarray(np.take(clip, np.arange(at, at + samples), mode="wrap"), np.float64)


def _trimmed(clip: Signal) -> Signal:
    """Move the first sound to the beginning; the length stays."""
    loud = np.flatnonzero(np.abs(clip) > np.abs(clip).max() / 40)
    first = max(0, int(loud[0]) - RATE_HZ // 100) if loud.size else 0
    return np.concatenate([clip[first:], np.zeros(first)])


def fitted(inputs: Array, asks: NDArray[np.float64], components: int | None, seed: int) -> dict[str, Array]:
    """Fit one network by Adam, and fold centring, components and scaling into its first layer."""
    random = np.random.default_rng(seed)
    centre = inputs.mean(0)
    basis: Array = np.eye(inputs.shape[1], dtype=np.float32)
    if components is not None:
        scalars = inputs.shape[1] - 5
        _, _, rows = np.linalg.svd((inputs - centre)[:, :scalars], full_matrices=False)
        basis = np.zeros((inputs.shape[1], min(components, len(rows)) + 5), np.float32)
        basis[:scalars, :-5], basis[scalars:, -5:] = rows[:components].T, np.eye(5)
    seen = (inputs - centre) @ basis
    spread = seen.std(0) + 0.05
    net = _adam(np.asarray(seen / spread, np.float32), asks, random)
    first = (basis / spread) @ net["w1"]
    return {"w1": first, "b1": net["b1"] - centre @ first, "w2": net["w2"][:, 0], "b2": net["b2"][0]}


def _adam(seen: Array, asks: NDArray[np.float64], random: np.random.Generator) -> dict[str, Array]:
    width = seen.shape[1]
    net = {
        "w1": random.normal(0, np.sqrt(2 / width), (width, _HIDDEN)).astype(np.float32),
        "b1": np.zeros(_HIDDEN, np.float32),
        "w2": random.normal(0, np.sqrt(1 / _HIDDEN), (_HIDDEN, 1)).astype(np.float32),
        "b2": np.zeros(1, np.float32),
    }
    mean = {name: np.zeros_like(value) for name, value in net.items()}
    square = {name: np.zeros_like(value) for name, value in net.items()}
    weight = np.where(asks == 1, 1.0, (asks == 1).sum() / max(1, (asks == 0).sum()))
    step, rate = 0, 2e-3
    for _ in range(_EPOCHS):
        order = random.permutation(len(asks))
        for at in range(0, len(order), _BATCH):
            rows = order[at : at + _BATCH]
            step += 1
            for name, slope in _slopes(net, seen[rows], asks[rows], weight[rows], random).items():
                mean[name] = 0.9 * mean[name] + 0.1 * slope
                square[name] = 0.999 * square[name] + 0.001 * slope**2
                unbiased = np.sqrt(square[name] / (1 - 0.999**step)) + 1e-8
                net[name] = (net[name] - rate * mean[name] / (1 - 0.9**step) / unbiased).astype(np.float32)
        rate *= 0.93
    return net


def _slopes(
    net: dict[str, Array],
    seen: Array,
    asks: NDArray[np.float64],
    weight: NDArray[np.float64],
    random: np.random.Generator,
) -> dict[str, Array]:
    """Give the gradients of one batch, with noise and dropped inputs so that few examples teach more."""
    shaken = (seen + random.normal(0, 0.15, seen.shape)) * (random.random(seen.shape) > 0.2) / 0.8
    before = shaken @ net["w1"] + net["b1"]
    kept = (random.random(before.shape) > 0.3) / 0.7
    hidden = np.maximum(before, 0) * kept
    votes = (hidden @ net["w2"] + net["b2"])[:, 0]
    error = ((1 / (1 + np.exp(-votes)) - asks) * weight / len(asks))[:, None]
    back = (error @ net["w2"].T) * kept * (before > 0)
    return {
        "w2": hidden.T @ error + _DECAY * net["w2"],
        "b2": error.sum(0),
        "w1": shaken.T @ back + _DECAY * net["w1"],
        "b1": back.sum(0),
    }


def main(clips: Path, out: Path, seed: int = 21) -> None:
    """Learn from the clips and write the weights."""
    ears = shared(load_settings().models_dir, shipped=False)
    seen = list(examples(clips, ears, seed))
    weights: dict[str, Array] = {"thresholds": np.array(THRESHOLDS, np.float16)}
    for look, age in enumerate(LOOKS_S):
        own = [each for each in seen if each.age_s == age]
        asks = np.array([each.asks for each in own], np.float64)
        features = np.stack([each.features for each in own])
        states = np.stack([np.concatenate([each.states, each.features[-5:]]) for each in own])
        for name, net in (
            ("states", fitted(states, asks, _COMPONENTS, seed)),
            ("sound", fitted(features, asks, None, seed)),
        ):
            weights |= {f"{name}{look}.{part}": np.asarray(value, np.float16) for part, value in net.items()}
    np.savez_compressed(out, **weights)  # type: ignore[arg-type]  # the stub takes one type for all keywords


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
