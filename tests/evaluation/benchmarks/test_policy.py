"""The policy's stopwatch: the contract's shape, the same turns for the same seed, and no turn grown slow."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

import pytest
from typer import Typer
from typer.testing import CliRunner

from evaluation.benchmarks import policy
from evaluation.cli import add_commands

TURNS = 150
SLOW = 3
"""So many times the target is a fault of the code, on a slow machine too; other work on it does not count."""


@cache
def measured() -> dict[str, Any]:
    return policy.measure(turns=TURNS, seed=3)


def test_one_turn_is_decided_worded_and_released_in_time() -> None:
    found = measured()["turn_cpu_ms"]
    assert found["n"] >= TURNS
    assert 0 < found["median"] <= found["p95"] <= SLOW * policy.TARGET_MS


def test_understanding_is_told_apart_and_counted_in_the_whole() -> None:
    found = measured()
    turn, whole = found["turn_ms"], found["whole_ms"]
    assert 0 < found["understanding_ms"]["n"] <= turn["n"] == whole["n"]
    assert whole["max"] >= turn["max"]
    assert whole["median"] > turn["median"]


@pytest.mark.parametrize("name", ["turn_ms", "turn_cpu_ms", "understanding_ms", "whole_ms"])
def test_each_figure_says_what_it_covers(name: str) -> None:
    assert set(measured()[name]) == {"n", "median", "p95", "min", "max"}
    assert measured()["measures"][name]


def test_the_command_gives_one_object_or_a_table() -> None:
    app = Typer()
    add_commands(app)
    as_json = CliRunner().invoke(app, ["bench", "policy", "--turns", "5", "--json"])
    found = json.loads(as_json.stdout)
    assert as_json.exit_code == 0
    assert {"machine", "load", "turn_ms"} <= set(found)
    table = CliRunner().invoke(app, ["bench", "policy", "--turns", "5"])
    assert table.exit_code == 0
    assert "turn_ms" in table.stdout
