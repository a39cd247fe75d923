import pytest
from hypothesis import given
from hypothesis import strategies as st

from voicebot.speech.loops import collapse


@pytest.mark.parametrize(
    ("heard", "kept"),
    [
        pytest.param("Sim. Sim. Sim. Sim. Sim. Sim.", "Sim.", id="one word over and over"),
        pytest.param("Quem é você? Quem é você? Quem é você?", "Quem é você?", id="a phrase three times"),
        pytest.param("Eu quero eu quero eu quero pagar", "Eu quero pagar", id="a loop that ends"),
        pytest.param("é éééééééééé", "é é", id="one letter"),
        pytest.param("ahahahahahahahahahah não", "ah não", id="laughing letters"),
    ],
)
def test_loops_are_cut(heard: str, kept: str) -> None:
    assert collapse(heard) == (kept, True)


@pytest.mark.parametrize(
    "said",
    [
        pytest.param("Não, não, não, não.", id="people say no four times"),
        pytest.param("Zero zero zero", id="a dictated number"),
        pytest.param("Calma, calma, moça", id="a word twice"),
        pytest.param("pago dia dez, pago dia dez, tá", id="a phrase twice"),
        pytest.param("1000000000", id="a figure with many zeros"),
        pytest.param("", id="nothing"),
    ],
)
def test_what_people_say_stays(said: str) -> None:
    assert collapse(said) == (said, False)


@given(st.lists(st.sampled_from(["sim", "não", "eu", "pago", "hoje"]), max_size=40))
def test_collapsing_only_removes_and_never_empties(words: list[str]) -> None:
    said = " ".join(words)
    kept, cut = collapse(said)
    assert len(kept) <= len(said)
    assert bool(kept) == bool(said)
    assert cut == (kept != said)
