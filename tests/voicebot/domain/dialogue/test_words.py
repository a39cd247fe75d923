"""The few caller words that the policy itself reads."""

from __future__ import annotations

import pytest

from voicebot.domain.dialogue.words import (
    asks_what_comes_later,
    names_company,
    says_monthly,
    says_now,
    says_other_name,
    says_what_it_was,
    speaks_english,
    speaks_of_the_call,
    wished_method,
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Aqui é o Rafael.", True),
        ("Meu nome é Marlene, pois não?", True),
        ("Aqui é a Ana.", False),
        ("Aqui é a Beatriz Souza.", False),
        ("Sou eu mesma.", False),
        ("Aqui é a esposa dele.", False),  # a relation, not a name: understanding's own rules see it
        ("Quem fala é a Ána?", False),
        ("É a Marlene, sim.", True),
        ("É a Marlene sim", True),
        ("É o Rafael.", True),
        ("É a Ana sim", False),
        ("É a Aurora?", False),  # asks who calls
        ("é o banco", False),
    ],
)
def test_a_name_that_is_not_the_one_asked_for(text: str, expected: bool) -> None:
    assert says_other_name(text, "Ana Beatriz Souza") is expected


@pytest.mark.parametrize("text", ["no Portuguese, sorry", "I can't understand you, I'm just visiting", "who is this?"])
def test_english_is_noticed(text: str) -> None:
    assert speaks_english(text)


@pytest.mark.parametrize("text", ["Oi, quem é?", "Pode ser no Pix, please", "Não, sou eu", "What? Não entendi nada"])
def test_portuguese_with_an_english_word_is_not_english(text: str) -> None:
    assert not speaks_english(text)


@pytest.mark.parametrize("text", ["e tem juros depois?", "se eu atrasar tem multa?", "não vai ter mais juros depois?"])
def test_what_comes_later_is_a_question_about_the_offer(text: str) -> None:
    assert asks_what_comes_later(text)


@pytest.mark.parametrize("text", ["quanto tem de juros aí?", "essa dívida é de quando?", "e depois?"])
def test_what_is_in_the_account_is_not(text: str) -> None:
    assert not asks_what_comes_later(text)


@pytest.mark.parametrize(
    ("text", "near"),
    [
        ("minha mãe tá na sala", True),
        ("tô com a minha irmã aqui", True),
        ("meu marido está dormindo", True),
        ("minha mãe tá no hospital", False),  # no help, but one more weight
        ("meu marido tá aqui e eu tenho medo", False),
        ("não tem ninguém comigo", False),
        ("minha mãe faleceu em casa", False),
        ("meu filho mora longe", False),
    ],
)
def test_somebody_near_is_company_only_where_nothing_is_said_against_them(text: str, near: bool) -> None:
    assert names_company(text) is near


def test_paying_now_and_paying_by_the_month() -> None:
    assert says_now("pago agora no Pix")
    assert not says_now("agora não posso falar")
    assert says_monthly("cento e vinte por mês") is True
    assert says_monthly("pago tudo de uma vez") is False
    assert says_monthly("cento e vinte") is None


@pytest.mark.parametrize(
    ("text", "of_the_call"),
    [("não dá, me liga depois", True), ("não consigo, tô no trabalho ocupada", True), ("hoje não consigo", False)],
)
def test_a_wish_for_another_call_names_the_call(text: str, of_the_call: bool) -> None:
    assert speaks_of_the_call(text) is of_the_call


@pytest.mark.parametrize(
    ("text", "wished"),
    [
        ("pago tudo sexta no boleto", "boleto"),
        ("prefiro no Pix", "pix"),
        ("não quero boleto", None),
        ("aceita boleto?", None),
        ("qual a diferença do boleto", None),
        ("pago na sexta", None),
    ],
)
def test_a_way_to_pay_is_a_wish_where_it_is_neither_refused_nor_asked_about(text: str, wished: str | None) -> None:
    assert wished_method(text) == wished


@pytest.mark.parametrize(
    ("text", "was"), [("eram mil e duzentos só", True), ("comprei por oitocentos", True), ("pago mil", False)]
)
def test_a_sum_of_the_past_is_no_offer(text: str, was: bool) -> None:
    assert says_what_it_was(text) is was
