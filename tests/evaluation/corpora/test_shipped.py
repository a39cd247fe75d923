"""The spoken corpora that come with the repository: whole, and training and test never share a voice."""

from pathlib import Path

import pytest

from evaluation.corpora.casting import CLEAN, ESPEAK, TEST, TRAINING
from evaluation.corpora.tables import read_heard, read_lines
from voicebot.settings import ROOT

PHONE = ROOT / "prompts" / "pt-BR" / "intents" / "phone"
CORPORA = ROOT / "evaluation" / "corpora"
CONDITIONS = {CLEAN, "20", "10", "5"}


@pytest.mark.parametrize("path", sorted(PHONE.glob("*.tsv")), ids=lambda path: path.stem)
def test_training_is_spoken_by_the_training_cast(path: Path) -> None:
    rows = read_heard(path)
    assert len(rows) >= 200
    assert {row.voice for row in rows} <= {*TRAINING.voices, ESPEAK}
    assert {row.snr for row in rows} == CONDITIONS


@pytest.mark.parametrize(
    ("source", "heard", "at_least"),
    [
        ("intents_blind.tsv", "intents_blind_phone.tsv", 400),
        ("intents_blind3.tsv", "intents_blind3_phone.tsv", 700),
        ("answers.tsv", "answers_phone.tsv", 150),
    ],
)
def test_tests_are_spoken_by_the_test_cast_and_keep_their_labels(source: str, heard: str, at_least: int) -> None:
    rows = read_heard(CORPORA / heard)
    lines = [row.line for row in rows]
    assert len(lines) == len(set(lines)) >= at_least
    # A bare `<=` would print the lines that nobody may read.
    assert len(set(lines) - set(read_lines(CORPORA / source))) == 0
    assert {row.voice for row in rows} == set(TEST.voices)
    assert {row.snr for row in rows} == CONDITIONS
