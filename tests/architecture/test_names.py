"""Our top-level names are ours: nothing installed shares them, and tests do not shadow what they test."""

from __future__ import annotations

import importlib
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

from tests.architecture.tree import PACKAGES, ROOT, python_files


@pytest.mark.parametrize("name", PACKAGES)
def test_the_name_is_imported_from_this_tree(name: str) -> None:
    file = importlib.import_module(name).__file__
    assert file is not None, f"{name} has no __init__.py"
    assert Path(file).is_relative_to(ROOT)


@pytest.mark.parametrize("name", PACKAGES)
def test_no_installed_distribution_ships_the_name(name: str) -> None:
    assert set(packages_distributions().get(name, [])) <= {"voicebot"}


def test_every_folder_with_python_files_is_a_package() -> None:
    # Migrations are run by path, by the migration tool.
    folders = {path.parent for path in python_files() if path.parent != ROOT and "migrations" not in path.parts}
    bare = {str(folder.relative_to(ROOT)) for folder in folders if not (folder / "__init__.py").is_file()}
    assert bare == set()


def test_the_words_are_no_package() -> None:
    assert not list((ROOT / "prompts").rglob("*.py"))
