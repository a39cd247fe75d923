"""What words answer to a closed question."""

from datetime import datetime
from functools import cache
from zoneinfo import ZoneInfo

import pytest

from voicebot.application.answers import CLOSED, IDENTITY, Answer, answer_in
from voicebot.domain.dialogue.phases import Asks
from voicebot.understanding.understander import Understander, load_understander

AT = datetime(2026, 11, 23, 10, tzinfo=ZoneInfo("America/Sao_Paulo"))


@cache
def reader() -> Understander:
    return load_understander()


def answered(text: str, asks: Asks) -> Answer:
    return answer_in(reader().understand(text, expecting=asks, at=AT), asks)


@pytest.mark.parametrize(
    ("text", "asks", "value"),
    [
        ("sim", Asks.YES_NO, "yes"),
        ("isso mesmo", Asks.YES_NO, "yes"),
        ("não quero", Asks.YES_NO, "no"),
        ("Singa", Asks.YES_NO, None),
        ("cinco dois nove", Asks.CPF_FIRST3, "529"),
        ("5-2-9.", Asks.CPF_FIRST3, "529"),
        ("meia dois um", Asks.CPF_FIRST3, "621"),
        ("cinco dois", Asks.CPF_FIRST3, None),
        ("quarenta e dois", Asks.CPF_LAST2, "42"),
        ("529 982 247 25", Asks.CPF, "52998224725"),
        ("529 982 247 26", Asks.CPF, None),
        ("doze de março", Asks.BIRTH_DAY_MONTH, "--03-12"),
        ("duzentos reais", Asks.AMOUNT, "200.00"),
        ("sexta-feira", Asks.DATE, "2026-11-27"),
        ("duzentos reais", Asks.OPEN, None),
    ],
)
def test_value(text: str, asks: Asks, value: str | None) -> None:
    assert answered(text, asks).value == value


@pytest.mark.parametrize(
    ("text", "settled"),
    [
        pytest.param("Vou me matar.", True, id="crisis"),
        pytest.param("Já paguei essa conta.", True, id="paid"),
        pytest.param("Sim, mas minha mãe morreu", True, id="an answer with something graver beside it"),
        pytest.param("Sim.", False, id="an answer"),
        pytest.param("Faze Syncone", False, id="nothing"),
    ],
)
def test_clear_words_about_something_else_are_settled(text: str, settled: bool) -> None:
    assert answered(text, Asks.YES_NO).settled is settled


def test_identity_questions_are_closed_ones() -> None:
    assert IDENTITY < CLOSED
    assert Asks.OPEN not in CLOSED
