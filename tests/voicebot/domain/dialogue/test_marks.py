"""A mark from zero to ten: what names one, what only sounds like one, and what is none."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voicebot.domain.dialogue.marks import is_only_mark, mark_in, mark_pressed, names_number

WORDS = ("zero", "um", "dois", "três", "quatro", "cinco", "seis", "sete", "oito", "nove", "dez")


@pytest.mark.parametrize(("mark", "word"), list(enumerate(WORDS)))
@pytest.mark.parametrize("form", ["{}", "{}.", "nota {}", "uns {}", "eu daria {}", "Ah, dou {}!", "acho que {}"])
def test_every_mark_in_the_usual_words(mark: int, word: str, form: str) -> None:
    assert mark_in(form.format(word).capitalize()) == mark
    assert is_only_mark(form.format(word))


@pytest.mark.parametrize(
    ("text", "mark"),
    [
        pytest.param("10", 10, id="digits"),
        pytest.param("nota 8", 8, id="digits after nota"),
        pytest.param("10/10", 10, id="out of ten"),
        pytest.param("oito de dez", 8, id="out of ten, in words"),
        pytest.param("de zero a dez, dou nove", 9, id="the scale said back"),
        pytest.param("sete ou oito", 7, id="the lower of two"),
        pytest.param("entre oito e nove", 8, id="the lower of a range"),
        pytest.param("8,5", 8, id="a half counts down"),
        pytest.param("nota dez pra moça", 10, id="for whom"),
        pytest.param("oito, foi muito bom", 8, id="with its reason"),
        pytest.param("não sei, uns sete", 7, id="after a doubt"),
        pytest.param("zero, vocês ligam demais", 0, id="a zero with its reason"),
        pytest.param("eu daria um nove", 9, id="um before a mark is no mark"),
        pytest.param("um", 1, id="um alone"),
    ],
)
def test_marks_as_people_say_them(text: str, mark: int) -> None:
    assert mark_in(text) == mark


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="nothing"),
        pytest.param("prefiro não responder", id="a refusal"),
        pytest.param("quinze", id="above ten"),
        pytest.param("nota mil", id="far above ten"),
        pytest.param("vinte e dois", id="a figure that ends in a mark"),
        pytest.param("menos dois", id="below zero"),
        pytest.param("100", id="digits above ten"),
        pytest.param("dez reais", id="money"),
        pytest.param("dia cinco", id="a day"),
        pytest.param("só pago em dez vezes", id="instalments"),
        pytest.param("um amigo?", id="um amigo"),
        pytest.param("um momento", id="um momento"),
        pytest.param("às três eu saio", id="an hour"),
        pytest.param("nem dez nem nada", id="refused by name"),
        pytest.param("foi bom", id="praise without a mark"),
    ],
)
def test_what_is_no_mark(text: str) -> None:
    assert mark_in(text) is None


@pytest.mark.parametrize("text", ["zero, quero morrer", "dez, mas parem de me ligar", "oito, sou o filho dela"])
def test_a_mark_with_more_beside_it_is_not_only_a_mark(text: str) -> None:
    assert mark_in(text) is not None
    assert not is_only_mark(text)


@pytest.mark.parametrize(("text", "named"), [("quinze", True), ("100", True), ("dez", True), ("foi bom", False)])
def test_a_number_out_of_scope_is_an_answer_too(text: str, named: bool) -> None:
    assert names_number(text) is named


KEYS = [("8", 8), ("10", 10), ("0#", 0), ("*7", 7), ("11", None), ("529", None), ("#", None), ("٣", None)]


@pytest.mark.parametrize(("keys", "mark"), KEYS)
def test_by_keypad(keys: str, mark: int | None) -> None:
    assert mark_pressed(keys) == mark


@given(st.text(max_size=60))
def test_any_words_give_a_mark_of_the_scale_or_none(text: str) -> None:
    mark = mark_in(text)
    assert mark is None or 0 <= mark <= 10
    assert mark is not None or not is_only_mark(text)
