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


class JudgementIncomplete(ValueError):
    """Criteria without a mark: nobody's silence is a verdict. Carries what was filled in, to go on from."""

    retryable = False

    def __init__(
        self, missing: tuple[str, ...], results: Mapping[str, str], fatal: tuple[str, ...], comment: str
    ) -> None:
        super().__init__(f"mark these criteria too: {', '.join(missing)}")
        self.missing = missing
        self.results = results
        self.fatal = fatal
        self.comment = comment


def read_judgement(form: Mapping[str, Any]) -> Judgement:
    """Read the marks of every criterion; fields that are none of ours are left out.

    Raises:
        JudgementIncomplete: a criterion has no mark, or one that is none.
    """
    marks = {name: form.get(f"result_{name}") for name in CRITERIA}
    results = {name: mark for name, mark in marks.items() if isinstance(mark, str) and mark in _RESULTS}
    fatal = tuple(name for name in FATALS if form.get(f"fatal_{name}") == "on")
    given = form.get("comment")
    comment = given.strip()[:_LONGEST] if isinstance(given, str) else ""
    missing = tuple(name for name in CRITERIA if name not in results)
    if missing:
        raise JudgementIncomplete(missing, results, fatal, comment)
    return Judgement(score=0 if fatal else score_of(results), fatal=fatal, results=results, comment=comment)


def score_of(results: Mapping[str, str]) -> int:
    """Give the passed weight out of the applicable, 0 to 100; 100 where nothing applies."""
    passed = sum(WEIGHTS.get(name, 0) for name, result in results.items() if result == "pass")
    applicable = sum(WEIGHTS.get(name, 0) for name, result in results.items() if result in {"pass", "fail"})
    return round(100 * passed / applicable) if applicable else 100
