"""Signed requests between the creditor's system and this one, in both directions: HMAC-SHA256 over time and body.

    X-Voicebot-Timestamp: 1795348800          seconds since 1970, UTC
    X-Voicebot-Signature: sha256=<hex>        HMAC-SHA256(key, timestamp + "." + body)

A request older or newer than five minutes is refused, so that one that was overheard is of no use later; within them
it is harmless, since every request is idempotent.
"""

from __future__ import annotations

import hashlib
import hmac
from datetime import datetime, timedelta
from typing import Final

TIMESTAMP_HEADER: Final = "X-Voicebot-Timestamp"
SIGNATURE_HEADER: Final = "X-Voicebot-Signature"
EVENT_HEADER: Final = "X-Voicebot-Event"
"""Names an outcome for good: the same in every try, so that a receiver counts it once."""
WINDOW: Final = timedelta(minutes=5)
_SCHEME: Final = "sha256="
_DIGITS: Final = 12
"""More than a timestamp will have for thirty thousand years."""


def sign(key: str, timestamp: str, body: bytes) -> str:
    """Give the value of the signature header."""
    return _SCHEME + hmac.new(key.encode(), timestamp.encode() + b"." + body, hashlib.sha256).hexdigest()


def why_refused(key: str, timestamp: str | None, signature: str | None, body: bytes, now: datetime) -> str | None:
    """Say in English what is wrong with a signed request at `now`, aware; None where it is right."""
    if timestamp is None or signature is None:
        return f"send {TIMESTAMP_HEADER} and {SIGNATURE_HEADER}"
    if not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) <= _DIGITS):
        return f"{TIMESTAMP_HEADER} must be whole seconds since 1970"
    # The signature is compared first and in constant time: who has no key learns nothing of the clock.
    if not hmac.compare_digest(sign(key, timestamp, body).encode(), signature.encode()):
        return "the signature does not fit this timestamp, body and key"
    if abs(now.timestamp() - int(timestamp)) > WINDOW.total_seconds():
        return f"{TIMESTAMP_HEADER} is more than {WINDOW // timedelta(minutes=1)} minutes from now"
    return None
