"""Move a live call to a person through the provider: at once, or once somebody has taken it."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Final, Protocol

import structlog

from telephony.provider import Dialler
from voicebot.application.handover import CRISES
from voicebot.bootstrap.cold_handoff import ColdHandOff
from voicebot.bootstrap.dialling import dialler
from voicebot.bootstrap.handing import Handing
from voicebot.bootstrap.warm_handoff import MovesCalls, WarmHandOff
from voicebot.pipeline.live_call import HandOff
from voicebot.settings import Settings
from voicebot.web.browser_line import is_browser_call
from voicebot.web.handover_board import HandoverBoard

__all__ = ["CallsHuman", "handoff_for"]

log = structlog.get_logger(__name__)
SETTLED_WITHIN_S: Final = 15.0
"""Longest wait for a warm hand-over that is under way when the caller's stream ends."""


class CallsHuman(Protocol):
    """What the gateway holds beside a call."""

    async def transfer(self) -> bool: ...

    @property
    def immediate(self) -> HandOff:
        """The way that waits for nobody to take the call, as for a person at the desk who asks for it."""
        ...

    async def caller_gone(self) -> None:
        """The call's stream is over: let a human who still rings go, or see a hand-over through."""
        ...

    async def aclose(self) -> None: ...


@dataclass(frozen=True, slots=True)
class _HandOff:
    """The ways of one call to a person, and the connections that they are gone with."""

    provider: Dialler
    cold: ColdHandOff
    warm: WarmHandOff | None
    """None where the provider cannot call a human beside a call."""
    is_warm: bool

    async def transfer(self) -> bool:
        """Warm where that is the way here, and in a crisis: who is in need keeps the bot until a person is there."""
        if self.warm is not None and (self.is_warm or self._in_crisis):
            return await self.warm.transfer()
        if await self.cold.transfer():
            return True
        await self.cold.tell_refused()
        return False

    async def transfer_at_once(self) -> bool:
        """Cold, whatever is set: the person is there. Who cannot be moved is told, and that ends the call.

        Not in a crisis, and not while somebody is rung for them: the bot stays with them, and may call a person again.
        """
        if await self.cold.transfer():
            return True
        if not self._in_crisis and not (self.warm is not None and self.warm.is_under_way):
            await self.cold.tell_refused()
        return False

    @property
    def _in_crisis(self) -> bool:
        escalation = self.cold.handing.conversation.state.escalation
        return escalation is not None and escalation.reason in CRISES

    @property
    def immediate(self) -> HandOff:
        return _AtOnce(self)

    async def caller_gone(self) -> None:
        if self.warm is not None:
            try:
                async with asyncio.timeout(SETTLED_WITHIN_S):
                    await self.warm.caller_gone()
            except TimeoutError:
                log.warning("handover_not_settled")
        await self.cold.caller_gone()

    async def aclose(self) -> None:
        if self.warm is not None:
            await self.warm.aclose()
        await self.cold.aclose()
        await self.provider.aclose()


@dataclass(frozen=True, slots=True)
class _AtOnce:
    """The way of a person at the desk who asks for the call."""

    of: _HandOff

    async def transfer(self) -> bool:
        return await self.of.transfer_at_once()


def handoff_for(settings: Settings, handing: Handing, provider_call_id: str, board: HandoverBoard) -> CallsHuman | None:
    """Give the way to a human, or None where this deployment has none.

    Warm where the creditor, or else the setting, says so and the provider can move calls between rooms; else the line
    is handed over at once.
    """
    creditor = handing.case.creditor
    phone = creditor.handoff_phone
    if phone is None or settings.caller_id is None or is_browser_call(provider_call_id):
        return None
    provider, ring_s = dialler(settings), settings.handover_ring_s
    cold = ColdHandOff(provider, provider_call_id, phone, board, handing, ring_s)
    warm: WarmHandOff | None = None
    if isinstance(provider, MovesCalls):
        warm = WarmHandOff(
            provider=provider, provider_call_id=provider_call_id, to=phone, board=board, handing=handing, ring_s=ring_s
        )
    return _HandOff(provider, cold, warm, is_warm=(creditor.handover or settings.handover) == "warm")
