"""Real calls through Twilio."""

from __future__ import annotations

from urllib.parse import urlsplit

from telephony.calls_rest import CallsAccount, CallsRestDialler, is_loopback
from telephony.errors import UnsafeApiBase
from telephony.guard import DialGuard


class TwilioDialler(CallsRestDialler):
    """Twilio's REST API, or a stand-in on loopback through `api_base`; credentials go nowhere else."""

    name = "twilio"
    real = True

    def __init__(self, account: CallsAccount, guard: DialGuard | None = None) -> None:
        if account.api_base is not None and not (is_loopback(account.api_base) or _is_vendor(account.api_base)):
            raise UnsafeApiBase("TWILIO_API_BASE may name a twilio.com host by https, or loopback, and nothing else")
        super().__init__(account, guard)


def _is_vendor(url: str) -> bool:
    parts = urlsplit(url)
    return parts.scheme == "https" and (parts.hostname or "").endswith(".twilio.com")
