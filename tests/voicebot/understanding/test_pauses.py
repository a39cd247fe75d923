"""Whoever thinks while speaking means the same: "duzentos hum reais", "dia é que doze", "três então de cem"."""

from __future__ import annotations

import pytest

from tests.voicebot.understanding.conftest import MONDAY, reader
from voicebot.domain.dialogue.phases import Asks
from voicebot.domain.meaning import Entity, EntityType
from voicebot.understanding.normalise import read_line

PAUSES = ("é...", "hum", "ahn", "então", "é que")
LINES = {
    Asks.AMOUNT: (
        "três mil duzentos e oitenta reais",
        "consigo pagar quatrocentos por mês",
        "uns cento e vinte por mês",
        "pago mil e quinhentos de entrada",
        "mil duzentos e trinta e dois reais",
        "consigo dar 9.430 reais de entrada",
        "no máximo oitenta reais mensais",
        "dou dois mil reais à vista",
        "quarenta e meia reais",
    ),
    Asks.YES_NO: (
        "só dia vinte e três",
        "dá pra ser dia 12",
        "pode ser dia quinze de dezembro",
        "quero em dez vezes",
        "dá pra dividir em doze parcelas",
        "dia cinco do mês que vem",
        "faço em três vezes de cem reais",
    ),
    Asks.DATE: ("dia doze", "vinte e cinco", "na próxima sexta", "dia dez de dezembro"),
    Asks.TEACH_BACK: (
        "dois mil cento e noventa de entrada e depois três de cento e oitenta e nove reais",
        "cento e vinte na quinta e depois dez de cento e sete",
        "sete mil quatrocentos e quarenta e nove reais hoje",
    ),
    Asks.CPF_FIRST3: ("cinco dois nove", "três meia nove", "é 529", "zero oito sete"),
    Asks.BIRTH_DAY_MONTH: ("dois de junho", "vinte e sete de março", "doze do três", "primeiro de maio"),
}
_FIGURES = frozenset({EntityType.MONEY, EntityType.DATE, EntityType.INSTALMENTS, EntityType.PERCENT, EntityType.CPF})


def figures(text: str, expecting: Asks) -> set[tuple[str, str | None, str | None, str | None]]:
    """The figures and days in a line, without the words that say them."""
    line = read_line(text)
    of = reader().reader
    found: tuple[Entity, ...] = of.evidence(line, of.plain(line.raw), expecting, MONDAY).reading.entities
    return {(each.type.value, each.value, each.low, each.high) for each in found if each.type in _FIGURES}


@pytest.mark.parametrize(
    ("expecting", "text"),
    [pytest.param(asks, text, id=f"{asks}: {text}") for asks, texts in LINES.items() for text in texts],
)
def test_a_pause_anywhere_changes_no_figure(expecting: Asks, text: str) -> None:
    meant = figures(text, expecting)
    words = text.split()
    said = [" ".join([*words[:at], pause, *words[at:]]) for pause in PAUSES for at in range(len(words) + 1)]

    changed = {each: figures(each, expecting) for each in said if figures(each, expecting) != meant}

    assert meant
    assert changed == {}


@pytest.mark.parametrize("pause", ["", "é...", "ahn", "…", "é que"])
def test_not_even_one_real_is_no_sum_however_it_is_said(pause: str) -> None:
    said = " ".join(f"não posso pagar nem {pause} um real".split())
    meaning = reader().understand(said, expecting=Asks.OPEN, at=MONDAY)
    assert meaning.values(EntityType.MONEY) == ()


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("hum mil reais", "1000.00"),
        ("trinta e hum reais", "31.00"),
        ("hum real", "1.00"),
        ("cento e hum reais", "101.00"),
    ],
)
def test_a_hum_that_counts_is_one(text: str, amount: str) -> None:
    assert ("money", amount, None, None) in figures(text, Asks.AMOUNT)
