"""Words that colour a line go; the same words as part of the sentence stay."""

from __future__ import annotations

from datetime import datetime
from statistics import median
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.voicebot.understanding.conftest import MONDAY, reader
from voicebot.domain.meaning import Intent
from voicebot.understanding.foreign import is_foreign
from voicebot.understanding.small_words import plain_words

TURN_LIMIT_MS = 40.0
"""A guard against a slip, not the target: a processor without VNNI takes 24 ms for what others do in 9."""
CALLS = ["moça", "querida", "minha querida", "maninha", "bichinha", "tchê", "uai", "visse", "guria", "égua", "mano"]
OPENINGS = ["bah,", "capaz,", "pô,", "cara,", "égua,", "oxe,", "ó,", "nó,", "meu,", "tipo,", "então,", "olha,"]


@pytest.mark.parametrize("called", CALLS)
@pytest.mark.parametrize("opening", OPENINGS)
def test_openings_and_forms_of_address_go(opening: str, called: str) -> None:
    assert plain_words(f"{opening} quero parcelar {called}").strip() == "quero parcelar"


@pytest.mark.parametrize(
    "text",
    [
        "isso não é meu",
        "falei com minha filha",
        "aqui é a mulher dele",
        "quero falar com a moça",
        "perdi minha filha",
        "sou a mulher",
        "ela sabe",
        "ele não viu",
        "você entendeu",
        "pode ser né",
        "é cara",
        "então tá",
        "meu marido morreu",
        "a minha querida",
        "sô eu",
    ],
)
def test_the_same_words_stay_where_they_mean_something(text: str) -> None:
    assert plain_words(text) == text


@pytest.mark.parametrize("text", ["querida", "uai", "hum", "é...", "", "moça!", "   "])
def test_a_line_of_nothing_else_stays(text: str) -> None:
    assert plain_words(text) == text


@pytest.mark.parametrize("called", CALLS)
def test_a_form_of_address_alone_is_no_crisis(called: str) -> None:
    meaning = reader().understand(called, expecting=None, at=MONDAY)
    assert not meaning.has(Intent.SELF_HARM, Intent.ACUTE_DISTRESS, Intent.DOMESTIC_VIOLENCE)


@given(st.text(max_size=120))
def test_any_text_survives(text: str) -> None:
    assert bool(plain_words(text).strip()) is bool(text.strip())


@pytest.mark.parametrize(
    "line",
    [
        "no portuguese sorry",
        "i don t speak portuguese",
        "hello do you speak english",
        "i m a tourist",
        "can we speak english please",
        "i can t understand you",
    ],
)
def test_english_is_foreign(line: str) -> None:
    assert is_foreign(line)


@pytest.mark.parametrize(
    "line", ["no", "ok", "me liga no whatsapp", "to no trabalho", "manda o link no email", "the voice", "t i", "hi"]
)
def test_portuguese_with_a_loan_word_is_not(line: str) -> None:
    assert not is_foreign(line)


@pytest.mark.models  # timed, and so by itself: other tests on the same core count as its own
def test_a_turn_stays_within_its_time() -> None:
    """Processor time, the median over ordinary lines; the bench holds the tighter target on a quiet core."""
    understander = reader()
    at = datetime.fromisoformat("2026-11-23T10:00-03:00")
    lines = ["Então, pare de ficar me ligando maninha.", "posso pagar hum R$ 120 por mês a partir do dia dez", "sim"]
    spent = []
    for _ in range(15):
        for line in lines:
            began = process_time()
            understander.understand(line, expecting=None, at=at)
            spent.append((process_time() - began) * 1000)
    assert median(spent) <= TURN_LIMIT_MS
