"""After a false start the bot says on from the sentence in which it was cut."""

from __future__ import annotations

import pytest

from voicebot.pipeline.frames import SayFrame
from voicebot.pipeline.resuming import CHARACTERS_PER_S, Cut, Said, rest_of

TEXT = "Primeira frase aqui. A segunda é maior do que ela! E a terceira?"


@pytest.mark.parametrize(
    ("characters", "rest"),
    [
        pytest.param(0, TEXT, id="nothing heard"),
        pytest.param(15, TEXT, id="cut in the first"),
        pytest.param(30, "A segunda é maior do que ela! E a terceira?", id="cut in the second"),
        pytest.param(60, "E a terceira?", id="cut in the last"),
        pytest.param(500, "E a terceira?", id="longer than was thought"),
    ],
)
def test_the_sentence_that_was_cut_is_said_again(characters: int, rest: str) -> None:
    assert rest_of(TEXT, characters / CHARACTERS_PER_S) == rest


def test_later_lines_follow_whole_and_each_keeps_its_place() -> None:
    lines = [
        Said(SayFrame(line=3, text=TEXT, fixed=True), yields=True),
        Said(SayFrame(line=4, text="Certo?"), yields=False),
    ]
    first, second = Cut(lines, 30 / CHARACTERS_PER_S).rest()
    assert (first.frame.line, first.frame.text, first.frame.fixed, first.yields) == (
        3,
        "A segunda é maior do que ela! E a terceira?",
        True,
        True,
    )
    assert second == lines[1]


def test_where_nothing_was_cut_nothing_is_left() -> None:
    assert Cut().rest() == []


TERMS = "Uma entrada de cem reais, no Pix. Depois, dez parcelas de cem reais, todo dia dez. Posso confirmar?"


@pytest.mark.parametrize(
    ("left", "unheard"),
    [
        pytest.param(
            len("Depois, dez parcelas de cem reais, todo dia dez. Posso confirmar?"), {3, 4}, id="instalments"
        ),
        pytest.param(len("todo dia dez. Posso confirmar?"), {3, 4}, id="the day"),
        pytest.param(len("Posso confirmar?"), {4}, id="the closing question alone"),
    ],
)
def test_a_line_was_heard_once_only_its_question_was_cut(left: int, unheard: set[int]) -> None:
    lines = [
        Said(SayFrame(line=3, text=TERMS), yields=True),
        Said(SayFrame(line=4, text="A soma de tudo isso é mil e cem reais, sem mais nada."), yields=True),
    ]
    assert Cut(lines, (len(TERMS) - left) / CHARACTERS_PER_S).unheard() == unheard
