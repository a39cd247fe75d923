"""The ear's slips that are mended, and the part that an amount plays in its sentence."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evaluation.scoring.line import Line
from evaluation.scoring.prices import Role, fragment, prices, sounds_like, unlike
from evaluation.scoring.transcript import Turn
from evaluation.scoring.truth.spelling import reais
from evaluation.scoring.words import distance, fold, mend, repair, slips
from voicebot.domain.money import Money
from voicebot.script.amounts import money


@pytest.mark.parametrize(
    ("heard", "meant"),
    [
        pytest.param("grvada", "gravada", id="a lost letter"),
        pytest.param("desocnto", "desconto", id="two letters changed about"),
        pytest.param("advogdao", "advogado", id="a longer word"),
        pytest.param("compra", "compra", id="a common word stays"),
        pytest.param("xyzwk", "xyzwk", id="a word like none stays"),
    ],
)
def test_a_slip_is_mended(heard: str, meant: str) -> None:
    assert mend(heard) == meant


@given(st.text(alphabet="abcde", max_size=8), st.text(alphabet="abcde", max_size=8))
def test_distance_is_the_same_both_ways_and_zero_for_the_same(one: str, other: str) -> None:
    assert distance(one, other, 99) == distance(other, one, 99)
    assert (distance(one, other, 99) == 0) is (one == other)


@given(st.text())
def test_reading_words_twice_changes_nothing_more(text: str) -> None:
    folded = fold(text)
    assert fold(folded) == folded
    assert repair(repair(folded)) == repair(folded)


@pytest.mark.parametrize(
    ("text", "roles"),
    [
        pytest.param("Tem R$ 25,00 de multa e R$ 56,67 de juros.", [Role.FINE, Role.INTEREST], id="charges after"),
        pytest.param("De multa são vinte reais, e de juros, dez reais.", [Role.FINE, Role.INTEREST], id="before"),
        pytest.param("Hoje o total é R$ 1.331,67.", [Role.TOTAL], id="total"),
        pytest.param("Faço por R$ 900,00 à vista.", [Role.AT_ONCE], id="at once"),
        pytest.param(
            "Uma entrada de cem reais e dez parcelas de vinte reais.", [Role.ENTRY, Role.INSTALMENT], id="plan"
        ),
        pytest.param("Mais R$ 80,00 de honorários.", [Role.FEE], id="a fee"),
    ],
)
def test_the_part_of_an_amount(text: str, roles: list[Role]) -> None:
    assert [price.role for price in prices(Line(Turn(0, "agent", text)))] == roles


@given(st.integers(min_value=100, max_value=99_999_999))
def test_the_generators_speller_and_the_scripts_agree_on_sound(cents: int) -> None:
    assert sounds_like(reais(cents), cents, alike=1.0)
    assert sounds_like(money(Money(cents)), cents, alike=1.0)


def test_a_piece_of_an_amount_is_told_from_another_amount() -> None:
    assert fragment("dezenove centavos", 177119)
    assert not fragment("dois mil reais", 177119)
    assert not sounds_like("dois mil quinhentos e sessenta e dois reais", 109576)


@pytest.mark.parametrize(
    ("heard", "cents", "digits"),
    [
        pytest.param("R$ 3.a15,56", 301556, 0, id="a letter for a digit"),
        pytest.param("R$ 1.501o94", 150194, 0, id="a letter for the comma"),
        pytest.param("R$ 3.a15,56", 307856, 2, id="another amount"),
    ],
)
def test_a_letter_in_a_figure_may_be_any_digit_or_none(heard: str, cents: int, digits: int) -> None:
    assert unlike(heard, cents) == digits


def test_a_broken_figure_is_one_price() -> None:
    (price,) = prices(Line(Turn(0, "agent", "O valor era de R$ 4.u03,44 hoje.")))
    assert (price.broken, price.heard) == (True, "R$ 4.u03,44")


def test_reais_and_cents_are_joined_over_a_stray_word() -> None:
    said = "São oitenta e sete reais de multa e trezentos e sessenta e seis reais que quatro centavos de juros."
    assert [(each.cents, each.role) for each in prices(Line(Turn(0, "agent", said)))] == [
        (8700, Role.FINE),
        (36604, Role.INTEREST),
    ]


@pytest.mark.parametrize(
    ("text", "odd"),
    [
        pytest.param("sao r$ 4.u03,44 hoje", 1, id="a letter in a figure"),
        pytest.param("quarenta que quatro reais", 1, id="a number broken in two"),
        pytest.param("setenta e e dois", 1, id="a word said twice"),
        pytest.param("em 10x de r$ 403,44 as 12h30", 0, id="figures as they are written"),
    ],
)
def test_what_no_speaker_says_tells_of_an_ear(text: str, odd: int) -> None:
    assert slips(text)[0] == odd
