"""Whether callers are asked how a call went stands in the creditor's file; without a word there, nobody is."""

from __future__ import annotations

from pathlib import Path

import pytest

from voicebot.application.creditor_file import read_creditor
from voicebot.persistence.creditor_json import from_json, to_json

SAMPLE = Path(__file__).parents[3] / "samples" / "creditor.yaml"


@pytest.mark.parametrize(
    ("line", "asks"), [("", False), ("  ask_satisfaction: true\n", True), ("  ask_satisfaction: false\n", False)]
)
def test_it_is_read_and_kept(tmp_path: Path, line: str, asks: bool) -> None:
    file = tmp_path / "creditor.yaml"
    file.write_text(SAMPLE.read_text(encoding="utf-8").replace("contact:\n", f"contact:\n{line}", 1), encoding="utf-8")
    creditor, notes = read_creditor(file)
    assert creditor.asks_satisfaction is asks
    assert notes == ()
    assert from_json(to_json(creditor)) == creditor


def test_a_creditor_stored_before_there_was_the_question_asks_nobody() -> None:
    creditor, _ = read_creditor(SAMPLE)
    stored = to_json(creditor)
    del stored["asks_satisfaction"]
    assert from_json(stored).asks_satisfaction is False
