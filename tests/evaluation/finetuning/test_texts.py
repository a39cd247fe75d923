"""What is said in training and by whom, and that the test's voices and words stay out of it."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from evaluation.corpora.casting import TEST, Cast
from evaluation.finetuning.recordings import Saying, cast_sayings, murmurs, record, speech_of
from evaluation.finetuning.replies import never_taught, replies
from evaluation.finetuning.script import MOST_WORDS, plain, sayings
from evaluation.finetuning.speakers import HELD, TAUGHT, WATCHING
from telephony.codecs import Int16
from voicebot.domain.dialogue.phases import Asks


class CountingMouth:
    def __init__(self) -> None:
        self.said: list[str] = []

    def say(self, text: str, *, voice: str, speed: float) -> Int16:
        self.said.append(text)
        return np.full(round(800 / speed), len(voice), np.int16)


def speakers(cast: Cast) -> set[str]:
    return {speaker for recipe in cast.voices.values() for speaker in recipe}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param(TAUGHT, HELD, id="test"),
        pytest.param(TAUGHT, WATCHING, id="watching"),
        pytest.param(WATCHING, HELD, id="watching and test"),
    ],
)
def test_no_speaker_of_one_is_part_of_any_voice_of_the_other(one: Cast, other: Cast) -> None:
    assert not speakers(one) & speakers(other)
    assert not set(one.murmurs) & set(other.murmurs)


def test_the_test_has_enough_voices() -> None:
    assert len(HELD.voices) >= 6


@pytest.mark.parametrize("cast", [TAUGHT, WATCHING, HELD, TEST], ids=lambda cast: cast.name)
def test_a_blends_weights_add_up_to_one(cast: Cast) -> None:
    assert all(sum(recipe.values()) == pytest.approx(1.0) for recipe in cast.voices.values())


def test_nothing_that_a_test_says_is_taught() -> None:
    taught = {plain(text) for text in sayings(600, 0, never=set(never_taught()))}
    assert len(taught) == 600
    assert not taught & {plain(text) for text in never_taught()}
    assert {plain(reply.text) for reply in replies()} <= {plain(text) for text in never_taught()}


def test_a_shorter_list_begins_a_longer_and_another_seed_gives_another() -> None:
    long = sayings(120, 3)
    assert sayings(40, 3) == long[:40]
    assert sayings(120, 4) != long
    assert max(len(text.split()) for text in long) <= MOST_WORDS + 1


def test_the_test_has_enough_replies_of_each_kind() -> None:
    kinds = Counter(reply.asks for reply in replies())
    assert 4 * len(replies()) >= 400
    assert all((reply.value is None) == (reply.asks is Asks.OPEN) for reply in replies())
    assert min(kinds.values()) >= 9


def test_voices_take_turns() -> None:
    made = cast_sayings([f"texto {number}" for number in range(75)], TAUGHT, 0)
    assert set(Counter(saying.voice for saying in made).values()) <= {2, 3}
    assert all(TAUGHT.slowest <= saying.speed <= TAUGHT.fastest for saying in made)


def test_an_interrupted_recording_goes_on_where_it_stopped(tmp_path: Path) -> None:
    wanted = [Saying(f"Texto {number}.", "dora", 1.0) for number in range(5)]
    first, second = CountingMouth(), CountingMouth()
    assert record(wanted, first, tmp_path, enough=lambda: len(first.said) == 2) == 2
    assert record(wanted, second, tmp_path) == 3
    assert not set(first.said) & set(second.said)
    assert all(speech_of(saying, tmp_path) is not None for saying in wanted)
    assert speech_of(Saying("Outro.", "dora", 1.0), tmp_path) is None


def test_murmurs_are_said_by_voices_of_the_cast() -> None:
    assert [saying.text for saying in murmurs(TAUGHT)] == list(TAUGHT.murmurs)
    assert {saying.voice for saying in murmurs(TAUGHT)} <= set(TAUGHT.voices)
