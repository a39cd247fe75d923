import pytest
from hypothesis import given
from hypothesis import strategies as st

from voicebot.speech.sentences import clauses, has_words, sentences


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
