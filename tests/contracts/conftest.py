"""Fixtures that several contract suites share."""

from __future__ import annotations

from tests.contracts.person_side import person_side

__all__ = ["person_side"]
