"""The turn's words: what was heard in one piece replaces its parts, and what the floor passed over is left out."""

from __future__ import annotations

import pytest

from voicebot.domain.heard import Sureness
from voicebot.pipeline.words import Stretch, TurnWords

SURE, UNSURE = Sureness(-0.1, 0.9), Sureness(-0.8, 0.2)


def heard(*stretches: tuple[str, bool]) -> TurnWords:
    words = TurnWords()
    for text, joined in stretches:
        words.add(Stretch(text, SURE, joined=joined))
    return words


@pytest.mark.parametrize(
    ("stretches", "floor", "turn"),
    [
        pytest.param([("eu queria", False), ("saber", False)], "eu queria saber", "eu queria saber", id="two parts"),
        pytest.param(
            [("eu queria", False), ("eu queria saber", True)],
            "eu queria eu queria saber",
            "eu queria saber",
            id="joined",
        ),
        pytest.param(
            [("um", False), ("um dois", True), ("tres", False)],
            "um um dois tres",
            "um dois tres",
            id="joined, then too long",
        ),
        pytest.param([("aham", False), ("quanto é?", False)], "quanto é?", "quanto é?", id="a backchannel passed over"),
        pytest.param([("", False), ("sim", False)], "sim", "sim", id="a stretch without words"),
        pytest.param([("sim", False)], "", "", id="nothing counted"),
        pytest.param([], "de antes", "de antes", id="words that the floor alone remembers"),
    ],
)
def test_the_turn_is_what_the_floor_counts_in_the_best_hearing(
    stretches: list[tuple[str, bool]], floor: str, turn: str
) -> None:
    assert heard(*stretches).settle(floor)[0] == turn


def test_a_part_heard_again_no_longer_counts_against_sureness() -> None:
    words = TurnWords()
    words.add(Stretch("eu que", UNSURE, joined=False))
    words.add(Stretch("eu queria", SURE, joined=True))
    assert words.settle("eu que eu queria") == ("eu queria", SURE)


def test_a_new_turn_begins_with_nothing() -> None:
    words = heard(("sim", False))
    words.forget()
    assert words.settle("") == ("", None)
