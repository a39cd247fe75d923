from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voicebot.application.qa.redaction import covered_text, redact

NAMES = ("Ana Beatriz de Souza",)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        pytest.param("Falo com Ana Beatriz?", "Falo com ■■■ ■■■?", id="names on file"),
        pytest.param("ANA, bom dia", "■■■, bom dia", id="whatever the case"),
        pytest.param("a senhora da casa de cima", "a senhora da casa de cima", id="particles are no names"),
        pytest.param("CPF 529.982.247-25", "CPF ■■■", id="a document"),
        pytest.param("é 52998224725", "é ■■■", id="a bare document"),
        pytest.param("liga no (11) 98888-0001", "liga no (■■■", id="a phone number"),
        pytest.param("ana.b@exemplo.com.br", "■■■", id="an e-mail"),
        pytest.param("carlos arroba exemplo ponto com", "■■■", id="an e-mail said aloud"),
        pytest.param("cinco dois nove, meia", "■■■", id="digits said one by one"),
        pytest.param("O total é de R$ 1.331,67.", "O total é de R$ 1.331,67.", id="an amount stays"),
        pytest.param("R$ 12.345,00 à vista", "R$ 12.345,00 à vista", id="a large amount stays"),
        pytest.param("dez parcelas de cento e vinte", "dez parcelas de cento e vinte", id="a plan stays"),
        pytest.param("dia 5 de dezembro", "dia 5 de dezembro", id="a due date stays"),
    ],
)
def test_in_the_talk(text: str, shown: str) -> None:
    assert covered_text(text, names=NAMES, speaker="caller", phase="negotiation") == shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        pytest.param("doze de março", "■■■", id="a birthday"),
        pytest.param("12/03", "■■■", id="a birthday in digits"),
        pytest.param("é cinco vinte e nove", "é ■■■", id="digits in groups"),
        pytest.param("5. 2. 9.", "■■■.", id="as recognised"),
        pytest.param("não vou passar nada", "não vou passar nada", id="words"),
    ],
)
def test_what_a_caller_says_to_be_verified(text: str, shown: str) -> None:
    assert covered_text(text, names=NAMES, speaker="caller", phase="verification") == shown


def test_the_agents_question_is_no_answer() -> None:
    asked = "Como começa o seu CPF, os três primeiros números?"
    assert covered_text(asked, names=NAMES, speaker="agent", phase="verification") == asked


@given(st.text(max_size=80), st.sampled_from(["verification", "negotiation", None]))
def test_nothing_is_added_and_what_is_shown_keeps_its_order(text: str, phase: str | None) -> None:
    at = 0
    for piece in redact(text, names=NAMES, phase=phase):
        if piece.covered:
            assert piece.text == ""
        else:
            at = text.index(piece.text, at) + len(piece.text)
    assert at <= len(text)
