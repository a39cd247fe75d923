"""The form of a judgement: marks for each criterion, fatal errors, and the score that follows from them."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

from voicebot.application.qa.calls import Judgement
from voicebot.console.words import CRITERIA, FATALS

_RESULTS: Final = frozenset({"pass", "fail", "na"})
WEIGHTS: Final = MappingProxyType(dict(zip(CRITERIA, (5, 10, 15, 10, 10, 10, 15, 10, 5, 5, 5), strict=True)))
"""Points of each criterion, research/domain 7; a person's score is reckoned as the machine's is."""
_LONGEST: Final = 4000


def read_judgement(form: Mapping[str, Any]) -> Judgement:
    """Read the marks; what the form does not name is left out, a criterion without a mark does not apply."""
    results = {name: _mark(form.get(f"result_{name}")) for name in CRITERIA}
    fatal = tuple(name for name in FATALS if form.get(f"fatal_{name}") == "on")
    comment = form.get("comment")
    return Judgement(
        score=0 if fatal else score_of(results),
        fatal=fatal,
        results=results,
        comment=comment.strip()[:_LONGEST] if isinstance(comment, str) else "",
    )


def score_of(results: Mapping[str, str]) -> int:
    """Give the passed weight out of the applicable, 0 to 100; 100 where nothing applies."""
    passed = sum(WEIGHTS.get(name, 0) for name, result in results.items() if result == "pass")
    applicable = sum(WEIGHTS.get(name, 0) for name, result in results.items() if result in {"pass", "fail"})
    return round(100 * passed / applicable) if applicable else 100


def _mark(value: Any) -> str:
    return value if isinstance(value, str) and value in _RESULTS else "na"
