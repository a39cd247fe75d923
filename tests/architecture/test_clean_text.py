"""Nothing unfinished, and nothing that only holds on one machine."""

from __future__ import annotations

import re

import pytest

from tests.architecture.tree import texts

LOCKS = ("uv.lock", "package-lock.json", "requirements.lock")
"""Written by tools, with the addresses of what they lock."""
UNFINISHED = re.compile(r"\b(?:" + "|".join(("TO" + "DO", "FIX" + "ME", "X" * 3)) + r")\b")
MACHINE_PATHS = re.compile(r"(?<![\w.~-])/(?:" + "|".join(("wo" + "rk", "ro" + "ot", r"home/\w+", r"Users/\w+")) + ")/")
REGISTRY_HOSTS = re.compile("|".join((r"py" + r"pi\.org", "python" + r"hosted\.org", r"npm" + r"js\.org")))


@pytest.mark.parametrize(
    ("pattern", "passed_over"),
    [
        pytest.param(UNFINISHED, LOCKS, id="nothing unfinished"),
        pytest.param(MACHINE_PATHS, (), id="no path of one machine"),
        pytest.param(REGISTRY_HOSTS, LOCKS, id="no registry host outside the locks"),
    ],
)
def test_text_is_clean(pattern: re.Pattern[str], passed_over: tuple[str, ...]) -> None:
    found = [
        f"{name}: {match.group()}"
        for name, text in texts()
        if not name.endswith((*passed_over, ".min.js"))
        for match in pattern.finditer(text)
    ]
    assert found == []
