"""Each walk is taken once for all tests, and how far it went is told at the end of the run."""

from __future__ import annotations

from collections.abc import Callable
from time import perf_counter
from typing import Final

import pytest

from tests.voicebot.domain.dialogue.exploration import Explored, union
from tests.voicebot.domain.dialogue.starts import explored

_TAKEN: Final[dict[str, tuple[Explored, float]]] = {}


@pytest.fixture
def walk() -> Callable[[str], Explored]:
    def take(name: str) -> Explored:
        if name not in _TAKEN:
            start = perf_counter()
            _TAKEN[name] = explored(name), perf_counter() - start
        return _TAKEN[name][0]

    return take


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """The states and edges explored, a line a start."""
    if not _TAKEN:
        return
    terminalreporter.section("dialogue explored", sep="-")
    for name, (found, seconds) in _TAKEN.items():
        faults = sum(len(each) for each in found.faults.values())
        terminalreporter.line(
            f"{name}: {found.states} states, {found.edges} edges, {len(found.classes)} classes of edge,"
            f" {faults} violations, {seconds:.0f} s"
        )
    total = [found for found, _ in _TAKEN.values()]
    terminalreporter.line(
        f"together: {sum(each.states for each in total)} states, {sum(each.edges for each in total)} edges,"
        f" {len(union(total))} classes of edge"
    )
