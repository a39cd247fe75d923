"""The speech benchmark's arithmetic, its answers and its noises; the engines themselves are not needed."""

from __future__ import annotations

import json

import numpy as np
import pytest
from rich.console import Console
from stdnum.br import cpf

from evaluation.benchmarks.answer_audio import noise_clips
from evaluation.benchmarks.short_answers import KINDS, answers
from evaluation.benchmarks.speech import Figures, Outcome, expectation, false_accepts, result, word_errors, words
from evaluation.benchmarks.speech_table import speech_table
from voicebot.domain.dialogue.phases import Asks
from voicebot.settings import load_settings
from voicebot.understanding.understander import load_understander


@pytest.mark.parametrize(
    ("said", "heard", "errors"),
    [
        pytest.param("Não é comigo", "não é comigo.", 0, id="case, accents and marks do not count"),
        pytest.param("não é comigo", "é comigo", 1, id="dropped"),
        pytest.param("não é comigo", "não é é comigo", 1, id="added"),
        pytest.param("não é comigo", "não e contigo", 1, id="changed"),
        pytest.param("não é comigo", "", 3, id="nothing heard"),
    ],
)
def test_word_errors(said: str, heard: str, errors: int) -> None:
    assert word_errors(words(said), words(heard)) == errors


@pytest.mark.parametrize("asks", KINDS)
def test_answers_are_the_same_for_a_seed_and_read_as_labelled(asks: Asks) -> None:
    made = answers(asks, 24, 5)
    assert made == answers(asks, 24, 5)
    assert made != answers(asks, 24, 6)
    assert sum(answer.value is None for answer in made) == 3
    expected = expectation(load_understander(), asks)
    said = [answer for answer in made if answer.value is not None]
    assert [expected.read(answer.text).value for answer in said] == [answer.value for answer in said]


def test_a_whole_cpf_has_its_check_digits() -> None:
    values = [answer.value for answer in answers(Asks.CPF, 40, 1) if answer.value is not None]
    assert all(cpf.is_valid(value) for value in values)


def outcomes() -> list[Outcome]:
    first, amount = Asks.CPF_FIRST3, Asks.AMOUNT
    return [
        Outcome(first, "clean", "529", "529", "529"),
        Outcome(first, "20", "529", None, "529"),
        Outcome(first, "10", "529", "528", "528"),
        Outcome(first, "5", "529", "111", None),
        Outcome(amount, "clean", "200.00", "200.00", "200.00"),
        Outcome(amount, "5", None, "3.00", None),
    ]


def test_a_false_accept_is_a_guess_misheard_as_the_one_right_value() -> None:
    found = false_accepts(outcomes(), Asks.CPF_FIRST3)
    assert found is not None
    assert found["free"]["value"] == pytest.approx(2 / 4 / 999, abs=1e-7)
    assert found["asked"]["value"] == pytest.approx(1 / 4 / 999, abs=1e-7)
    assert found["asked"]["high"] > found["asked"]["value"]
    assert found["asked"]["near"] == pytest.approx(1 / 4 / 27, abs=1e-6)
    assert false_accepts(outcomes(), Asks.CPF) is None


def test_the_object_keeps_the_contract_and_fills_the_table() -> None:
    figures = Figures(outcomes=outcomes(), rtf=[0.2, 0.3], added_ms=[0.0, 80.0], invented=[(False, False)])
    figures.errors["clean"] = [1, 10]
    found = json.loads(json.dumps(result(figures, 0.5, load_settings())))
    assert found["wer"]["value"] == pytest.approx(0.1)
    assert (found["understood"]["value"], found["understood"]["n"]) == (0.6, 5)
    assert found["rtf"]["median"] == pytest.approx(0.25)
    assert found["free"]["understood"]["value"] == pytest.approx(0.4)
    assert found["other_words_taken_for_an_answer"]["free"]["value"] == 1.0
    assert found["other_words_taken_for_an_answer"]["asked"]["value"] == 0.0
    console = Console(width=200, record=True)
    console.print(speech_table(found))
    assert "word errors in sentences" in console.export_text()


def test_noises_are_the_same_for_a_seed_and_are_not_silence() -> None:
    first, again = (list(noise_clips(3, 2)) for _ in range(2))
    assert all(np.array_equal(one, other) for one, other in zip(first, again, strict=True))
    assert all(16_000 * 0.9 < clip.size < 16_000 * 3.1 for clip in first)
    assert np.abs(first[1]).max() > np.abs(first[0]).max() > 0
