from collections import Counter
from itertools import combinations

import pytest

from evaluation.corpora.casting import CASTS, ESPEAK, NOISES, TEST, TRAINING, Cast, Take, takes_of
from evaluation.corpora.tables import Line
from tests.evaluation.corpora.fakes import sentence
from voicebot.speech import catalogue

SNRS = (None, 20.0, 10.0, 5.0)


def take_of(line: Line, cast: Cast, seed: int) -> Take:
    (take,) = takes_of(line, cast, SNRS, seed)
    return take


TAKES = [take_of(sentence(f"linha {number}"), TRAINING, 7) for number in range(2_000)]


def test_training_and_test_share_no_voice_and_no_murmur() -> None:
    for one, other in combinations(CASTS.values(), 2):
        assert not set(one.murmurs) & set(other.murmurs)
        assert not {tuple(recipe.items()) for recipe in one.voices.values()} & {
            tuple(recipe.items()) for recipe in other.voices.values()
        }


def test_no_voice_of_the_test_is_mostly_one_of_the_training() -> None:
    trained = {name for recipe in TRAINING.voices.values() for name in recipe}
    for recipe in TEST.voices.values():
        assert sum(weight for name, weight in recipe.items() if name in trained) < 0.5


@pytest.mark.parametrize("cast", CASTS.values(), ids=CASTS)
def test_recipes_are_mixtures_of_voices_that_there_are(cast: Cast) -> None:
    known = {file.path for file in catalogue.find("kokoro-82m").files}
    for recipe in cast.voices.values():
        assert sum(recipe.values()) == pytest.approx(1.0)
        assert {f"voices/{name}.bin" for name in recipe} <= known


def test_a_take_hangs_on_the_line_the_cast_and_the_seed_alone() -> None:
    line = sentence("pode falar")
    assert take_of(line, TRAINING, 1) == take_of(line, TRAINING, 1)
    others = (
        take_of(line, TEST, 1),
        take_of(line, TRAINING, 2),
        take_of(sentence("pode"), TRAINING, 1),
    )
    assert len({take_of(line, TRAINING, 1), *others}) == 4


def test_every_condition_gets_its_share() -> None:
    for counts in (Counter(take.snr for take in TAKES), Counter(take.noise for take in TAKES)):
        assert min(counts.values()) > 0.8 * len(TAKES) / len(counts)
    assert {take.snr for take in TAKES} == {"clean", "20", "10", "5"}
    assert {take.noise for take in TAKES} == set(NOISES)
    assert {take.voice for take in TAKES} == {*TRAINING.voices, ESPEAK}


def test_the_robot_is_rare_and_speeds_stay_human() -> None:
    assert 0.01 < Counter(take.voice for take in TAKES)[ESPEAK] / len(TAKES) < 0.05
    assert all(TRAINING.slowest <= take.speed <= TRAINING.fastest for take in TAKES)


def test_further_takes_keep_the_voice_and_change_the_line() -> None:
    for number in range(50):
        line = sentence(f"linha {number}")
        first, *others = takes_of(line, TRAINING, SNRS, 7, 4)
        assert first == take_of(line, TRAINING, 7)
        assert {(take.voice, take.speed) for take in others} == {(first.voice, first.speed)}
        assert first.snr_db not in {take.snr_db for take in others}
        assert len({take.seed for take in (first, *others)}) == 4


def test_with_one_condition_every_take_has_it() -> None:
    assert {take.snr for take in takes_of(sentence("oi"), TEST, (5.0,), 1, 3)} == {"5"}
