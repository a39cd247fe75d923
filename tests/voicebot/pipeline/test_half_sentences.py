"""Where a sentence can end, by its words."""

from __future__ import annotations

import pytest

from voicebot.pipeline.half_sentences import Ending, ending_of


@pytest.mark.parametrize(
    "text",
    [
        "eu queria saber se...",
        "Eu queria saber se",
        "é que...",
        "É que",
        "Mas",
        "cento e",
        "dia dez de",
        "Eu fiquei desempregado e",
        "não posso porque",
        "a minha",
        "Eu pago, mas",
        "O valor é muito alto,",
        "Bom...",
    ],
)
def test_goes_on(text: str) -> None:
    assert ending_of(text) is Ending.OPEN


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Sim.",
        "É.",
        "Tá.",
        "Posso.",
        "Não posso.",
        "Agora eu não tenho",
        "É isso aí.",
        "Sou eu.",
        "Quero parcelar.",
        "De quem?",
        "Por quê?",
        "Mas por quê?",
        "Dia dez de março.",
        "Não sou eu.",
        "Já falei que não quero.",
        "Tanto faz pra mim",
    ],
)
def test_can_end(text: str) -> None:
    assert ending_of(text) is Ending.POSSIBLE
