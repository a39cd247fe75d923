"""What teacher and student hear, and how clips are put together; neither needs its model here."""

from __future__ import annotations

from pathlib import Path
from typing import Any, cast

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evaluation.finetuning import lessons
from evaluation.finetuning.items import Line
from evaluation.finetuning.recordings import Saying, record
from evaluation.finetuning.student import LONGEST_S, Material, Pupil, batches
from evaluation.finetuning.teacher import Kind, Lesson, Teacher, load, save
from telephony.codecs import RATE_HZ, Int16
from voicebot.speech.ports import STT_RATE, Samples

LINE = Line([np.sin(np.arange(RATE_HZ) / number) for number in (3.0, 5.0)])


class Mouth:
    def say(self, text: str, *, voice: str, speed: float) -> Int16:
        return tone(1.0)


class Dictating:
    """Takes the place of the teacher: refuses what `refuses` says, teaches two tokens otherwise."""

    def __init__(self, refuses: Kind | None = None) -> None:
        self.refuses = refuses
        self.heard: list[Kind] = []

    def lesson(self, kind: Kind, saying: int, audio: Samples) -> Lesson | None:
        self.heard.append(kind)
        return None if kind is self.refuses else Lesson(kind, saying, audio, (1, 2), np.zeros((2, 4), np.float16))


def tone(seconds: float) -> Int16:
    return np.asarray(8000 * np.sin(np.arange(round(seconds * RATE_HZ)) / 4), np.int16)


def pupil(seconds: float, kind: Kind = Kind.SAME) -> Pupil:
    audio = np.zeros(round(seconds * STT_RATE), np.float32)
    return Pupil(Lesson(kind, 0, audio, (1,), np.zeros((1, 4), np.float16)), audio)


def made(folder: Path, teacher: Dictating, count: int = 32) -> int:
    said = [Saying(f"Texto {number}.", "dora", 1.0) for number in range(count)]
    record(said, Mouth(), folder / "speech")
    return lessons.make(said, folder / "speech", LINE, cast("Teacher", teacher), folder / "lessons", seed=0)


@pytest.mark.parametrize("snr_db", [None, 20.0, 5.0], ids=["quiet", "20 dB", "5 dB"])
def test_a_saying_is_cut_as_in_a_call_and_the_same_for_a_seed(snr_db: float | None) -> None:
    audio = LINE.heard(tone(1.0), snr_db, np.random.default_rng(3))
    assert audio.dtype == np.float32
    assert 1.25 <= len(audio) / STT_RATE <= 2.25
    np.testing.assert_array_equal(audio, LINE.heard(tone(1.0), snr_db, np.random.default_rng(3)))


def test_noise_is_as_loud_as_asked_for() -> None:
    def quietest(snr_db: float | None) -> float:
        audio = LINE.heard(tone(1.0), snr_db, np.random.default_rng(8))
        return float(np.sqrt(np.mean(audio[:800] ** 2)))

    assert quietest(5.0) > 3 * quietest(20.0) > 3 * quietest(None)


def test_nobody_speaks_on_an_empty_line() -> None:
    lengths = [len(LINE.nobody(np.random.default_rng(seed))) / STT_RATE for seed in range(8)]
    assert all(0.8 <= length <= 3.3 for length in lengths)
    assert len(set(lengths)) > 4


def test_every_saying_is_taught_and_some_in_their_own_noise(tmp_path: Path) -> None:
    teacher = Dictating()
    assert made(tmp_path, teacher) == len(teacher.heard)
    assert teacher.heard.count(Kind.QUIET) == 32
    assert teacher.heard.count(Kind.SAME) == 8
    assert teacher.heard.count(Kind.NOBODY) == 4


def test_what_the_teacher_refuses_is_not_kept_and_what_is_kept_is_not_made_again(tmp_path: Path) -> None:
    assert made(tmp_path, Dictating(refuses=Kind.SAME)) == 36
    again = Dictating()
    assert made(tmp_path, again) == 8
    assert set(again.heard) == {Kind.SAME}


def test_what_watches_the_training_is_not_trained_on(tmp_path: Path) -> None:
    made(tmp_path, Dictating())
    watching = set(lessons.stored(tmp_path / "lessons", monitored=True))
    taught = set(lessons.stored(tmp_path / "lessons", monitored=False))
    assert watching
    assert not watching & taught
    assert not {path.name[:5] for path in watching} & {path.name[:5] for path in taught}


def test_a_lesson_is_read_as_written(tmp_path: Path) -> None:
    random = np.random.default_rng(0)
    lesson = Lesson(
        Kind.SAME,
        7,
        np.asarray(random.uniform(-1, 1, 400), np.float32),
        (5, 6),
        random.normal(size=(2, 4)).astype("f2"),
    )
    save(lesson, tmp_path / "one.npz")
    found = load(tmp_path / "one.npz")
    assert (found.kind, found.saying, found.tokens) == (Kind.SAME, 7, (5, 6))
    np.testing.assert_array_equal(found.hidden, lesson.hidden)
    np.testing.assert_allclose(found.audio, lesson.audio, atol=1 / 32_768)


def test_the_student_hears_a_quiet_lesson_on_a_new_line_each_time() -> None:
    quiet, same = (
        Lesson(kind, 0, np.ones(STT_RATE, np.float32), (1,), np.zeros((1, 4), np.float16))
        for kind in (Kind.QUIET, Kind.SAME)
    )
    material = Material([quiet, same], lambda _: tone(1.0), LINE)
    random = np.random.default_rng(0)
    first, second = material.heard(random), material.heard(random)
    assert not np.array_equal(first[0].audio, second[0].audio)
    assert first[1].audio is second[1].audio is same.audio


def test_what_is_too_long_is_left_out() -> None:
    long = Lesson(Kind.SAME, 0, np.zeros(round((LONGEST_S + 1) * STT_RATE), np.float32), (1,), np.zeros((1, 4), "f2"))
    assert Material([long], lambda _: tone(1.0), LINE).heard(np.random.default_rng(0)) == []


@settings(max_examples=30, deadline=None)
@given(st.lists(st.floats(0.5, 8.0), max_size=40), st.integers(0, 9))
def test_every_clip_is_in_one_batch_with_clips_of_like_length(lengths: list[float], seed: int) -> None:
    pupils = [pupil(length) for length in lengths]
    found = batches(pupils, np.random.default_rng(seed))
    flat: list[Any] = [id(each) for batch in found for each in batch]
    assert sorted(flat) == sorted(map(id, pupils))
    assert all(len(batch) <= (4 if max(each.seconds for each in batch) > 5.3 else 8) for batch in found)
