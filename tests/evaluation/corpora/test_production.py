import json
from pathlib import Path

import pytest

from evaluation.corpora.casting import TRAINING
from evaluation.corpora.production import produce, studio
from evaluation.corpora.tables import read_heard
from tests.evaluation.corpora.fakes import Counter, Interrupted, Mumbler, sentence

LINES = [sentence(f"frase {word} número {at}") for at, word in enumerate("abcdefghij")]
SNRS = (None, 10.0)


def run(out: Path, *, patience: int | None = None, details: Path | None = None, seed: int = 3, takes: int = 1) -> int:
    room = studio(Mumbler(), Counter(patience), TRAINING, SNRS)
    return produce(LINES, out, room, cast=TRAINING, snrs=SNRS, seed=seed, takes=takes, details=details)


def test_each_line_is_kept_as_written_and_as_heard(tmp_path: Path) -> None:
    out = tmp_path / "heard.tsv"
    assert run(out) == len(LINES)
    rows = read_heard(out)
    assert [row.line for row in rows] == LINES
    assert len({row.heard for row in rows}) == len(LINES)
    assert {row.snr for row in rows} == {"clean", "10"}


@pytest.mark.parametrize("stops_after", [0, 1, 4, 9])
@pytest.mark.parametrize("takes", [1, 3])
def test_a_resumed_run_ends_as_one_that_never_stopped(tmp_path: Path, stops_after: int, takes: int) -> None:
    whole, broken = tmp_path / "whole.tsv", tmp_path / "broken.tsv"
    run(whole, takes=takes)
    with pytest.raises(Interrupted):
        run(broken, patience=stops_after, takes=takes)
    assert len(read_heard(broken)) == stops_after
    assert run(broken, takes=takes) == len(LINES) * takes - stops_after
    assert broken.read_bytes() == whole.read_bytes()
    assert run(broken, takes=takes) == 0


def test_more_takes_are_added_to_what_is_there_and_the_line_is_said_once(tmp_path: Path) -> None:
    out = tmp_path / "heard.tsv"
    run(out)
    first = read_heard(out)
    mouth = Mumbler()
    room = studio(mouth, Counter(), TRAINING, SNRS)
    said_before = len(mouth.said)
    assert produce(LINES, out, room, cast=TRAINING, snrs=SNRS, seed=3, takes=3) == 2 * len(LINES)
    assert read_heard(out)[: len(first)] == first
    assert len(mouth.said) - said_before == len(LINES)


def test_another_seed_makes_other_audio(tmp_path: Path) -> None:
    run(tmp_path / "a.tsv", seed=1)
    run(tmp_path / "b.tsv", seed=2)
    one, other = ({row.heard for row in read_heard(tmp_path / name)} for name in ("a.tsv", "b.tsv"))
    assert not one & other


def test_details_tell_how_and_how_sure_but_no_words(tmp_path: Path) -> None:
    details = tmp_path / "deep" / "details.jsonl"
    run(tmp_path / "heard.tsv", details=details)
    written = details.read_text(encoding="utf-8")
    notes = [json.loads(row) for row in written.splitlines()]
    assert len({note["line"] for note in notes}) == len(LINES)
    assert all(note["avg_logprob"] == -0.3 and note["segments"] == 1 for note in notes)
    assert "frase" not in written


def test_the_cast_murmurs_in_the_background() -> None:
    mouth = Mumbler()
    room = studio(mouth, Counter(), TRAINING, SNRS)
    assert [text for text, _, _ in mouth.said] == list(TRAINING.murmurs)
    assert {voice for _, voice, _ in mouth.said} == set(TRAINING.voices)
    assert len(room.murmurs) == len(TRAINING.murmurs)
    assert studio(Mumbler(), Counter(), TRAINING, (None,)).murmurs == []


def test_nothing_to_say_writes_nothing(tmp_path: Path) -> None:
    out = tmp_path / "heard.tsv"
    room = studio(Mumbler(), Counter(), TRAINING, SNRS)
    assert produce([], out, room, cast=TRAINING, snrs=SNRS, seed=0) == 0
    assert not out.exists()
