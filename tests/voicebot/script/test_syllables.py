"""Syllables of Portuguese words, counted from their spelling."""

import pytest

from voicebot.script.syllables import count_syllables

WORDS = {
    1: "não mãe põe mais meu qual que ao aos fui viu luz sei deu",
    2: "dia rua boa voo país veem água juros juiz sair ruim reais quanto muito ligou feio pôde próprio "
    "série área régua mágoa iguais Paulo oito aqui duas milhões língua chapéu também constrói caiu pix site",
    3: "saúde história família horário ainda rainha conseguiu aquilo poema ideia trabalho cuidado "
    "avião união região proteção gratuita tranquila atual vazio ônibus linguiça seguinte juízo WhatsApp e-mail "
    "Aurora Maria pequeno oblíquo idôneo quieto",
    4: "obrigada situação energia compreendo combinado período necessário distraído cooperar psicólogo averíguo "
    "pagamento",
    5: "obrigatório influenciar negociação",
}


@pytest.mark.parametrize(
    ("word", "syllables"),
    [pytest.param(word, count, id=word) for count, words in WORDS.items() for word in words.split()],
)
def test_a_word_has_its_syllables(word: str, syllables: int) -> None:
    assert count_syllables(word) == syllables
    assert count_syllables(word.upper()) == syllables


@pytest.mark.parametrize(
    ("letters", "syllables"),
    [
        pytest.param("CPF", 4, id="cê pê éfe"),
        pytest.param("CVV", 3, id="cê vê vê"),
        pytest.param("SMS", 6, id="ésse eme ésse"),
        pytest.param("SAMU", 2, id="one that is said as a word"),
    ],
)
def test_letters_count_by_their_names(letters: str, syllables: int) -> None:
    assert count_syllables(letters) == syllables


def test_parts_of_a_compound_add_up() -> None:
    assert count_syllables("segunda-feira") == 5


def test_nothing_sayable_is_still_one() -> None:
    assert count_syllables("'") == 1
