"""The dialler's `Line` on a telephony provider: every error as what it means for the call, and for all others."""

from __future__ import annotations

from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Final, assert_never

import structlog

from telephony.call import CallStatus, CallSummary
from telephony.errors import (
    CapReached,
    DestinationRefused,
    NextStep,
    OutcomeUnknown,
    ProviderError,
    ProviderRefused,
    ProviderUnreachable,
    RateLimited,
)
from telephony.provider import Dialler, KeepsQueue
from voicebot.application.dialler.intents import (
    Accepted,
    AccountRefused,
    Answer,
    FoundCall,
    NotSent,
    NumberRefused,
    Unknown,
)
from voicebot.application.ports import RecordsUnavailable
from voicebot.domain.dialogue.phases import Disposition

log = structlog.get_logger(__name__)
UNREACHABLE_PAUSE: Final = timedelta(seconds=30)
RATE_PAUSE: Final = timedelta(seconds=15)
_ENDED: Final = MappingProxyType(
    {
        CallStatus.BUSY: Disposition.BUSY,
        CallStatus.NO_ANSWER: Disposition.NO_ANSWER,
        CallStatus.CANCELED: Disposition.NO_ANSWER,
        CallStatus.FAILED: Disposition.FAILED,
        # It was answered, and our record has no end of it: the bot was not there, or died.
        CallStatus.COMPLETED: Disposition.FAILED,
    }
)


class ProviderLine:
    """`Line` on any provider."""

    def __init__(self, provider: Dialler, *, rate_pause: timedelta = RATE_PAUSE) -> None:
        self._provider = provider
        self._rate_pause = rate_pause
        self.name = provider.name
        self.real = provider.real

    async def place(self, *, to: str, call_ref: str) -> Answer:
        """Ask once; whatever is not certain is `Unknown`."""
        try:
            return Accepted(await self._provider.place(to=to, call_ref=call_ref))
        except DestinationRefused:
            return NumberRefused("the number is outside the allow-list, or in nobody's portfolio")
        except ProviderUnreachable:
            return NotSent("the provider cannot be reached", UNREACHABLE_PAUSE)
        except CapReached as error:
            return NotSent(str(error), self._rate_pause)
        except RateLimited:
            return NotSent("the provider's rate limit", self._rate_pause)
        except ProviderRefused as error:
            return refusal(error)
        except OutcomeUnknown:
            return Unknown("the provider gave no answer")
        except RecordsUnavailable:
            # The guards ask the database, and they stand before the request.
            return NotSent("the database is away", UNREACHABLE_PAUSE)
        except Exception as error:
            # Whatever it was, it may have been after the request was sent.
            log.exception("placing a call failed in an unexpected way", call_id=call_ref)
            return Unknown(type(error).__name__)

    async def calls_to(self, to: str) -> list[FoundCall] | None:
        """List the newest calls to a number; None where the provider gave no answer."""
        try:
            found = await self._provider.recent(to=to)
        except ProviderError:
            return None
        except Exception:
            log.exception("listing calls failed in an unexpected way")
            return None
        return [
            FoundCall(
                each.provider_call_id,
                _ENDED.get(each.status),
                self._created(each),
                is_queued=each.status is CallStatus.QUEUED,
            )
            for each in found
        ]

    async def cancel(self, provider_call_id: str) -> bool:
        """Take a call back that nobody has answered; a provider that keeps no queue has none to give back."""
        if not isinstance(self._provider, KeepsQueue):
            return False
        try:
            return await self._provider.cancel(provider_call_id)
        except ProviderError:
            log.warning("a queued call could not be taken back")
            return False

    def _created(self, call: CallSummary) -> datetime | None:
        """Give when the call was taken; the simulator's clock is not the one that calls are placed by."""
        return call.created_at if self.real else None

    async def aclose(self) -> None:
        await self._provider.aclose()


def refusal(error: ProviderRefused) -> Answer:
    """Tell what a refusal means: for this number, for now, or for everything. A code not known stops everything."""
    said = f"provider code {error.code}, HTTP {error.status}"
    match error.next_step:
        case NextStep.SUPPRESS_NUMBER:
            return NumberRefused(said, is_dead=True)
        case NextStep.RETRY_LATER | NextStep.ALERT | NextStep.CALL_OVER:
            return NotSent(said, UNREACHABLE_PAUSE)
        case NextStep.RECONCILE:
            return Unknown(said)
        case NextStep.STOP_CAMPAIGN:
            return AccountRefused(said)
        case _:
            assert_never(error.next_step)
