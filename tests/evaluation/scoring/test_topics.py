"""What callers bring up, against lines labelled by hand."""

from __future__ import annotations

from typing import Final

import pytest

from evaluation.scoring.feeling import feeling
from evaluation.scoring.topics import OBJECTION_INTENTS, OBJECTIONS, REASON_INTENTS, REASONS, kinds
from evaluation.scoring.words import fold
from tests.evaluation.scoring.caller_lines import LINES, Labelled

LEAST: Final = 0.95


def told(line: Labelled) -> set[tuple[str, str]]:
    return {("reason", kind) for kind, _ in kinds(line.text, line.intent, REASONS, REASON_INTENTS)} | {
        ("objection", kind) for kind, _ in kinds(line.text, line.intent, OBJECTIONS, OBJECTION_INTENTS)
    }


def wanted(line: Labelled) -> set[tuple[str, str]]:
    return {("reason", kind) for kind in line.reasons.split()} | {
        ("objection", kind) for kind in line.objections.split()
    }


def test_the_table_is_large_enough_and_covers_every_kind() -> None:
    assert len(LINES) >= 60
    labels = {each for line in LINES for each in wanted(line)}
    assert labels == {("reason", kind) for kind in REASONS} | {("objection", kind) for kind in OBJECTIONS}


def test_what_callers_bring_up_is_found_and_little_else() -> None:
    right = sum(len(told(line) & wanted(line)) for line in LINES)
    found, labelled = sum(len(told(line)) for line in LINES), sum(len(wanted(line)) for line in LINES)
    wrong = [(line.text, sorted(told(line)), sorted(wanted(line))) for line in LINES if told(line) != wanted(line)]
    assert right / found >= LEAST, wrong
    assert right / labelled >= LEAST, wrong


def test_the_sign_of_feeling_is_peoples() -> None:
    judged = [line for line in LINES if line.feeling is not None]
    wrong = [line.text for line in judged if _sign(feeling(fold(line.text))) != line.feeling]
    assert 1 - len(wrong) / len(judged) >= LEAST, wrong


def _sign(value: float) -> int:
    return (value > 0) - (value < 0)


@pytest.mark.parametrize(
    "text",
    [
        "Sim, confirmo",
        "Fala mais alto",
        "Sou menor de idade",
        "Não, sem problema nenhum",
        "Boa tarde",
        "Caiu a internet",
    ],
)
def test_what_only_sounds_like_it_is_nothing(text: str) -> None:
    line = Labelled(text)
    assert told(line) == set()
    assert feeling(fold(text)) == 0


@pytest.mark.parametrize(
    ("text", "intent", "objections"),
    [
        pytest.param("Ai, não sei não.", "cannot_pay", {"no_money"}, id="the record alone"),
        pytest.param("Eu sei que não é golpe.", "suspects_fraud", set(), id="the words take it back"),
        pytest.param("Está muito alto esse valor.", "speak_louder", set(), id="understood as of the line"),
        pytest.param("Está muito alto esse valor.", "other", {"too_expensive"}, id="not understood"),
    ],
)
def test_what_the_record_understood_counts_unless_the_words_take_it_back(
    text: str, intent: str, objections: set[str]
) -> None:
    assert {kind for side, kind in told(Labelled(text, intent=intent)) if side == "objection"} == objections
