"""The callers, the grammar, the portfolios, and a small run of the real thing."""

from __future__ import annotations

import json
from pathlib import Path
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer import Typer
from typer.testing import CliRunner

from evaluation.cli import add_commands
from evaluation.simulation.text import cases, characters, grammar, noise, runner, stage
from evaluation.simulation.text.grammar import GrammarError
from evaluation.simulation.text.score import understood
from tests.evaluation.simulation.logs import said
from voicebot.domain.meaning import Intent
from voicebot.domain.portfolio import Case

LEAST_FORMS = 3000
LEAST_PERSONAS = 14
NO_INTENT = {"give_name", "teach_back", "tourist", "pay_today", "accept_check", "conditional_yes"}


def test_there_are_enough_forms_and_people() -> None:
    assert grammar.load().count(coloured=True) >= LEAST_FORMS
    assert len(characters.load()) >= LEAST_PERSONAS


def test_every_meaning_of_the_contract_can_be_said() -> None:
    keys = {key.partition("/")[0] for key in grammar.load().forms}
    assert keys - NO_INTENT == {intent.value for intent in Intent}


def test_every_form_that_a_character_uses_exists() -> None:
    forms = grammar.load().forms
    for character in characters.load().values():
        keys = {*character.situation, *character.aftermath, character.answers, *(character.strays or {})}
        keys |= {key for strike in character.strikes for key in strike.say}
        assert keys - {"silence"} <= set(forms), character.name


@pytest.mark.parametrize("template", ["(a|b", "a)b", "((a|b)"])
def test_a_broken_template_is_told(template: str) -> None:
    with pytest.raises(GrammarError):
        grammar.parse(template)


def test_choices_and_slots_are_drawn() -> None:
    own = grammar.Grammar({"x": (grammar.parse("(a|b(c|d)) {n}"),)}, {})
    drawn = {own.say("x", Random(seed), {"n": "1"}) for seed in range(40)}
    assert drawn == {"a 1", "bc 1", "bd 1"}
    assert own.count() == len(drawn)


@given(st.integers(0, 10_000))
def test_noise_keeps_what_is_dictated(seed: int) -> None:
    assert noise.blur("5 2 9", Random(seed)).replace("...", "").count("5") == 1


@pytest.fixture(scope="module")
def drawn_cases(tmp_path_factory: pytest.TempPathFactory) -> list[Case]:
    folder: Path = tmp_path_factory.mktemp("cases")
    return [cases.draw(Random(seed), folder).case for seed in range(30)]


def test_drawn_portfolios_load(drawn_cases: list[Case]) -> None:
    assert all(case.debts for case in drawn_cases)
    assert len({case.creditor.limits.max_concessions for case in drawn_cases}) > 1


def test_the_same_seed_gives_the_same_call_and_a_trial_another() -> None:
    scenario = stage.Scenario("9-1", characters.find("cooperative"))
    first, again = stage.play(scenario), stage.play(scenario)
    other = stage.play(stage.Scenario("9-1", characters.find("cooperative"), trial=2))
    assert [each.out["say"] for each in first.exchanges] == [each.out["say"] for each in again.exchanges]
    assert first.drawn.debts == other.drawn.debts
    assert [each.said for each in first.exchanges] != [each.said for each in other.exchanges]


@pytest.mark.parametrize(
    ("key", "heard", "caught"),
    [
        pytest.param("affirm/readback", {"intent": "accept_offer", "also": []}, True, id="same yes"),
        pytest.param("illness", {"intent": "cannot_pay", "also": ["illness"]}, True, id="beside the main one"),
        pytest.param("illness", {"intent": "cannot_pay", "also": []}, False, id="missed"),
        pytest.param("teach_back", {"intent": "other", "also": []}, None, id="no intent to compare"),
        pytest.param("affirm", None, None, id="keys"),
    ],
)
def test_understood(key: str, heard: dict[str, object] | None, caught: bool | None) -> None:
    assert understood(said(key), heard) is caught


def test_a_run_gives_the_contracts_object() -> None:
    app = Typer()
    add_commands(app)
    result = CliRunner().invoke(app, ["simulate", "--calls", "3", "--seed", "4", "--processes", "1", "--json"])
    found = json.loads(result.stdout)
    assert found["calls"] == 3
    assert found["turns"] > 0
    keys = "distinct_utterances understood_as_meant violations violation_examples dispositions promises"
    assert {*keys.split(), "promises_complete", "upper_bound"} <= found.keys()
    assert found["upper_bound"] == (1.0 if not found["violations"] else None)


def test_an_unknown_persona_is_bad_usage() -> None:
    app = Typer()
    add_commands(app)
    result = CliRunner().invoke(app, ["simulate", "--persona", "ninguém"])
    assert result.exit_code == 2
    assert "cooperative" in result.output


def test_a_broken_call_is_a_violation() -> None:
    broken = characters.Character("broken", "says what no grammar has", frozenset(), answers="nothing")
    results = [runner.one(stage.Scenario(f"broken-{index}", broken)) for index in range(3)]
    assert {violation.rule for result in results for violation in result.violations} >= {"crashed"}
