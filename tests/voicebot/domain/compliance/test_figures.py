"""The reader of figures, against rows written by hand and against an independent speller."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from num2words import num2words

from voicebot.domain.compliance.figure import (
    CountFigure,
    DateFigure,
    DigitsFigure,
    Figure,
    MoneyFigure,
    NumberFigure,
    PercentFigure,
    RelativeDayFigure,
    TimeFigure,
    Unit,
    WeekdayFigure,
)
from voicebot.domain.compliance.figures import figures
from voicebot.domain.compliance.moments import MONTHS


def values(text: str) -> list[tuple[object, ...]]:
    return [_value(figure) for figure in figures(text)]


def _value(figure: Figure) -> tuple[object, ...]:
    match figure:
        case MoneyFigure():
            return ("money", figure.cents)
        case DateFigure():
            return ("date", figure.day, figure.month, figure.year)
        case WeekdayFigure():
            return ("weekday", figure.weekday)
        case RelativeDayFigure():
            return ("relative", figure.days)
        case TimeFigure():
            return ("time", figure.hour, figure.minute)
        case PercentFigure():
            return ("percent", str(figure.rate))
        case CountFigure():
            return ("count", figure.value, figure.unit.value)
        case DigitsFigure():
            return ("digits", figure.digits)
        case NumberFigure():
            return ("number", str(figure.value))
    raise AssertionError(figure)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("mil trezentos e trinta e um reais e sessenta e sete centavos", [("money", 133167)]),
        ("Hoje dá mil trezentos e trinta e um e sessenta e sete.", [("money", 133167)]),
        ("dois mil e doze e dezesseis", [("money", 201216)]),
        ("um e setenta e nove de multa e dois e seis de juros", [("money", 179), ("money", 206)]),
        ("vinte e cinco de multa e cinquenta e seis e sessenta e sete de juros", [("money", 2500), ("money", 5667)]),
        ("cinquenta centavos", [("money", 50)]),
        ("um real e dez centavos", [("money", 110)]),
        ("um milhão e duzentos mil reais", [("money", 120_000_000)]),
        ("duzentos mil e um reais", [("money", 20_000_100)]),
        ("R$ 1.331,67 ou R$107,85 ou R$ 120", [("money", 133167), ("money", 10785), ("money", 12000)]),
        ("1.331,67 e 1331.67", [("money", 133167), ("money", 133167)]),
        ("R$ 2 mil", [("money", 200_000)]),
        ("mil reais e dez parcelas", [("money", 100_000), ("count", 10, "instalment")]),
        ("entrada de cento e vinte e dez parcelas", [("money", 12000), ("count", 10, "instalment")]),
        ("dez de cento e sete e oitenta e cinco", [("number", "10"), ("money", 10785)]),
        ("dia vinte e seis", [("date", 26, None, None)]),
        ("dia primeiro", [("date", 1, None, None)]),
        ("dez de julho", [("date", 10, 7, None)]),
        ("primeiro de março", [("date", 1, 3, None)]),
        ("dez de março de dois mil e vinte e seis", [("date", 10, 3, 2026)]),
        ("26/11, 26/11/2026 e 2026-11-26", [("date", 26, 11, None), ("date", 26, 11, 2026), ("date", 26, 11, 2026)]),
        ("26 de novembro de 2026", [("date", 26, 11, 2026)]),
        ("cinco do doze", [("date", 5, 12, None)]),
        ("dias dez, quinze e vinte", [("date", 10, None, None), ("date", 15, None, None), ("date", 20, None, None)]),
        ("até quinta, dia vinte e seis", [("weekday", 3), ("date", 26, None, None)]),
        ("na sexta eu mantenho", [("weekday", 4)]),
        ("quinta-feira", [("weekday", 3)]),
        ("a segunda parcela e a segunda via", []),
        ("amanhã ou depois de amanhã", [("relative", 1), ("relative", 2)]),
        ("de manhã", []),
        ("hoje são", []),
        ("ainda hoje", [("relative", 0)]),
        ("às dez da manhã", [("time", 10, 0)]),
        ("às duas e meia da tarde", [("time", 14, 30)]),
        ("às dezoito e trinta", [("time", 18, 30)]),
        ("ao meio-dia e quinze", [("time", 12, 15)]),
        ("14h30 ou 14:30 ou 14h", [("time", 14, 30), ("time", 14, 30), ("time", 14, 0)]),
        ("entre nove e dez", [("number", "9"), ("number", "10")]),
        (
            "vinte por cento, 20%, 2,5% e um vírgula cinco por cento",
            [
                ("percent", "20"),
                ("percent", "20"),
                ("percent", "2.5"),
                ("percent", "1.5"),
            ],
        ),
        ("dez e meio por cento e meio por cento", [("percent", "10.5"), ("percent", "0.5")]),
        (
            "doze vezes, 10x, duas prestações",
            [
                ("count", 12, "instalment"),
                ("count", 10, "instalment"),
                ("count", 2, "instalment"),
            ],
        ),
        ("mais de sete dias", [("count", 7, "day")]),
        ("uma conta e duas faturas", [("count", 1, "debt"), ("count", 2, "debt")]),
        ("um oito oito", [("digits", "188")]),
        ("dois, três, onze, sete, um", [("digits", "231171")]),
        ("zero um", [("digits", "01")]),
        ("cinco dois nove, nove oito dois, dois quatro sete, dois cinco", [("digits", "52998224725")]),
        ("meia dois três", [("digits", "623")]),
        ("zero oitocentos, um dois três", [("digits", "0800123")]),
        (
            "529.982.247-25 ou (11) 3000-0000 ou +55 11 3000-0000",
            [
                ("digits", "52998224725"),
                ("digits", "1130000000"),
                ("digits", "551130000000"),
            ],
        ),
        ("um abraço, uma pessoa, um lugar", []),
        ("converso com as duas; qual dos dois?", []),
        ("meia palavra", []),
        ("", []),
    ],
)
def test_reads(text: str, expected: list[tuple[object, ...]]) -> None:
    assert values(text) == expected


def spelled(cents: int) -> str:
    """An amount in words by a library, with its known faults in Portuguese mended."""
    reais, rest = divmod(cents, 100)
    parts = []
    if reais:
        unit = "real" if reais == 1 else "de reais" if reais % 10**6 == 0 else "reais"
        parts.append(f"{words(reais)} {unit}")
    if rest:
        parts.append(f"{words(rest)} {'centavo' if rest == 1 else 'centavos'}")
    return " e ".join(parts)


def words(number: int) -> str:
    said = str(num2words(number, lang="pt_BR")).replace(",", "")
    return said.removeprefix("um ") if 1000 <= number < 2000 else said


@given(st.integers(1, 99_999_999))
def test_amounts_in_words_are_read_back(cents: int) -> None:
    assert values(f"São {spelled(cents)} no total.") == [("money", cents)]


@given(st.integers(1, 9_999_999))
def test_amounts_in_digits_are_read_back(cents: int) -> None:
    written = f"{cents // 100:,}".replace(",", ".") + f",{cents % 100:02d}"
    assert values(f"São R$ {written}.") == [("money", cents)]


@given(st.dates(date(2020, 1, 1), date(2032, 12, 31)))
def test_dates_in_words_are_read_back(day: date) -> None:
    month = next(name for name, number in MONTHS.items() if number == day.month)
    text = f"vence em {words(day.day)} de {month} de {words(day.year)}."
    assert values(text) == [("date", day.day, day.month, day.year)]


@given(st.decimals(Decimal("0.1"), Decimal(99), places=1))
def test_percentages_are_read_back(rate: Decimal) -> None:
    assert [
        figure.rate for figure in figures(f"{rate}".replace(".", ",") + "%") if isinstance(figure, PercentFigure)
    ] == [rate]


@given(st.integers(2, 60), st.sampled_from(["parcelas", "vezes"]))
def test_counts_are_read_back(count: int, noun: str) -> None:
    assert values(f"em {words(count)} {noun}") == [("count", count, Unit.INSTALMENT.value)]


@given(st.text(max_size=60))
def test_never_raises_and_never_overlaps(text: str) -> None:
    found = figures(text)
    assert all(first.end <= second.start for first, second in pairwise(found))
    assert all(0 <= figure.start < figure.end <= len(text) for figure in found)
