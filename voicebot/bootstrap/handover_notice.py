"""Tell the agents' desktop that a call is being handed over: a signed request with the one-time link of its page."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

import structlog

from voicebot.application.dialler.outcomes import OutcomeFailed
from voicebot.application.handover_sheet import LINK, LINK_LIVES
from voicebot.application.ports import CallTokens, Clock, RecordsUnavailable
from voicebot.bootstrap.outcome_webhook import OutcomeWebhook
from voicebot.console.guard import PATH
from voicebot.settings import Settings, SettingsError

log = structlog.get_logger(__name__)
_LOOPBACK: Final = frozenset({"127.0.0.1", "localhost", "::1"})


@dataclass(frozen=True, slots=True)
class HandoverNotice:
    """Sends each link once; a desktop that does not answer costs the link, never the hand-over."""

    webhook: OutcomeWebhook
    tokens: CallTokens
    public_url: str

    async def __call__(self, call_id: str) -> None:
        try:
            token = await self.tokens.mint(call_id, LINK, ttl_s=LINK_LIVES.total_seconds())
            link = f"{self.public_url}{PATH}/handovers/open/{token}"
            body = json.dumps({"event": "handover", "call_id": call_id, "link": link}).encode()
            await self.webhook.deliver(f"handover:{call_id}", body)
        except (OutcomeFailed, RecordsUnavailable) as error:
            log.warning("handover_not_announced", call_id=call_id, why=type(error).__name__)


def handover_notice(settings: Settings, tokens: CallTokens, clock: Clock) -> HandoverNotice | None:
    """Give the notice of the settings; None where no address is set.

    Raises:
        SettingsError: an address that is no https URL, or no key to sign with.
    """
    if not settings.handover_url:
        return None
    parts = urlsplit(settings.handover_url)
    local = parts.scheme == "http" and parts.hostname in _LOOPBACK
    if not parts.hostname or not (parts.scheme == "https" or local):
        raise SettingsError("setting VOICEBOT_HANDOVER_URL must look like https://desktop.example.com/calls")
    if settings.secret_key is None:
        raise SettingsError(
            "setting VOICEBOT_SECRET_KEY is missing: hand-overs are signed with it; make one: `openssl rand -hex 32`"
        )
    webhook = OutcomeWebhook(settings.handover_url, settings.secret_key.get_secret_value(), clock)
    return HandoverNotice(webhook, tokens, settings.public_url)
