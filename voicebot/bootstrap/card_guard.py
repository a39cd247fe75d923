"""A card's number that a caller says is kept out of what is recorded: here for good, at the provider from then on."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Protocol

import structlog

from telephony.errors import ProviderError
from telephony.provider import Dialler, PausesRecording
from voicebot.persistence.errors import RecordingError

log = structlog.get_logger(__name__)
MARGIN_S: Final = 0.5
"""Before and behind a turn: where speech begins and ends is heard to a few tenths of a second."""
_HELD: Final = "a card's number could not be silenced"


class Silences(Protocol):
    def silence_caller(self, start_s: float, end_s: float) -> None:
        """Put silence in the caller's place, in seconds since the start; blocking."""
        ...


@dataclass(slots=True)
class CardGuard:
    """The recordings of one call; `provider` opens a connection, and is None where the provider records nothing."""

    call_id: str
    provider_call_id: str
    ours: Silences
    provider: Callable[[], Dialler] | None = None
    failed: str | None = None
    """Why ours is to be erased when the call ends: it holds what it must not."""
    _paused: bool = False

    async def heard(self, start_s: float | None, end_s: float | None, *, card: bool) -> None:
        """Take note of one turn of the caller; never raises."""
        if card:
            await self._silence(start_s, end_s)
        if self.provider is not None and card is not self._paused:
            await self._at_provider(self.provider, pause=card)

    async def _silence(self, start_s: float | None, end_s: float | None) -> None:
        if start_s is None or end_s is None:
            # Nobody knows when it was said.
            self.failed = _HELD
            return
        try:
            await asyncio.to_thread(self.ours.silence_caller, max(0.0, start_s - MARGIN_S), end_s + MARGIN_S)
        except (RecordingError, OSError) as error:
            self.failed = _HELD
            log.exception("card_not_silenced", call_id=self.call_id, error=type(error).__name__)
        else:
            log.info("card_silenced", call_id=self.call_id)

    async def _at_provider(self, open_: Callable[[], Dialler], *, pause: bool) -> None:
        """What was said before it is paused stays there: whoever records at the provider needs its PCI mode too."""
        provider = open_()
        try:
            if not isinstance(provider, PausesRecording):
                return
            change = provider.pause_recording if pause else provider.resume_recording
            await change(self.provider_call_id)
            self._paused = pause
        except ProviderError as error:
            log.warning("provider_recording_unchanged", call_id=self.call_id, error=type(error).__name__)
        finally:
            await provider.aclose()
