"""`bench understanding` on files of its own; the frozen lines are opened by nobody's tests."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from evaluation.benchmarks import understanding


@pytest.fixture
def lines(tmp_path: Path) -> Path:
    path = tmp_path / "lines.tsv"
    path.write_text(
        "affirm\t\tyes_no\tt.1\tsim\ndeny\t\tyes_no\tt.2\tnão\nself_harm\t\t\tt.3\tvou me matar\n", encoding="utf-8"
    )
    return path


def test_both_channels_are_measured(lines: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(understanding, "_entities", dict)
    phone = tmp_path / "phone.tsv"
    phone.write_text("affirm\t\tyes_no\tt.1\tsim\tuhum\n", encoding="utf-8")
    found = understanding.measure(lines, phone)
    assert found["text"]["must_catch_recall"] == {"value": 1.0, "n": 1, "low": 0.2065, "high": 1.0}
    assert set(found["text"]["intent_macro_f1"]) == {"value", "n", "low", "high"}
    assert (found["text"]["accuracy"]["n"], found["phone"]["accuracy"]["n"]) == (3, 1)
    assert found["turn_ms"]["n"] == 4


def test_a_missing_phone_file_says_how_to_make_it(lines: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(understanding, "_entities", dict)
    found = understanding.measure(lines, tmp_path / "none.tsv")["phone"]
    assert found["intent_macro_f1"] is None
    assert "none.tsv" in found["note"]
    assert "phone-corpus" in found["note"]


@pytest.mark.parametrize(("digest", "wanted"), [("right", True), ("0" * 64, False), (None, None)])
def test_a_frozen_file_is_told_from_a_changed_one(lines: Path, digest: str | None, wanted: bool | None) -> None:
    if digest is not None:
        found = hashlib.sha256(lines.read_bytes()).hexdigest() if digest == "right" else digest
        (lines.parent / understanding.SUMS).write_text(f"{found}  {lines.name}\n", encoding="utf-8")
    assert understanding.frozen(lines) is wanted
