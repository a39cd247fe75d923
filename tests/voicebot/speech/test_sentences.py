import pytest
from hypothesis import given
from hypothesis import strategies as st

from voicebot.speech.sentences import clauses, has_words, opening, sentences


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Oi! É você?", ["Oi!", "É você?"]),
        ("O Sr. Carlos está?", ["O Sr. Carlos está?"]),
        ("Sinto muito… Vamos ver.", ["Sinto muito…", "Vamos ver."]),
        ("Uma linha\nOutra linha", ["Uma linha", "Outra linha"]),
        ("São R$ 1.250,00 hoje. Certo?", ["São R$ 1.250,00 hoje.", "Certo?"]),
        ("  ", []),
    ],
)
def test_sentences(text: str, expected: list[str]) -> None:
    assert sentences(text) == expected


@given(st.text(alphabet="ab ,.!?…\n", max_size=60))
def test_no_word_is_lost(text: str) -> None:
    assert " ".join(sentences(text)).split() == text.split()


@given(st.text(alphabet="ab ,.!?…—", max_size=60))
def test_clauses_keep_every_mark(sentence: str) -> None:
    joined = "".join(words + marks for words, marks in clauses(sentence))
    assert joined.replace(" ", "") == sentence.replace(" ", "")


@pytest.mark.parametrize(("text", "spoken"), [("Sim.", True), ("…?!", False), ("", False), ("3", True)])
def test_has_words(text: str, spoken: bool) -> None:
    assert has_words(text) is spoken


@pytest.mark.parametrize(
    ("sentence", "pieces"),
    [
        pytest.param("Certo, vamos ver.", ["Certo, vamos ver."], id="short"),
        pytest.param(
            "Fica em três vezes de cem reais, a primeira no dia dez.",
            ["Fica em três vezes de cem reais,", "a primeira no dia dez."],
            id="two clauses",
        ),
        pytest.param(
            "Sim, o valor de hoje é de mil reais, com desconto já contado.",
            ["Sim, o valor de hoje é de mil reais,", "com desconto já contado."],
            id="a first clause too short to stand alone",
        ),
        pytest.param(
            "O valor total da sua conta com tudo o que já foi contado até hoje é este, certo?",
            ["O valor total da sua conta com tudo o que já foi contado até hoje é este, certo?"],
            id="a first clause as slow as the whole",
        ),
        pytest.param("São R$ 1.250,00 de principal e mais R$ 81,67 de juros.", None, id="a comma inside an amount"),
    ],
)
def test_a_long_sentence_opens_with_its_first_clause(sentence: str, pieces: list[str] | None) -> None:
    assert opening(sentence) == (pieces or [sentence])


@given(st.text(alphabet="ab ,;:—", max_size=120))
def test_an_opening_loses_no_word(sentence: str) -> None:
    assert " ".join(opening(sentence)).split() == sentence.split()
