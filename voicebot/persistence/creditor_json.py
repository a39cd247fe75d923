"""A creditor and its limits as JSON and back: decimals stay exact as strings, cents are integers."""

from __future__ import annotations

from typing import Any, Final

from pydantic import TypeAdapter

from voicebot.domain.portfolio import Creditor

_CREDITOR: Final = TypeAdapter(Creditor)


def to_json(creditor: Creditor) -> dict[str, Any]:
    dumped: dict[str, Any] = _CREDITOR.dump_python(creditor, mode="json")
    return dumped


def from_json(stored: dict[str, Any]) -> Creditor:
    """Read what `to_json` wrote, by this or an earlier version: new fields take their defaults."""
    return _CREDITOR.validate_python(stored)
