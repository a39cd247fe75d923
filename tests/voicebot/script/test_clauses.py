import pytest
from hypothesis import given
from hypothesis import strategies as st

from voicebot.script.clauses import split_clauses


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        pytest.param("", [], id="nothing"),
        pytest.param("Oi, bom dia!", ["Oi, bom dia!"], id="one short sentence stays whole"),
        pytest.param(
            "Oi, bom dia! Eu queria falar com a Ana Beatriz. É você?",
            ["Oi, bom dia!", "Eu queria falar com a Ana Beatriz.", "É você?"],
            id="sentences",
        ),
        pytest.param(
            "Consigo assim: uma entrada de cento e vinte reais até quinta, e dez parcelas. Assim cabe?",
            ["Consigo assim:", "uma entrada de cento e vinte reais até quinta, e dez parcelas.", "Assim cabe?"],
            id="a long first sentence is cut at its first pause",
        ),
        pytest.param(
            "Sim, pode ser, eu repito tudo o que ficou combinado entre nós hoje.",
            ["Sim, pode ser,", "eu repito tudo o que ficou combinado entre nós hoje."],
            id="a tiny head takes the next piece along",
        ),
        pytest.param(
            "Uma frase comprida sem nenhuma pausa que se possa usar pra cortar.",
            ["Uma frase comprida sem nenhuma pausa que se possa usar pra cortar."],
            id="no pause, no cut",
        ),
        pytest.param("Alô? Sim. Sei. Pode falar agora.", ["Alô?", "Sim. Sei. Pode falar agora."], id="tiny ones join"),
    ],
)
def test_an_utterance_is_cut_for_synthesis(text: str, pieces: list[str]) -> None:
    assert split_clauses(text) == pieces


@given(st.text(alphabet="ab ,.?!…:;\n", max_size=300))
def test_the_pieces_give_the_text_back(text: str) -> None:
    pieces = split_clauses(text)

    assert " ".join(pieces) == " ".join(text.split())
    assert all(pieces)
