"""The oracle reads spoken figures with code of its own."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evaluation.simulation.text import spoken
from evaluation.simulation.text.oracle.figures import Figure, read, spoken_length


@pytest.mark.parametrize(
    ("text", "figures"),
    [
        pytest.param(
            "fica em mil e sessenta e cinco reais e trinta e quatro centavos", [("money", 106534)], id="cents"
        ),
        pytest.param("são cem reais e um centavo", [("money", 10001)], id="one cent"),
        pytest.param("vinte e um mil reais", [("money", 2_100_000)], id="thousands"),
        pytest.param("seis vírgula cinquenta e quatro por cento", [("percent", 654)], id="decimal percent"),
        pytest.param("doze vírgula cinco por cento", [("percent", 1250)], id="a tenth"),
        pytest.param("dez vírgula zero cinco por cento", [("percent", 1005)], id="five hundredths"),
        pytest.param("até quinta, dia vinte e seis", [("day", 26)], id="day"),
        pytest.param("dez parcelas, todo dia dez", [("count", 10), ("day", 10)], id="count and day"),
        pytest.param("atrasar mais de sete dias", [("days", 7)], id="days"),
        pytest.param("uma boa tarde, é um prazer", [], id="articles are no numbers"),
    ],
)
def test_reads(text: str, figures: list[tuple[str, int]]) -> None:
    assert [(figure.kind, figure.value) for figure in read(text)] == figures


def test_a_year_belongs_to_its_date() -> None:
    assert read("dez de julho de dois mil e vinte e cinco, de cem reais") == (
        Figure("month_day", 10, 7),
        Figure("money", 10000),
    )


@given(st.integers(2, 999_999), st.integers(2, 99))
def test_what_callers_spell_is_read_back(reais: int, cents: int) -> None:
    text = f"dá {spoken.number(reais)} reais e {spoken.number(cents)} centavos"
    assert read(text) == (Figure("money", reais * 100 + cents),)


@given(st.integers(2, 999_999), st.integers(0, 50))
def test_a_figure_counts_as_one_word(reais: int, seed: int) -> None:
    words = ["assim"] * Random(seed).randrange(1, 9)
    assert spoken_length(" ".join(words) + f" {spoken.number(reais)} reais") == len(words) + 1
