"""Imports point down; the tool that knows keeps it, and the ways up are named and counted."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from pathlib import Path

from tests.architecture.tree import ROOT

UPWARD = {"voicebot.bootstrap -> evaluation.console", "voicebot.__main__ -> evaluation.cli"}
"""The two edges the design allows, both inside functions."""
CONTRACTS = 7


def _contracts() -> list[dict[str, object]]:
    configuration = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    found: list[dict[str, object]] = configuration["tool"]["importlinter"]["contracts"]
    return found


def test_every_contract_is_kept() -> None:
    linter = Path(sys.executable).parent / "lint-imports"
    run = subprocess.run([str(linter), "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout[-3000:] + run.stderr[-1000:]


def test_no_contract_was_dropped() -> None:
    assert len(_contracts()) >= CONTRACTS


def test_only_the_named_edges_go_up() -> None:
    ignored = [edge for contract in _contracts() for edge in contract.get("ignore_imports", [])]  # type: ignore[attr-defined]  # TOML lists
    assert len(ignored) <= len(UPWARD)
    assert set(ignored) <= UPWARD
