"""What a rule reports."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Found:
    rule: str
    turn: int
    """Index of the exchange."""
    detail: str
