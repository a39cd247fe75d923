"""A file is read in one sitting."""

from __future__ import annotations

from statistics import median

from tests.architecture.tree import ROOT, python_files

CAP = 400
"""Lines; ruff caps a function, nothing else caps a file."""
TYPICAL = 150


def _lengths() -> dict[str, int]:
    return {str(path.relative_to(ROOT)): len(path.read_text(encoding="utf-8").splitlines()) for path in python_files()}


def test_no_file_is_longer_than_the_cap() -> None:
    too_long = {name: lines for name, lines in _lengths().items() if lines > CAP}
    assert too_long == {}


def test_the_typical_file_is_short() -> None:
    assert median(_lengths().values()) <= TYPICAL
