"""The turn-taking bench: its scenes and its sums, without models."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from evaluation.benchmarks import floor
from evaluation.benchmarks.floor_hold import Outcome
from evaluation.benchmarks.floor_lines import sayings
from evaluation.benchmarks.floor_scenes import SOUNDS, Room, Scene, at_level, sounded, spoken
from evaluation.benchmarks.floor_table import floor_table
from evaluation.benchmarks.floor_turns import Stop, Turn, figures, taken_at
from telephony.codecs import RATE_HZ
from telephony.providers.simulator.impairments import speech_level_dbfs
from voicebot.pipeline.floor import Patience

TONE = np.rint(8_000 * np.sin(np.arange(RATE_HZ) * 0.4)).astype(np.int16)
ROOM = Room([TONE], [np.tile(TONE, 5)], [TONE.astype(np.float64)])


def scene(kind: str = "short", *, stops: bool = True, onset_s: float = 4.0) -> Scene:
    return Scene(kind, stops, TONE, 2.0, 9.0, onset_s, 5.0, "aham" if kind == "backchannel" else "espera")


def test_the_same_seed_makes_the_same_scene() -> None:
    one, other = (spoken("short", TONE, "espera", ROOM, np.random.default_rng(4), stops=True) for _ in range(2))
    assert np.array_equal(one.audio, other.audio)
    assert one.bot_from_s < one.onset_s < one.end_s < one.bot_until_s
    assert one.end_s - one.onset_s == pytest.approx(1.0, abs=0.06), "the tone lasts a second"


@pytest.mark.parametrize("kind", SOUNDS)
def test_every_sound_is_heard_over_the_bot(kind: str) -> None:
    made = sounded(kind, ROOM, np.random.default_rng(1))
    assert not made.stops
    assert made.onset_s >= made.bot_from_s
    assert np.abs(made.audio[round(made.onset_s * 16_000) :]).max() > 0


def test_a_level_is_of_the_loud_part() -> None:
    levelled = at_level(np.concatenate([np.zeros(RATE_HZ), TONE]), -26.0)
    assert speech_level_dbfs(levelled.astype(np.int16)) == pytest.approx(-26.0, abs=0.2)


def test_the_lines_are_enough_for_300_events_and_150_hesitations() -> None:
    kinds = [each.kind for each in sayings()]
    assert kinds.count("short") + kinds.count("long") + kinds.count("afterback") >= 200
    assert 2 * kinds.count("hes") >= 150
    assert list(sayings()) == list(sayings())


def test_what_counts() -> None:
    outcomes = [
        Outcome(scene(), silent_s=4.28),
        Outcome(scene(), silent_s=4.9),
        Outcome(scene("afterback"), silent_s=5.2),
        Outcome(scene("backchannel", stops=False)),
        Outcome(scene("backchannel", stops=False), silent_s=4.3, resumed_s=4.9),
        Outcome(scene("cough", stops=False), silent_s=4.3, turn=""),
    ]
    found = floor.result(outcomes)
    assert found["barge_in_within_300_ms"]["value"] == 0.5, "what begins like an aham is counted apart"
    assert found["barge_in_ms"]["median"] == 590.0
    assert found["ignored"]["value"] == pytest.approx(1 / 3, abs=1e-4)
    assert found["false_starts_resumed"]["value"] == 0.5
    assert found["pause_of_a_false_start_ms"]["median"] == 600.0
    assert found["turns_taken_by_nobody"]["value"] == pytest.approx(1 / 3, abs=1e-4)


PAUSED = Turn(4.0, 0.6, [Stop(1.2, 2.2, 0.99, "eu queria saber se", 0.3), Stop(2.8, 4.2, 0.99, "dá pra parcelar", 0.3)])
DONE = Turn(2.0, None, [Stop(1.2, 2.2, 0.99, "quero falar com um atendente", 0.3)])


def test_patience_and_its_price() -> None:
    hasty = Patience(sure=-20.0, unfinished_s=0.2, incomplete_s=0.2)
    assert taken_at(PAUSED, hasty) < PAUSED.end_s, "cut off in the pause"
    assert taken_at(PAUSED, Patience(sure=-20.0)) >= PAUSED.end_s, "the words go on"
    found = figures([PAUSED, DONE], hasty)
    assert found["cut_off"]["value"] == 1.0
    assert found["wait_ms"]["n"] == 1, "only of turns that were heard to their end"


def test_the_table_shows_every_kind() -> None:
    turns: dict[str, Any] = {"sure": 4.0, "unsure_s": 0.85, "cut_off": None, "wait_ms": None, "curve": []}
    outcomes = [Outcome(scene(), silent_s=4.28), Outcome(scene("cough", stops=False))]
    result = {"machine": {"cpu": "any"}, "load": 0.0, **floor.result(outcomes), "turns": turns}
    stops, ignored, patience = floor_table(result).renderables
    assert [stops.row_count, ignored.row_count, patience.row_count] == [2, 2, 1]  # type: ignore[union-attr]  # tables all
