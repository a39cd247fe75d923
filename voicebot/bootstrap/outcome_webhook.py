"""The outcome webhook: signed, never redirected, over TLS unless it stays on this machine."""

from __future__ import annotations

from typing import Final
from urllib.parse import urlsplit

import httpx

from voicebot.application.dialler.outcomes import OutcomeFailed
from voicebot.application.ports import Clock
from voicebot.application.signing import EVENT_HEADER, SIGNATURE_HEADER, TIMESTAMP_HEADER, sign
from voicebot.settings import Settings, SettingsError

TIMEOUT_S: Final = 10.0
_LOOPBACK: Final = frozenset({"127.0.0.1", "localhost", "::1"})


class OutcomeWebhook:
    """`OutcomeReceiver` over HTTP; 2xx is taken, anything else is tried again."""

    def __init__(self, url: str, key: str, clock: Clock) -> None:
        self._url, self._key, self._clock = url, key, clock
        self._http = httpx.AsyncClient(timeout=TIMEOUT_S, follow_redirects=False)

    async def deliver(self, event_id: str, body: bytes) -> None:
        """Send it once. Raises `OutcomeFailed`."""
        timestamp = str(int(self._clock.now().timestamp()))
        headers = {
            "Content-Type": "application/json",
            EVENT_HEADER: event_id,
            TIMESTAMP_HEADER: timestamp,
            SIGNATURE_HEADER: sign(self._key, timestamp, body),
        }
        try:
            answer = await self._http.post(self._url, content=body, headers=headers)
        except httpx.HTTPError as error:
            raise OutcomeFailed(f"no answer ({type(error).__name__})") from None
        if not answer.is_success:
            raise OutcomeFailed(f"HTTP {answer.status_code}")

    async def aclose(self) -> None:
        await self._http.aclose()


def webhook(settings: Settings, clock: Clock) -> OutcomeWebhook | None:
    """Give the webhook of the settings; None where no address is set.

    Raises:
        SettingsError: an address that is no https URL, or no key to sign with.
    """
    if not settings.outcome_url:
        return None
    parts = urlsplit(settings.outcome_url)
    local = parts.scheme == "http" and parts.hostname in _LOOPBACK
    if not parts.hostname or not (parts.scheme == "https" or local):
        raise SettingsError("setting VOICEBOT_OUTCOME_URL must look like https://creditor.example.com/outcomes")
    if settings.secret_key is None:
        raise SettingsError(
            "setting VOICEBOT_SECRET_KEY is missing: outcomes are signed with it; make one with `openssl rand -hex 32`"
        )
    return OutcomeWebhook(settings.outcome_url, settings.secret_key.get_secret_value(), clock)
