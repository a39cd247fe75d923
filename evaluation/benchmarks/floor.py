"""Turn-taking: how fast the bot falls silent for an interruption, and what it rightly talks through.

`python -m voicebot bench floor`. Real voice detector, ear, recogniser and floor; the clock is the audio's own.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import cycle, islice
from pathlib import Path
from typing import Any, Final

import numpy as np

from evaluation.benchmarks import floor_audio, floor_ears, floor_turns
from evaluation.benchmarks.distribution import distribution, load, machine, rate
from evaluation.benchmarks.floor_audio import Said
from evaluation.benchmarks.floor_hold import Models, Outcome, hold
from evaluation.benchmarks.floor_scenes import SOUNDS, Room, Scene, sounded, spoken
from voicebot.pipeline.end_of_turn import SharedSmartTurn
from voicebot.pipeline.floor import Patience
from voicebot.pipeline.onset import OnsetEar
from voicebot.settings import load_settings
from voicebot.speech import engines

EVENTS: Final = 300
BUDGET_MS: Final = 300.0
_REAL_SHARE: Final = 0.3
_SOUND_SHARE: Final = 0.4
_LATE: Final = "afterback"

Say = Callable[[str], None]


def measure(
    *, events: int = EVENTS, seed: int = 0, thresholds: Sequence[float] | None = None, say: Say = lambda _: None
) -> dict[str, Any]:
    """Hold `events` interruptions and as many moments that must not stop the bot; gives one JSON object.

    `thresholds` of the ear, one a look, in place of the shipped. Raises `ModelMissing` or `ModelDamaged`.
    """
    models_dir = load_settings().models_dir
    before = load()
    lines = floor_audio.said(models_dir)
    models = _models(models_dir, thresholds)
    outcomes = []
    for scene in scenes(lines, events, seed):
        outcomes.append(hold(scene, models, Patience()))
        if len(outcomes) % 100 == 0:
            say(f"{len(outcomes)} of {2 * events} moments")
    return {"machine": machine(), "load": before, **result(outcomes), "turns": floor_turns.measure(lines, models, seed)}


def _models(models_dir: Path, thresholds: Sequence[float] | None) -> Models:
    stt = engines.whisper(models_dir, cpu_threads=1)
    stt.warm_up()
    ears = floor_ears.shared(models_dir, thresholds)
    return Models(stt, SharedSmartTurn(cpu_count=1), lambda: OnsetEar(ears))


def scenes(lines: Mapping[str, Sequence[Said]], events: int, seed: int) -> Iterator[Scene]:
    """Give `events` interruptions, then as many moments that must not stop the bot; the same for the same seed."""
    room = floor_audio.room_of(lines)
    yield from _interruptions(lines, room, events, seed)
    yield from _others(lines, room, events, seed)


def _interruptions(lines: Mapping[str, Sequence[Said]], room: Room, events: int, seed: int) -> Iterator[Scene]:
    random = np.random.default_rng((seed, 1))
    data = floor_audio.test_data()
    real = [] if data is None else list(floor_audio.real_openings(data, most=round(events * _REAL_SHARE)))
    for pcm in real:
        yield spoken("real", pcm, "fala", room, random, stops=True)
    said = [(kind, each) for kind in ("short", "long", _LATE) for each in lines[kind]]
    order = [said[int(at)] for at in random.permutation(len(said))]
    for kind, each in islice(cycle(order), events - len(real)):
        yield spoken(kind, each.pcm, each.saying.text, room, random, stops=True)


def _others(lines: Mapping[str, Sequence[Said]], room: Room, events: int, seed: int) -> Iterator[Scene]:
    random = np.random.default_rng((seed, 2))
    data = floor_audio.test_data()
    recorded = [] if data is None else list(floor_audio.real_sounds(data))
    sounds = round(events * _SOUND_SHARE)
    backs = list(lines["back"])
    order = [backs[int(at)] for at in random.permutation(len(backs))]
    for each in islice(cycle(order), events - sounds):
        yield spoken("backchannel", each.pcm, each.saying.text, room, random, stops=False)
    kinds = [*SOUNDS, *(name for name, _ in recorded)]
    clips = dict(recorded)
    for kind in islice(cycle(kinds), sounds):
        yield sounded(kind, room, random, clips.get(kind))


def result(outcomes: Sequence[Outcome]) -> dict[str, Any]:
    """Give the figures. Interruptions that begin as listening does are shown, and counted apart."""
    stops = [each for each in outcomes if each.scene.stops]
    plain = [each for each in stops if each.scene.kind != _LATE]
    others = [each for each in outcomes if not each.scene.stops]
    return {
        "barge_in_within_300_ms": _within(plain),
        "barge_in_ms": _times(plain),
        "never_silent": rate(sum(each.silent_ms is None for each in plain), len(plain)),
        "interruptions": {kind: {"within": _within(own), "ms": _times(own)} for kind, own in _by_kind(stops).items()},
        "ignored": _ignored(others),
        "ignored_by_kind": {kind: _ignored(own) for kind, own in _by_kind(others).items()},
        "false_starts_resumed": rate(*_resumed(others)),
        "pause_of_a_false_start_ms": distribution(
            [(each.resumed_s - each.silent_s) * 1000 for each in others if each.resumed_s and each.silent_s]
        ),
        "turns_taken_by_nobody": rate(sum(each.turn is not None for each in others), len(others)),
    }


def _by_kind(outcomes: Sequence[Outcome]) -> dict[str, list[Outcome]]:
    found: dict[str, list[Outcome]] = defaultdict(list)
    for each in outcomes:
        name = f"“{each.scene.text}”" if each.scene.kind == "backchannel" else each.scene.kind
        found[name].append(each)
    return dict(sorted(found.items()))


def _within(outcomes: Sequence[Outcome]) -> dict[str, float] | None:
    return rate(
        sum(each.silent_ms is not None and 0 <= each.silent_ms <= BUDGET_MS for each in outcomes), len(outcomes)
    )


def _times(outcomes: Sequence[Outcome]) -> dict[str, float] | None:
    return distribution([each.silent_ms for each in outcomes if each.silent_ms is not None])


def _ignored(outcomes: Sequence[Outcome]) -> dict[str, float] | None:
    return rate(sum(each.silent_s is None for each in outcomes), len(outcomes))


def _resumed(outcomes: Sequence[Outcome]) -> tuple[int, int]:
    stopped = [each for each in outcomes if each.silent_s is not None]
    return sum(each.resumed_s is not None for each in stopped), len(stopped)
