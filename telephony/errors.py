"""Everything that can go wrong with a telephone call.

TelephonyError
 +- ProtocolError           the media peer broke the protocol; the message is ignored
 |   +- ProtocolFlood       it did so too often; close the stream
 +- StreamTimeout           no valid start of the stream in time
 +- StreamClosed            the media peer closed before the stream started
 +- MediaRefused            the phone could not open the bot's media socket (simulator)
 +- CallOver                the call ended while something was asked of the phone
 +- UnsupportedRate         a sample rate that has no resampler here
 +- InvalidTwiml            a value that cannot stand in TwiML, or TwiML that cannot be read
 +- UnsafeApiBase           a REST address that this provider must not talk to
 +- DestinationRefused      the number is outside the allow-list; nothing was sent
 |   +- NotListed           the number is nobody's in the portfolio; nothing was sent
 +- ProviderError           the provider's REST API
     +- ProviderUnreachable nothing was sent: may be tried again
     +- RateLimited         refused for pace: may be tried again later
     |   +- CapReached      by our own cap of calls or of money; nothing was sent
     +- ProviderRefused     refused for cause: trying again gives the same answer
     |   +- CallGone         the call is over, or unknown: there is nothing to transfer
     +- OutcomeUnknown      sent, and no answer: look for the call before placing another
"""

from __future__ import annotations

from enum import StrEnum
from typing import ClassVar


class TelephonyError(Exception):
    """The base of the tree; messages carry no number, name or payload."""

    retryable: ClassVar[bool] = False
    """Whether the same request may be sent again without risk of a second call."""


class NextStep(StrEnum):
    """What a refused or doubtful request leads to."""

    RETRY_LATER = "retry_later"
    """Certainly not done, and may be asked again after a pause."""
    SUPPRESS_NUMBER = "suppress_number"
    """This number cannot be called: take it out; all others go on."""
    STOP_CAMPAIGN = "stop_campaign"
    """The account or its set-up is wrong: every next request fails too; stop and tell somebody."""
    ALERT = "alert"
    """One call was spoilt by our own servers or answers: tell somebody; calls go on."""
    CALL_OVER = "call_over"
    """The call asked about has ended or was never there."""
    RECONCILE = "reconcile"
    """It may have been done: ask the provider which calls there are before anything else."""


class Violation(StrEnum):
    """How a media peer broke the protocol."""

    BINARY_FRAME = "binary_frame"
    TOO_LARGE = "too_large"
    MALFORMED_JSON = "malformed_json"
    UNKNOWN_EVENT = "unknown_event"
    BAD_FIELD = "bad_field"
    BAD_BASE64 = "bad_base64"
    BAD_FORMAT = "bad_format"
    WRONG_STREAM = "wrong_stream"
    BEFORE_START = "before_start"
    SECOND_START = "second_start"
    AFTER_STOP = "after_stop"
    NO_TOKEN = "no_token"  # noqa: S105 - a label, not a secret
    UNKNOWN_MARK = "unknown_mark"
    FASTER_THAN_REAL_TIME = "faster_than_real_time"


class ProtocolError(TelephonyError):
    """The peer's fault. `violation` says which rule; the text never quotes the message."""

    def __init__(self, violation: Violation, hint: str) -> None:
        super().__init__(f"media stream: {violation.value}: {hint}")
        self.violation = violation


class ProtocolFlood(ProtocolError):
    """More bad messages than a healthy peer ever sends: close the stream."""


class StreamTimeout(TelephonyError):
    """The media socket opened, but no valid start came in time."""


class StreamClosed(TelephonyError):
    """The media peer closed before the stream had started."""


class MediaRefused(TelephonyError):
    """The bot's media socket did not open: refused, not a websocket, or too slow."""


class CallOver(TelephonyError):
    """The call has ended; nothing more can be said or heard."""


class UnsupportedRate(TelephonyError):
    """A sample rate that is not 8 kHz times a whole number."""


class InvalidTwiml(TelephonyError):
    """A value that cannot be put into TwiML, or TwiML that cannot be read."""


class UnsafeApiBase(TelephonyError):
    """A REST address this provider must not talk to."""


class DestinationRefused(TelephonyError):
    """The number is outside the allow-list."""


class NotListed(DestinationRefused):
    """The number may be dialled, but belongs to nobody in the portfolio."""


class ProviderError(TelephonyError):
    """The provider's REST API did not do what was asked; `next_step` is what to do about it."""

    next_step: NextStep = NextStep.STOP_CAMPAIGN


class ProviderUnreachable(ProviderError):
    """No connection was made, so nothing was sent."""

    retryable = True
    next_step = NextStep.RETRY_LATER


class RateLimited(ProviderError):
    """Refused for pace before anything was done, HTTP 429 or a code that says so."""

    retryable = True
    next_step = NextStep.RETRY_LATER


class CapReached(RateLimited):
    """Our own cap on calls or money; nothing was sent."""


class ProviderRefused(ProviderError):
    """Refused for cause; `code` is the provider's own error code."""

    def __init__(
        self,
        action: str,
        *,
        status: int,
        code: int | None,
        next_step: NextStep = NextStep.STOP_CAMPAIGN,
        meaning: str = "see its error reference",
    ) -> None:
        super().__init__(f"{action}: the provider refused with HTTP {status}, code {code}: {meaning}")
        self.status = status
        self.code = code
        self.next_step = next_step


class CallGone(ProviderRefused):
    """The call is over, unknown, or not yet answered: the person cannot be reached by it."""

    def __init__(self, action: str, *, status: int, code: int | None) -> None:
        super().__init__(
            action, status=status, code=code, next_step=NextStep.CALL_OVER, meaning="the call is over or unknown"
        )


class OutcomeUnknown(ProviderError):
    """The request may have been carried out. Never repeat it: look the call up first."""

    next_step = NextStep.RECONCILE
