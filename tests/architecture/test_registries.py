"""What a registry names and what its folder holds are the same: a plug-in that nobody listed is a red test."""

from __future__ import annotations

import importlib
from pathlib import Path

import pytest

from tests.architecture.tree import ROOT
from voicebot.domain.compliance.jurisdictions import JURISDICTIONS


def _members(folder: Path) -> set[str]:
    """The plug-ins of a folder: its modules and packages, less what starts with an underscore."""
    modules = {path.stem for path in folder.glob("*.py") if not path.stem.startswith("_")}
    packages = {path.parent.name for path in folder.glob("*/__init__.py")}
    return modules | packages


def test_every_jurisdiction_is_registered() -> None:
    assert {code.lower() for code in JURISDICTIONS} == _members(ROOT / "voicebot/domain/compliance/jurisdictions")


def test_every_jurisdiction_exports_its_rules() -> None:
    for code, rules in JURISDICTIONS.items():
        module = importlib.import_module(f"voicebot.domain.compliance.jurisdictions.{code.lower()}")
        assert module.RULES is rules


@pytest.mark.parametrize("kind", ["stt", "tts"])
def test_every_speech_engine_is_named_by_the_registry(kind: str) -> None:
    registry = (ROOT / "voicebot/speech/engines.py").read_text(encoding="utf-8")
    modules = _members(ROOT / "voicebot/speech" / kind)
    assert modules
    assert {
        name for name in modules if f"{kind}.{name}" not in registry and f"{kind} import {name}" not in registry
    } == set()
