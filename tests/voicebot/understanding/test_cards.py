"""A card's number leaves no words: in figures or dictated, grouped in any way, and nothing else is taken for one."""

from __future__ import annotations

import re
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum import luhn

from voicebot.domain.dialogue.phases import Asks
from voicebot.domain.meaning import EntityType
from voicebot.understanding.cards import HIDDEN, without_cards
from voicebot.understanding.understander import load_understander

NOW = datetime(2026, 11, 23, 10, tzinfo=ZoneInfo("America/Sao_Paulo"))
WORDS = ("zero", "um", "dois", "três", "quatro", "cinco", "seis", "sete", "oito", "nove")


@st.composite
def cards(draw: st.DrawFn) -> str:
    """Give a number that passes the check sum: 16 digits, or 15 as some have."""
    body = draw(st.sampled_from(("4", "5", "34", "6"))) + draw(st.text("0123456789", min_size=14, max_size=14))
    body = body[: draw(st.sampled_from((14, 15)))]
    return body + luhn.calc_check_digit(body)


@given(cards(), st.sampled_from(("", " ", "-", ".")), st.booleans(), st.sampled_from(("", "é ", "anota aí, ")))
def test_no_digit_of_a_card_is_left_however_it_is_said(card: str, between: str, spelled: bool, before: str) -> None:
    groups = [card[at : at + 4] for at in range(0, len(card), 4)]
    said = ", ".join(" ".join(WORDS[int(digit)] for digit in group) for group in groups) if spelled else None
    hidden = without_cards(before + (said or between.join(groups)) + " tá bom?")
    assert hidden == f"{before}{HIDDEN} tá bom?"


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("o número do meu cartão é cinco três sete um", f"o número do meu cartão é {HIDDEN}"),
        ("o código de segurança é três dois um", f"o código de segurança é {HIDDEN}"),
        ("cvv 321", f"cvv {HIDDEN}"),
        ("4111 1111 1111 1111, código 987", f"{HIDDEN}, código {HIDDEN}"),
        ("5371 4002 8891 1236", HIDDEN),  # one digit misheard: no check sum holds
    ],
)
def test_pieces_and_codes_are_hidden_where_they_are_called_by_their_name(said: str, kept: str) -> None:
    assert without_cards(said) == kept


@pytest.mark.parametrize(
    "said",
    [
        "529.982.247-25",
        "cinco dois nove",
        "o cartão final 1234",
        "meu cnpj é 11.222.333/0001-81",
        "11222333000181",
        "onze nove oito sete seis cinco quatro três dois um",
        "protocolo 202611230012345",
        "doze vezes de cento e vinte",
        "gastei dois mil e trezentos no cartão",
        "do boleto 34191 79001 01043 510047 91020 150008 1 89110000025000",
        "nasci em doze do três de mil novecentos e oitenta",
    ],
)
def test_other_numbers_stay(said: str) -> None:
    assert without_cards(said) == said


def test_what_is_understood_holds_no_digit_and_says_that_a_card_was_named() -> None:
    meaning = load_understander().understand("passa no cartão 4111 1111 1111 1111", expecting=Asks.OPEN, at=NOW)
    assert not re.search(r"\d", repr((meaning.text, meaning.entities)))
    assert [each.value for each in meaning.values(EntityType.CARD)] == [None]
