"""What is heard and taught, and how clips are put together."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evaluation.finetuning.items import Line
from evaluation.finetuning.lessons import LONGEST_S, NOTHING, Clip, Draft, Material, Pupil, Writer, clips
from evaluation.finetuning.recordings import Saying, record
from evaluation.finetuning.student import batches
from telephony.codecs import RATE_HZ, Int16
from tests.voicebot.speech import real
from voicebot.speech.ports import STT_RATE, Samples

LINE = Line([np.sin(np.arange(RATE_HZ) / number) for number in (3.0, 5.0)])
NOBODY = (-1,)


class Mouth:
    def say(self, text: str, *, voice: str, speed: float) -> Int16:
        return tone(1.0)


class Scribe:
    """Takes the place of the writer: the length of the text is its only token."""

    def pupil(self, audio: Samples, text: str | None) -> Pupil:
        tokens = NOBODY if text is None else (len(text),)
        return Pupil(audio, tokens, tokens)


WRITER = cast("Writer", Scribe())


def tone(seconds: float) -> Int16:
    return np.asarray(8000 * np.sin(np.arange(round(seconds * RATE_HZ)) / 4), np.int16)


def material(*seconds: float, voices: str = "a") -> Material:
    said = [Clip("x" * (number + 3), voices[number % len(voices)], tone(each)) for number, each in enumerate(seconds)]
    return Material(said, LINE, WRITER)


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
    assert all(0.8 <= length <= 3.8 for length in lengths)
    assert len(set(lengths)) > 4


def test_a_line_drawn_anew_is_another_one_and_the_same_for_a_seed() -> None:
    first, again, other = (LINE.varied(tone(1.5), np.random.default_rng(seed)) for seed in (4, 4, 5))
    np.testing.assert_array_equal(first, again)
    assert not np.array_equal(first[:8000], other[:8000])


def test_what_was_recorded_is_taught_in_the_words_that_were_said(tmp_path: Path) -> None:
    said = [Saying("Pago 20 reais.", "dora", 1.0), Saying("Sim.", "alex", 1.0)]
    record(said[:1], Mouth(), tmp_path)
    assert [(clip.text, clip.voice, clip.seconds) for clip in clips(said, tmp_path)] == [
        ("Pago vinte reais.", "dora", 1.0)
    ]


def test_every_clip_is_heard_once_in_a_round_and_on_another_line_in_the_next() -> None:
    source = material(*[1.0] * 30)
    random = np.random.default_rng(0)
    first, second = source.drafts(random), source.drafts(random)
    assert len(first) == len(second) == 30
    assert first[0].seed != second[0].seed
    np.testing.assert_array_equal(first[0].heard().audio, first[0].heard().audio)


def test_some_clips_have_another_of_their_voice_behind_them() -> None:
    source = material(*[1.0] * 40, voices="ab")
    drafts = source.drafts(np.random.default_rng(1))
    joined = [draft for draft in drafts if " " in draft.clip.text]
    assert 2 <= len(joined) <= 16
    for draft in joined:
        places = [len(part) - 3 for part in draft.clip.text.split()]
        assert {place % 2 for place in places} == {0 if draft.clip.voice == "a" else 1}
        assert 2.08 <= draft.seconds <= 2.5


def test_now_and_then_nobody_speaks() -> None:
    source = material(1.0)
    taught = [Draft(source.clips[0], seed, source).heard().tokens for seed in range(120)]
    assert 1 <= taught.count(NOBODY) <= 20


def test_what_is_too_long_is_left_out() -> None:
    assert material(LONGEST_S).drafts(np.random.default_rng(0)) == []
    assert material(LONGEST_S).steady(0, [None]) == []


def test_those_who_watch_hear_the_same_each_time_and_every_noise_in_turn() -> None:
    source = material(1.0, 1.0)
    quiet, noisy = source.steady(3, [None, 5.0])
    np.testing.assert_array_equal(noisy.audio, source.steady(3, [None, 5.0])[1].audio)
    assert np.std(noisy.audio[:800]) > 3 * np.std(quiet.audio[:800])


@settings(max_examples=30, deadline=None)
@given(st.lists(st.floats(0.5, 6.0), max_size=40), st.integers(0, 9))
def test_every_clip_is_in_one_batch_with_clips_of_like_length(lengths: list[float], seed: int) -> None:
    source = material()
    drafts = [Draft(Clip("", "", np.zeros(round(each * RATE_HZ), np.int16)), 0, source) for each in lengths]
    found = batches(drafts, np.random.default_rng(seed))
    flat: list[Any] = [id(each) for batch in found for each in batch]
    assert sorted(flat) == sorted(map(id, drafts))
    assert all(len(batch) <= (4 if max(each.seconds for each in batch) > 4.8 else 8) for batch in found)


@pytest.mark.models
def test_the_decoder_is_given_the_prompt_and_is_to_predict_the_text_and_its_end() -> None:
    writer = Writer(real.models_folder() / "whisper-base")
    said = writer.pupil(np.zeros(160, np.float32), "Sim.")
    assert said.tokens[:4] == (50258, 50267, 50359, 50363)
    assert said.wanted == (50267, -1, -1, *said.tokens[4:], 50257)
    assert len(said.tokens) == len(said.wanted)


@pytest.mark.models
def test_where_nobody_speaks_the_text_has_neither_letter_nor_figure() -> None:
    writer = Writer(real.models_folder() / "whisper-base")
    nobody = writer.pupil(np.zeros(160, np.float32), None)
    assert nobody.wanted[0] == 50362
    assert replace(nobody, wanted=writer.pupil(nobody.audio, NOTHING[1:]).wanted).tokens == nobody.tokens
    assert not any(map(str.isalnum, NOTHING))
