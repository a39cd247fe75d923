"""A wish to die however it was transcribed, and what only sounds like one; our own lines, in `crisis_sounds.tsv`."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from voicebot.domain.dialogue.phases import Asks
from voicebot.domain.meaning import Intent
from voicebot.understanding.crisis_sounds import sounds_like_a_wish_to_die
from voicebot.understanding.understander import load_understander

AT = datetime(2026, 11, 23, 10, tzinfo=ZoneInfo("America/Sao_Paulo"))
LINES = [
    tuple(line.split("\t"))
    for line in (Path(__file__).with_name("crisis_sounds.tsv")).read_text(encoding="utf-8").splitlines()
    if line and not line.startswith("#")
]


@pytest.mark.parametrize("asks", [Asks.YES_NO, Asks.OPEN])
def test_recall_before_precision_and_both_held(asks: Asks) -> None:
    reader = load_understander()
    found = {text: reader.understand(text, expecting=asks, at=AT) for _, text in LINES}
    missed = [text for label, text in LINES if label == "yes" and not found[text].has(Intent.SELF_HARM)]
    false = [text for label, text in LINES if label == "no" and found[text].has(Intent.SELF_HARM)]
    assert len(missed) <= 2, missed
    assert len(false) <= 2, false


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("Que romorrer", id="cut in the wrong place"),
        pytest.param("Queru mo rer", id="in pieces"),
        pytest.param("vou mimatar", id="run together"),
        pytest.param("Vou tirar minha vita", id="another consonant"),
        pytest.param("num quero mais vivê não", id="an ending gone"),
    ],
)
def test_what_it_sounds_like(text: str) -> None:
    assert sounds_like_a_wish_to_die(text)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("quero morar sozinho", id="morar"),
        pytest.param("vou tirar minha dúvida", id="dúvida"),
        pytest.param("vou me matricular", id="the word goes on"),
        pytest.param("vo mimatá de trabalhá", id="a figure of speech"),
        pytest.param("meu chefe me mata", id="written patterns tell who kills"),
        pytest.param("", id="nothing"),
        pytest.param("boleto " * 60 + "mimatar", id="long turns are read, not heard"),
    ],
)
def test_what_it_does_not_sound_like(text: str) -> None:
    assert not sounds_like_a_wish_to_die(text)
