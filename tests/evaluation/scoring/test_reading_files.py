"""The command: what it reads, what it refuses, and how it ends."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from evaluation.cli import add_commands
from evaluation.scoring.errors import ScorecardInvalid, TranscriptUnreadable
from evaluation.scoring.score import check
from evaluation.scoring.scorecard import load, scorecard
from evaluation.scoring.transcript import parse
from tests.evaluation.scoring.calls import GOOD, call
from voicebot.settings import ROOT


def run(*arguments: str) -> tuple[int, list[dict[str, Any]], str]:
    app = typer.Typer()
    add_commands(app)
    result = CliRunner().invoke(app, ["score", *arguments])
    return result.exit_code, [json.loads(line) for line in result.stdout.splitlines()], result.stderr


def test_each_file_gives_one_line(tmp_path: Path) -> None:
    path = tmp_path / "call.json"
    path.write_text(json.dumps(call(*GOOD)), encoding="utf-8")
    code, lines, _ = run("--creditor", str(ROOT / "samples" / "creditor.yaml"), str(path), str(path))
    assert code == 0
    assert [(line["call_id"], line["score"], line["fatal"]) for line in lines] == [("made", 100, [])] * 2
    assert lines[0]["measures"]["turns"] == {"agent": 6, "caller": 5}


def test_a_file_that_cannot_be_read_is_told_after_the_rest_is_done(tmp_path: Path) -> None:
    good, bad = tmp_path / "good.json", tmp_path / "bad.json"
    good.write_text(json.dumps(call(*GOOD)), encoding="utf-8")
    bad.write_text("{", encoding="utf-8")
    code, lines, told = run(str(bad), str(good), str(tmp_path / "none.json"))
    assert code == 1
    assert len(lines) == 1
    assert "bad.json" in told
    assert "none.json" in told


@pytest.mark.parametrize(
    ("change", "names"),
    [
        pytest.param({"turns": None}, "turns", id="no turns"),
        pytest.param({"call_id": 7}, "call_id", id="an id that is no text"),
        pytest.param({"turns": [{"speaker": "judge", "text": ""}]}, "turn 0", id="an unknown speaker"),
        pytest.param({"turns": [{"speaker": "agent", "text": "oi", "start_s": "x"}]}, "turn 0", id="a time in words"),
        pytest.param({"started_at": "ontem"}, "started_at", id="an instant in words"),
        pytest.param({"ledger": {"total": "muito"}}, "amount", id="an amount in words"),
    ],
)
def test_what_is_wrong_is_named(change: dict[str, Any], names: str) -> None:
    with pytest.raises(TranscriptUnreadable, match=names):
        parse({**call(*GOOD), **change})


def test_the_scorecard_asks_for_nothing_that_is_not_judged() -> None:
    card = scorecard("BR")
    assert check(card) == ()
    assert sum(each.weight for each in card.criteria) == 100


def test_a_jurisdiction_without_a_scorecard_is_refused() -> None:
    with pytest.raises(ScorecardInvalid, match="no scorecard for XX"):
        scorecard("XX")


def test_a_scorecard_with_an_unknown_phase_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "bad.yaml"
    body = "id: x\njurisdictions: [XX]\ncriteria: {a: {weight: 1, phases: [dinner], title: A, source: b}}\nfatals: {}\n"
    path.write_text(body, encoding="utf-8")
    with pytest.raises(ScorecardInvalid, match=r"a\.phases"):
        load(path)
