"""The provider's recording of a call that a person has taken: paused while payment data is spoken, then on again."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial
from uuid import UUID

import structlog

from telephony.errors import ProviderError
from telephony.provider import Dialler, PausesRecording
from voicebot.bootstrap.dialling import dialler
from voicebot.bootstrap.store import Store
from voicebot.persistence.console_handovers import PostgresHandovers
from voicebot.settings import Settings

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class ProviderSwitch:
    """Implements `RecordingSwitch`; each switch opens a connection of its own, since few are ever wanted."""

    provider_call: Callable[[UUID], Awaitable[str | None]]
    open_: Callable[[], Dialler]

    async def record(self, call_id: UUID, *, on: bool) -> bool:
        provider_call_id = await self.provider_call(call_id)
        provider = self.open_()
        try:
            if provider_call_id is None or not isinstance(provider, PausesRecording):
                return False
            await (provider.resume_recording if on else provider.pause_recording)(provider_call_id)
        except ProviderError as error:
            log.warning("recording_not_switched", call_id=str(call_id), on=on, error=type(error).__name__)
            return False
        else:
            return True
        finally:
            await provider.aclose()


def recording_switch(settings: Settings, store: Store) -> ProviderSwitch | None:
    """Give the switch, or None where the provider records nothing."""
    if not settings.provider_recording or settings.provider == "asterisk":
        return None
    return ProviderSwitch(PostgresHandovers(store.database).provider_call, partial(dialler, settings))
