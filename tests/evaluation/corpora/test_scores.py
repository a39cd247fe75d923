import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evaluation.corpora.scores import edits, score, summary, words
from evaluation.corpora.tables import HeardLine
from tests.evaluation.corpora.fakes import sentence

WORDS = st.lists(st.sampled_from("abc"), max_size=6)


def heard(text: str, transcript: str, snr: str = "clean", voice: str = "dora") -> HeardLine:
    return HeardLine(sentence(text), transcript, voice, snr)


@pytest.mark.parametrize(
    ("said", "got", "count"),
    [
        ("a b c", "a b c", 0),
        ("a b c", "a x c", 1),
        ("a b c", "a c", 1),
        ("a c", "a b c", 1),
        ("a b c", "", 3),
        ("", "a b", 2),
        ("a b c d", "b c d a", 2),
    ],
)
def test_edits_are_the_fewest(said: str, got: str, count: int) -> None:
    assert edits(said.split(), got.split()) == count


@settings(deadline=None)
@given(WORDS, WORDS, WORDS)
def test_edits_are_a_distance(one: list[str], two: list[str], three: list[str]) -> None:
    assert edits(one, two) == edits(two, one)
    assert (edits(one, two) == 0) is (one == two)
    assert edits(one, three) <= edits(one, two) + edits(two, three)


@pytest.mark.parametrize(
    ("written", "spoken", "expecting"),
    [
        ("R$ 120", "cento e vinte reais", ""),
        ("Não, dia 5!", "nao dia cinco", ""),
        ("529", "cinco dois nove", "cpf_first3"),
        ("61", "meia um", "cpf_last2"),
        ("tô pra pagar, cê tá vendo?", "estou para pagar você está vendo", ""),
        ("529", "quinhentos e vinte e nove", "amount"),
    ],
)
def test_two_spellings_of_the_same_speech_count_as_the_same(written: str, spoken: str, expecting: str) -> None:
    assert words(written, expecting) == words(spoken, expecting)


def test_a_score_tells_exact_empty_and_invented_apart() -> None:
    found = score(
        [
            heard("vou pagar", "Vou pagar."),
            heard("vou pagar", ""),
            heard("vou pagar", "obrigado a todos"),
            heard("vou pagar", "vou apagar"),
        ]
    )
    assert (found.lines, found.words, found.errors) == (4, 8, 0 + 2 + 3 + 1)
    assert (found.exact, found.empty, found.invented) == (1, 1, 1)


def test_a_summary_shows_figures_and_no_words() -> None:
    shown = summary([heard("segredo nosso", "segredo nosso"), heard("segredo nosso", "", "5", "alex")])
    assert shown["by_snr"]["clean"]["word_error_rate"] == 0.0
    assert shown["by_snr"]["5"]["empty"] == 1.0
    assert set(shown["by_voice"]) == {"alex", "dora"}
    assert set(shown["by_voice_clean"]) == {"dora"}
    assert "segredo" not in json.dumps(shown)


def test_nothing_heard_yet() -> None:
    assert summary([]) == {"lines": 0}
