"""Move a live call to a person through the provider: at once, or once somebody has taken it."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import Final, Protocol

import structlog

from telephony.errors import TelephonyError
from telephony.provider import Dialler
from voicebot.bootstrap.dialling import dialler
from voicebot.bootstrap.warm_handoff import Handing, MovesCalls, WarmHandOff
from voicebot.domain.portfolio import Case
from voicebot.settings import Settings
from voicebot.web.browser_line import is_browser_call
from voicebot.web.handover_routes import HandoverBoard

__all__ = ["CallsHuman", "ProviderHandOff", "handoff_for"]

log = structlog.get_logger(__name__)
SETTLED_WITHIN_S: Final = 15.0
"""Longest wait for a hand-over that is under way when the caller's stream ends."""


class CallsHuman(Protocol):
    """What the gateway holds beside a call."""

    async def transfer(self) -> bool: ...

    @property
    def immediate(self) -> ProviderHandOff:
        """The way that waits for nobody to take the call, as for a person at the desk who asks for it."""
        ...

    async def caller_gone(self) -> None:
        """The call's stream is over: let a human who still rings go, or see a hand-over through."""
        ...

    async def aclose(self) -> None: ...


@dataclass(frozen=True, slots=True)
class ProviderHandOff:
    """One call's way to the creditor's own people: the line leaves the bot before anybody picks up."""

    provider: Dialler
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

    @property
    def immediate(self) -> ProviderHandOff:
        return self

    async def caller_gone(self) -> None:
        """Nothing is left to do: the provider has the line."""

    async def aclose(self) -> None:
        await self.provider.aclose()


@dataclass(frozen=True, slots=True)
class _ClosingHandOff:
    """A warm hand-over and the connections that it was made with."""

    warm: WarmHandOff
    provider: Dialler
    cold: ProviderHandOff

    async def transfer(self) -> bool:
        return await self.warm.transfer()

    @property
    def immediate(self) -> ProviderHandOff:
        return self.cold

    async def caller_gone(self) -> None:
        try:
            async with asyncio.timeout(SETTLED_WITHIN_S):
                await self.warm.caller_gone()
        except TimeoutError:
            log.warning("handover_not_settled")

    async def aclose(self) -> None:
        await self.warm.aclose()
        await self.provider.aclose()


def handoff_for(
    settings: Settings,
    case: Case,
    provider_call_id: str,
    handing: Handing | None = None,
    board: HandoverBoard | None = None,
) -> CallsHuman | None:
    """Give the way to a human, or None where this deployment has none.

    Warm where the creditor, or else the setting, says so and the provider can move calls between rooms; else the line
    is handed over at once.
    """
    phone = case.creditor.handoff_phone
    if phone is None or settings.caller_id is None or is_browser_call(provider_call_id):
        return None
    provider = dialler(settings)
    cold = ProviderHandOff(provider, provider_call_id, phone)
    is_warm = (case.creditor.handover or settings.handover) == "warm"
    if is_warm and handing is not None and board is not None and isinstance(provider, MovesCalls):
        warm = WarmHandOff(
            provider=provider,
            provider_call_id=provider_call_id,
            to=phone,
            board=board,
            handing=handing,
            ring_s=settings.handover_ring_s,
        )
        return _ClosingHandOff(warm, provider, cold)
    return cold
