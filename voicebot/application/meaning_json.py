"""Entities in the shape that the outside reads."""

from __future__ import annotations

from typing import Any

from voicebot.domain.meaning import Entity


def entity_json(entity: Entity) -> dict[str, Any]:
    return {
        "type": entity.type.value,
        "text": entity.text,
        "value": entity.value,
        "low": entity.low,
        "high": entity.high,
        "approx": entity.approx,
    }
