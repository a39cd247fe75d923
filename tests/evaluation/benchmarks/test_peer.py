"""The pieces of `bench latency --peer` that need no peer."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from evaluation.benchmarks import peer
from evaluation.benchmarks.intervals import spread
from evaluation.benchmarks.latency import Figures, _result
from evaluation.benchmarks.latency_table import latency_table
from evaluation.benchmarks.peer import Peer, ratios
from evaluation.stage import StageError

OURS = [300.0, 400.0, 500.0]


def _heard(live: list[float], cached: list[float]) -> dict[str, object]:
    return {
        "answer": peer.ANSWER,
        "turns": 3,
        "live": {"content_ms": spread(live), "unanswered": 0},
        "cached": {"content_ms": spread(cached), "unanswered": 1},
    }


def test_the_ratio_is_ours_by_theirs() -> None:
    found = ratios(OURS, _heard([1600.0, 1600.0, 2000.0], [800.0, 800.0, 1000.0]))
    assert found == {"live": {"median": 0.25, "p95": 0.25}, "cached": {"median": 0.5, "p95": 0.5}}


def test_a_peer_that_never_answered_has_no_ratio() -> None:
    assert ratios(OURS, _heard([], [800.0]))["live"] is None
    assert ratios([], _heard([1.0], [1.0])) == {"live": None, "cached": None}


def test_the_table_shows_the_peer_and_how_often_it_was_silent() -> None:
    heard = _heard([1600.0, 1700.0], [800.0])
    result = _result(Figures(content_ms=OURS, response_ms=OURS, calls=1), 0.1)
    result["peer"] = {**heard, "ratio": ratios(OURS, heard)}
    caption = str(latency_table(result).caption)
    assert "0.5 of the peer's with cached voice" in caption
    assert "1 of 3 turns it left unanswered" in caption


@pytest.mark.parametrize(
    ("is_live", "made"), [pytest.param(True, False, id="live"), pytest.param(False, True, id="made")]
)
def test_made_audio_takes_the_voices_place_only_where_asked(is_live: bool, made: bool) -> None:
    bot = Peer(*(Path(name) for name in ("python", "whisper", "kokoro", "voices", "made.wav", "log")))
    assert ("--made" in bot.command(1, is_live=is_live)) is made


@pytest.mark.parametrize(
    "python", [pytest.param("no such file", id="nowhere"), pytest.param("/bin/false", id="no Python")]
)
def test_an_interpreter_without_the_packages_is_named_with_the_mend(python: str) -> None:
    with pytest.raises(StageError, match="make peer"):
        peer._has_packages(Path(python))


def test_the_chosen_interpreter_comes_first() -> None:
    assert peer.interpreter(Path("other")) == Path("other")
    assert peer.interpreter(None) in {peer.ENVIRONMENT, Path(sys.executable)}
