from __future__ import annotations

import unicodedata
from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from num2words import num2words

from evaluation.benchmarks.entities import read
from voicebot.domain.dialogue.phases import Asks

MONDAY = datetime.fromisoformat("2026-11-23T10:00-03:00")


def values(text: str, expecting: Asks | None = None) -> list[tuple[str, str | None]]:
    return [(each.type.value, each.value) for each in read(text, expecting, MONDAY)]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        pytest.param("dois terços", [("number", "0.666666666666667")], id="a fraction in words"),
        pytest.param("1/3", [("number", "0.333333333333333")], id="a fraction in figures"),
        pytest.param("dia 1/3", [("date", "2027-03-01")], id="the same figures after dia"),
        pytest.param("12/3", [("date", "2027-03-12")], id="no fraction anyone says"),
        pytest.param("dois e meio", [("number", "2.5")], id="a half"),
        pytest.param("três vinte avos", [("number", "0.15")], id="avos"),
        pytest.param("duas dúzias", [("number", "24")], id="dozens"),
        pytest.param("-2,5", [("number", "-2.5")], id="below nought"),
        pytest.param("30-40", [("number", "30"), ("number", "40")], id="a dash between figures"),
        pytest.param("40 000", [("number", "40000")], id="thousands set apart"),
        pytest.param("½", [("number", "0.5")], id="a sign for a half"),
        pytest.param("1,1^2", [("number", "1.21")], id="a power"),
        pytest.param("0^-1", [("number", "0")], id="a power that has no value"),
        pytest.param("no 4º andar", [], id="an ordinal in figures"),
        pytest.param("três milhões cinquenta mil", [("number", "3050000")], id="no e between the scales"),
        pytest.param("dois bilhões", [("number", "2000000000")], id="a long number is no telephone"),
    ],
)
def test_quantities(text: str, wanted: list[tuple[str, str]]) -> None:
    assert values(text) == wanted


@given(st.integers(0, 10**6 - 1), st.booleans())
def test_whole_amounts_survive_being_said(reais: int, spoken: bool) -> None:
    said = num2words(reais, lang="pt_BR").replace(",", "") if spoken else f"{reais:,}".replace(",", ".")
    assert values(f"{said} reais") == [("money", f"{reais}.00")]


@given(st.integers(2, 10**5), st.integers(1, 99))
def test_amounts_with_centavos_survive_being_said(reais: int, centavos: int) -> None:
    whole, cents = (num2words(each, lang="pt_BR").replace(",", "") for each in (reais, centavos))
    assert values(f"{whole} reais e {cents} centavos") == [("money", f"{reais}.{centavos:02d}")]


@given(st.lists(st.integers(0, 9), min_size=11, max_size=11), st.booleans())
def test_a_document_survives_being_spelled(digits: list[int], half: bool) -> None:
    words = ["meia" if half and each == 6 else num2words(each, lang="pt_BR") for each in digits]
    assert values(" ".join(words), Asks.CPF) == [("cpf", "".join(map(str, digits)))]


@given(st.text(max_size=60), st.sampled_from([None, *Asks]))
def test_any_text_is_read_without_an_error(text: str, expecting: Asks | None) -> None:
    for entity in read(text, expecting, MONDAY):
        assert entity.text in unicodedata.normalize("NFC", text)
