"""Move a live call to a person through the provider."""

from __future__ import annotations

from dataclasses import dataclass, field

import structlog

from telephony.calls_rest import CallsRestDialler
from telephony.errors import TelephonyError
from voicebot.bootstrap.dialling import dialler
from voicebot.domain.portfolio import Case
from voicebot.settings import Settings

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class ProviderHandOff:
    """One call's way to the creditor's own people."""

    provider: CallsRestDialler
    provider_call_id: str
    to: str = field(repr=False)

    async def transfer(self) -> bool:
        """Ask the provider to connect the caller to the hand-off number; False when it refuses."""
        try:
            await self.provider.transfer(self.provider_call_id, to=self.to)
        except TelephonyError as error:
            log.warning("transfer_refused", why=type(error).__name__)
            return False
        return True

    async def aclose(self) -> None:
        await self.provider.aclose()


def handoff_for(settings: Settings, case: Case, provider_call_id: str) -> ProviderHandOff | None:
    """Give the way to a human, or None where this deployment has none."""
    phone = case.creditor.handoff_phone
    if phone is None or settings.caller_id is None:
        return None
    return ProviderHandOff(dialler(settings), provider_call_id, phone)
