"""The port: what any telephony provider must be able to do with a call."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol, runtime_checkable

from telephony.call import CallSummary
from telephony.transfer import AfterDial


class Provider(Protocol):
    """Places, transfers and ends calls. The media of a call comes by its own socket, not through here."""

    name: str
    real: bool
    """False only where no call can leave this machine."""

    async def place(self, *, to: str, call_ref: str) -> str:
        """Place one call and give the provider's id for it; `call_ref` comes back in every webhook's query.

        Never repeats a request by itself. Raises `DestinationRefused` and `CapReached` before anything is sent, then
        `ProviderUnreachable`, `RateLimited`, `ProviderRefused`, `OutcomeUnknown`; each `ProviderError.next_step` says
        what follows.
        """
        ...

    async def hang_up(self, provider_call_id: str) -> None:
        """End the call, ringing or answered; a call that is over, or unknown, is no error. Raises `ProviderError`."""
        ...

    async def transfer(self, provider_call_id: str, *, to: str, after: AfterDial) -> None:
        """Connect the person on a live call to a human at `to`; the bot's media stream is stopped and closed.

        Where nobody answers, the gateway is asked what the caller hears: by `after`, or by the provider's own doors.
        Returns once the provider has taken the order, before the human's phone rings. Never repeats a request by
        itself. Raises `DestinationRefused` before anything is sent, `CallGone` for a call that is over or no longer
        with the bot, and the other `ProviderError`s.
        """
        ...

    async def recent(self, *, to: str) -> Sequence[CallSummary]:
        """List the newest calls to a number, newest first: what to ask after `OutcomeUnknown`.

        A provider that keeps no list of past calls lists each until the gateway has taken word of its end.
        """
        ...


@runtime_checkable
class KeepsQueue(Protocol):
    """A provider that takes more calls than it places at once, and keeps the rest until their turn."""

    async def cancel(self, provider_call_id: str) -> bool:
        """Take back a call that is queued or rings; True only where it ended so. Raises `ProviderError`.

        False for one that was answered or is over, whichever its end: it may have rung. Never ends a conversation,
        whenever it comes.
        """
        ...


@runtime_checkable
class PausesRecording(Protocol):
    """A provider that records calls itself, and stops for a while when it is told to."""

    async def pause_recording(self, provider_call_id: str) -> None:
        """Record silence from now on, as while payment data is spoken. Raises `ProviderError`."""
        ...

    async def resume_recording(self, provider_call_id: str) -> None:
        """Record again. Raises `ProviderError`."""
        ...


class Dialler(Provider, Protocol):
    """A provider that holds connections open."""

    async def aclose(self) -> None:
        """Close the connections."""
        ...
