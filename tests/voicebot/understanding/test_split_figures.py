"""Figures that a recogniser wrote in two, as one; and pairs of figures that are two."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voicebot.domain.calendar import BusinessCalendar
from voicebot.domain.dialogue.phases import Asks, Phase
from voicebot.domain.meaning import EntityType, Intent
from voicebot.understanding.extract import entities
from voicebot.understanding.normalise import read_line
from voicebot.understanding.spans import Context
from voicebot.understanding.split_figures import put_back
from voicebot.understanding.understander import load_understander

AT = datetime(2026, 11, 23, 10, tzinfo=ZoneInfo("America/Sao_Paulo"))


def values(text: str, kind: EntityType, expecting: Asks | Phase | None) -> list[str | None]:
    found = entities(read_line(text), Context(expecting, AT), BusinessCalendar())
    return [each.value for each in found if each.type is kind]


@pytest.mark.parametrize(
    ("text", "kind", "asks", "wanted"),
    [
        pytest.param("1560 e 4 de entrada", EntityType.MONEY, Asks.TEACH_BACK, ["1564.00"], id="ten and unit"),
        pytest.param("780 e 1 reais", EntityType.MONEY, Asks.AMOUNT, ["781.00"], id="with its currency"),
        pytest.param("100 e 20 por mês", EntityType.MONEY, Asks.AMOUNT, ["120.00"], id="hundred"),
        pytest.param("1.000 e 200 reais", EntityType.MONEY, Asks.AMOUNT, ["1200.00"], id="thousand"),
        pytest.param("20 e 7 do 10", EntityType.DATE, Asks.BIRTH_DAY_MONTH, ["--10-27"], id="day of birth"),
        pytest.param("20 sete do dez", EntityType.DATE, Asks.BIRTH_DAY_MONTH, ["--10-27"], id="without the e"),
        pytest.param("20 reais e 5 centavos", EntityType.MONEY, Asks.AMOUNT, ["20.05"], id="cents stay cents"),
        pytest.param("120 e 50", EntityType.MONEY, Asks.AMOUNT, ["120.50"], id="no room for a fifty"),
        pytest.param("cento e é... dez reais", EntityType.MONEY, Asks.AMOUNT, ["110.00"], id="a pause after the e"),
        pytest.param(
            "duzentos é... e setenta reais", EntityType.MONEY, Asks.AMOUNT, ["270.00"], id="a pause before it"
        ),
        pytest.param(
            "uns três é... mil novecentos e cinquenta", EntityType.MONEY, Asks.AMOUNT, ["3950.00"], id="before mil"
        ),
        pytest.param("quinhentos é que e dez reais", EntityType.MONEY, Asks.AMOUNT, ["510.00"], id="words between"),
        pytest.param("cento e hum vinte reais", EntityType.MONEY, Asks.AMOUNT, ["120.00"], id="a sound between"),
        pytest.param("uns cinquenta e meia reais", EntityType.MONEY, Asks.AMOUNT, ["56.00"], id="meia is six"),
        pytest.param("às 10 e meia", EntityType.TIME, Asks.YES_NO, ["10:30"], id="meia is a half hour"),
        pytest.param("às 20 e 5", EntityType.TIME, Asks.YES_NO, ["20:05"], id="a time of day"),
    ],
)
def test_one_figure_or_two(text: str, kind: EntityType, asks: Asks, wanted: list[str]) -> None:
    assert values(text, kind, asks) == wanted


def test_one_decimal_is_thousands_and_ambiguous() -> None:
    found = entities(read_line("3.8 reais por mês"), Context(Asks.AMOUNT, AT), BusinessCalendar())
    assert [(each.value, each.low, each.high, each.approx) for each in found] == [(None, "3008.00", "3800.00", True)]
    assert values("3.8 reais", EntityType.MONEY, None) == ["3.80"]
    assert values("2.5 mil", EntityType.MONEY, Asks.AMOUNT) == ["2500.00"]


@given(st.text(max_size=40))
def test_any_line_keeps_its_words(text: str) -> None:
    tokens = read_line(text).tokens
    mended = put_back(tokens)
    assert len(mended) <= len(tokens)
    assert {each.word for each in tokens if not each.word[0].isdigit()} >= {
        each.word for each in mended if not each.word[0].isdigit()
    }


@pytest.mark.parametrize(
    ("text", "value"),
    [
        pytest.param("dia vinte e três", None, id="no month"),
        pytest.param("doze de março", "--03-12", id="day and month"),
        pytest.param("dois de maço", "--03-02", id="a letter lost"),
        pytest.param("três de macho", "--03-03", id="heard as another word"),
        pytest.param("quatro de julho", "--07-04", id="a month is not mended into its neighbour"),
        pytest.param("12/03/1980", "1980-03-12", id="with its year"),
        pytest.param("nasci dia 5", None, id="only a day"),
    ],
)
def test_a_day_that_is_no_birthday_is_not_judged_as_one(text: str, value: str | None) -> None:
    found = load_understander().understand(text, expecting=Asks.BIRTH_DAY_MONTH, at=AT)
    assert found.intent is Intent.PROVIDE_BIRTH_DATE
    assert [each.value for each in found.values(EntityType.DATE)] == [value]


def test_a_day_to_call_back_is_kept_where_a_birthday_was_asked_for() -> None:
    found = load_understander().understand("me liga amanhã", expecting=Asks.BIRTH_DAY_MONTH, at=AT)
    assert [each.value for each in found.values(EntityType.DATE)] == ["2026-11-24"]
