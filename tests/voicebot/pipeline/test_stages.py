"""A turn's breakdown counts from the caller's last sound, and later speech does not bend it."""

from __future__ import annotations

import pytest

from voicebot.pipeline.stages import Stages


class Watch:
    """A clock that the test sets."""

    at = 100.0

    def __call__(self) -> float:
        return self.at


def answered(stages: Stages, watch: Watch, *waits_ms: float) -> list[bool]:
    stages.paused(10.1)
    stages.guessed(10.18)
    stages.stopped(10.2)
    stages.judged(10.22)
    stages.recognised(120.0, 10.24)
    stages.turn_over(10.0, 10.25)
    stages.decided(10.26, len(waits_ms))
    watch.at += 0.012
    return [stages.line_began(waited) for waited in waits_ms]


def test_each_stage_counts_from_the_last_sound() -> None:
    watch = Watch()
    stages = Stages(now=watch)
    assert answered(stages, watch, 2.0, 450.0) == [False, True]
    figures = stages.take()
    assert figures is not None
    assert {name: float(value) for name, value in figures.items()} == pytest.approx(
        {
            **{"paused_ms": 100, "guessed_ms": 180, "stopped_ms": 200, "judged_ms": 220, "stt_done_ms": 240},
            **{"turn_ms": 250, "decided_ms": 260, "stt_work_ms": 120, "voice_ms": 12},
            **{"lines": 2, "lines_unready": 1, "longest_wait_ms": 450},
        }
    )
    assert stages.take() is None, "a turn is told once"


def test_speech_after_the_turn_belongs_to_the_next_one() -> None:
    watch = Watch()
    stages = Stages(now=watch)
    answered(stages, watch, 2.0)
    stages.paused(30.0)
    figures = stages.take()
    assert figures is not None
    assert figures["paused_ms"] == "100"


def test_the_bots_own_turns_are_not_timed() -> None:
    stages = Stages()
    stages.decided(1.0, 1)
    assert stages.line_began(3.0)
    assert stages.take() is None
