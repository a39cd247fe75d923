"""The window benchmark's arithmetic and its audio; the recogniser itself is not needed."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.console import Console

from evaluation.benchmarks.window import (
    FULL_NAME,
    SETTINGS,
    Heard,
    common_words,
    judge,
    result,
    to_ship,
    window_table,
)
from evaluation.benchmarks.window_audio import Clip, pieces
from voicebot.domain.dialogue.phases import Asks
from voicebot.speech.ports import STT_RATE
from voicebot.understanding.understander import Understander, load_understander

AUDIO = (np.zeros(STT_RATE, np.float32),)


@pytest.fixture(scope="module")
def reader() -> Understander:
    return load_understander()


def clip(said: str | None, asks: Asks = Asks.OPEN, value: str | None = None, group: str = "replies") -> Clip:
    return Clip(group, "santa", "10", AUDIO, asks, value, said)


def heard(text: str, *, ms: float = 100.0, sure: bool = True) -> Heard:
    return Heard(text, ms, ms, sure, guarded=False)


@pytest.mark.parametrize(
    ("said", "text", "understood"),
    [
        pytest.param("Repete, por favor.", "repete por favor", True, id="case, accents and marks do not count"),
        pytest.param("Repete, por favor.", "Ah, repete, por favor. Tá?", True, id="contained"),
        pytest.param("Repete, por favor.", "Repete por um favor", False, id="a word too many inside"),
        pytest.param("Repete, por favor.", "", False, id="nothing heard"),
        pytest.param("vinte e um", "21.", True, id="figures are read aloud"),
    ],
)
def test_words_count_where_there_is_no_value(said: str, text: str, understood: bool, reader: Understander) -> None:
    verdict = judge(clip(said), heard(text), reader)
    assert (verdict.understood, verdict.wrong) == (understood, False)


@pytest.mark.parametrize(
    ("text", "understood", "wrong"),
    [
        pytest.param("5-2-9", True, False, id="other spelling"),
        pytest.param("cinco dois oito", False, True, id="another value"),
        pytest.param("o que foi?", False, False, id="no value"),
    ],
)
def test_a_value_counts_where_there_is_one(text: str, understood: bool, wrong: bool, reader: Understander) -> None:
    verdict = judge(clip("Cinco dois nove.", Asks.CPF_FIRST3, "529"), heard(text), reader)
    assert (verdict.understood, verdict.wrong) == (understood, wrong)


@pytest.mark.parametrize(
    ("tail", "short", "shipped"),
    [
        pytest.param((0.80, 200), (0.79, 90), "short 0.7", id="fast and within two points"),
        pytest.param((0.80, 200), (0.77, 90), "tail", id="fast and too deaf"),
        pytest.param((0.70, 200), (0.70, 90), FULL_NAME, id="nothing is good enough"),
    ],
)
def test_the_fastest_within_two_points_is_shipped(
    tail: tuple[float, float], short: tuple[float, float], shipped: str
) -> None:
    measured = {FULL_NAME: (0.80, 900.0), "tail": tail, "short 0.7": short}
    found = {name: {"understood": {"value": share}, "cpu_ms": {"median": ms}} for name, (share, ms) in measured.items()}
    assert to_ship(found) == shipped


def test_the_figures_are_json_and_a_table(reader: Understander) -> None:
    clips = [
        clip("Sim.", Asks.YES_NO, "yes"),
        clip("Repete, por favor."),
        clip("cinco", group="real words"),
        Clip("real sentences", "3050", "10", AUDIO, draft="era uma vez um gato preto"),
    ]
    texts = {FULL_NAME: ["Sim.", "Repete, por favor.", "5", "era uma vez um gato"]}
    texts |= {name: ["Não.", "Repete, por favor.", "", "era uma vez o gato"] for name in list(SETTINGS)[1:]}
    all_heard = {
        name: [heard(text, ms=900.0 if name == FULL_NAME else 90.0) for text in said] for name, said in texts.items()
    }
    found: dict[str, Any] = json.loads(json.dumps(result(clips, all_heard, reader, 0.5)))
    tail = found["settings"]["tail"]
    assert tail["understood"]["value"] == 0.5
    assert tail["wrong_value"]["value"] == 1.0
    assert tail["sure_but_not_understood"]["value"] == 0.5
    assert tail["real_sentences_unlike_full"] == {"10": 0.2}
    assert tail["real_sentences_in_draft"]["10"]["value"] == 0.8
    assert found["to_ship"] == FULL_NAME
    assert found["clips"] == {"replies": 2, "real words": 1, "real sentences": 1}
    console = Console(width=250, record=True)
    console.print(window_table(found))
    assert "short 0.7" in console.export_text()


@pytest.mark.parametrize(
    ("one", "other", "length"),
    [
        pytest.param("a b c", "x a y b z c", 3, id="all, with others between"),
        pytest.param("c b a", "a b c", 1, id="order counts"),
        pytest.param("", "a", 0, id="nothing heard"),
    ],
)
def test_common_words(one: str, other: str, length: int) -> None:
    assert common_words(one.split(), other.split()) == length


@settings(max_examples=20, deadline=None)
@given(st.floats(0.2, 20.0), st.integers(0, 99))
def test_pieces_are_short_and_lose_only_the_end(seconds: float, seed: int) -> None:
    audio = np.random.default_rng(seed).normal(size=round(seconds * STT_RATE)).astype(np.float32)
    cut = list(pieces(audio, np.random.default_rng(seed)))
    assert all(len(piece) <= 7.0 * STT_RATE for piece in cut)
    whole = np.concatenate([np.zeros(0, np.float32), *cut])
    np.testing.assert_array_equal(whole, audio[: len(whole)])
    assert len(audio) - len(whole) <= 1.3 * STT_RATE
