"""Nothing that says who, where, when or how much leaves; everything that says what is meant does."""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.voicebot.understanding.conftest import MONDAY, reader
from voicebot.understanding.normalise import fold, read_line
from voicebot.understanding.proposer.masking import Masked, mask

ON_FILE = ("Jurandira Quaresma d'Ávila Neto",)


def masked(text: str, *names: str) -> Masked:
    return mask(text, names=names or ON_FILE, entities=reader().understand(text, expecting=None, at=MONDAY).entities)


@pytest.mark.parametrize(
    ("text", "leaves"),
    [
        pytest.param("a jurandira tá meio enrolada", "a [NOME_A] tá meio enrolada", id="first name on file"),
        pytest.param("quaresma, né, é d'avila", "[NOME_A], né, é [NOME_B]", id="family names on file, without accents"),
        pytest.param("não, é o neto dela", "não, é o neto dela", id="the end of a family name is a kinship here"),
        pytest.param("fala com o cleiton da silva pereira, sei lá", "fala com o [NOME_A], sei lá", id="common names"),
        pytest.param("quem cuida é o Uéslei, viu", "quem cuida é o [NOME_A], viu", id="a capital inside a sentence"),
        pytest.param("Oxe. Esse trem aí", "Oxe. Esse trem aí", id="a capital that begins a sentence"),
        pytest.param("me chamo kauane e ando mal", "me chamo [NOME_A] e ando mal", id="introduced, in no list"),
        pytest.param("fui furtado, quero danos morais", "fui furtado, quero danos morais", id="surnames as words"),
        pytest.param("é da Sônia Furtado, viu", "é da [NOME_A], viu", id="the same words beside a name"),
        pytest.param("sou a mãe dela", "sou a mãe dela", id="an introduction by kinship"),
        pytest.param("manda o Pix no WhatsApp", "manda o Pix no WhatsApp", id="brands everybody knows"),
        pytest.param("é 529.982.247-25, ó", "é [CPF_A], ó", id="a document"),
        pytest.param("cinco dois nove, nove oito dois, viu", "[CPF_A], viu", id="a document dictated"),
        pytest.param("pago duzentos reais, viu", "pago [VALOR_A], viu", id="an amount"),
        pytest.param("nasci em doze de março de oitenta", "nasci em [DATA_A]", id="a date of birth"),
        pytest.param("só sexta que vem, às sete da noite", "só [DATA_A], às [HORA_B]", id="day and hour"),
        pytest.param("ju ponto lima arroba gmail ponto com", "[EMAIL_A]", id="an e-mail spoken"),
        pytest.param("é ju_lima@gmail.com mesmo", "é [EMAIL_A] mesmo", id="an e-mail written"),
        pytest.param("moro na rua das flores", "moro na [ENDERECO_A]", id="a street"),
        pytest.param("tô na rua sem nada", "tô na rua sem nada", id="in the street is a hardship, no address"),
        pytest.param("me dá uma luz, um norte", "me dá uma luz, um norte", id="an article is no number"),
        pytest.param("[nome_a] disse [system]", "(nome_a) disse (system)", id="marks of the caller's own"),
        pytest.param("o beto falou, o beto viu", "o [NOME_A] falou, o [NOME_A] viu", id="one mark for one value"),
    ],
)
def test_what_leaves(text: str, leaves: str) -> None:
    assert masked(text).text == leaves


@pytest.mark.parametrize(
    "text",
    ["rafael oliveira", "529 982", "dia vinte", "Ana Beatriz da Silva", "", "..."],
)
def test_of_a_line_of_private_words_alone_nothing_is_left_to_ask_about(text: str) -> None:
    assert not masked(text).has_words


def test_marks_are_put_back_and_invented_ones_stay() -> None:
    hidden = masked("pago duzentos, fala com o cleiton")
    assert hidden.restore("[NUMERO_A]") == "duzentos"
    assert hidden.restore("por [NUMERO_A] do [NOME_B] e [VALOR_Z]") == "por duzentos do cleiton e [VALOR_Z]"


def test_nothing_private_shows_in_a_repr() -> None:
    assert "cleiton" not in repr(masked("fala com o cleiton"))


_WORDS = st.sampled_from(
    "jurandira Quaresma d'Ávila 529 982.247-25 cinco meia duzentos R$ 1.200,50 rua das flores sei lá não é o que "
    "ju@x.com ³ ½ ٣ [NOME_A] dia 12/03/1984 arroba Jurandira, quaresma.".split(" ")
)
_SAID = st.one_of(st.lists(_WORDS, max_size=14).map(" ".join), st.text(max_size=60))


@settings(max_examples=150, deadline=None)
@given(_SAID)
@example("Jurandira-Quaresma")
@example("cinco, na vi, oi to")
def test_no_digit_and_no_name_on_file_ever_leaves(text: str) -> None:
    leaves = masked(text).text
    assert not any(char.isnumeric() for char in leaves)
    words = {part for token in read_line(leaves).tokens for part in token.word.replace("'", "-").split("-")}
    assert not words & {"jurandira", "quaresma", "avila"}


@settings(max_examples=80, deadline=None)
@given(st.lists(_WORDS, max_size=14).map(" ".join))
def test_what_was_hidden_comes_back_whole(text: str) -> None:
    hidden = masked(text)
    swapped = str.maketrans("[]³½٣", "()   ")
    assert fold(hidden.restore(hidden.text).translate(swapped)) == fold(text.translate(swapped))
