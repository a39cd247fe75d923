"""What the scorer says of one criterion or one fatal error, and how sure it is."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Result(StrEnum):
    PASS = "pass"  # noqa: S105 - no password
    FAIL = "fail"
    NA = "na"


@dataclass(frozen=True, slots=True)
class Finding:
    """`evidence` holds the indexes of the turns that show it; `reason` is one line in Portuguese without names."""

    id: str
    result: Result
    reason: str
    evidence: tuple[int, ...] = ()
    confidence: float = 0.9
    """0 to 1."""


def passed(id_: str, reason: str, evidence: tuple[int, ...] = (), confidence: float = 0.9) -> Finding:
    return Finding(id_, Result.PASS, reason, evidence, confidence)


def failed(id_: str, reason: str, evidence: tuple[int, ...] = (), confidence: float = 0.9) -> Finding:
    return Finding(id_, Result.FAIL, reason, evidence, confidence)


def absent(id_: str, reason: str, confidence: float = 0.9) -> Finding:
    return Finding(id_, Result.NA, reason, (), confidence)
