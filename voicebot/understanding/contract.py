"""A meaning as the JSON object that `python -m voicebot understand` prints for one line."""

from __future__ import annotations

from voicebot.domain.meaning import Meaning


def to_contract(meaning: Meaning) -> dict[str, object]:
    """Give the object for one line; the confidence is rounded to four decimals."""
    return {
        "text": meaning.text,
        "intent": meaning.intent.value,
        "also": [intent.value for intent in meaning.also],
        "confidence": round(meaning.confidence, 4),
        "entities": [
            {
                "type": entity.type.value,
                "text": entity.text,
                "value": entity.value,
                "low": entity.low,
                "high": entity.high,
                "approx": entity.approx,
            }
            for entity in meaning.entities
        ],
    }
