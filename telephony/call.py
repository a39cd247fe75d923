"""What telephony says about a call: its state, and the start of its media."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from telephony.errors import DestinationRefused

BRAZILIAN_NUMBER: Final = re.compile(r"\+55[1-9][1-9](?:9\d{8}|[2-5]\d{7})")
"""Geographic landlines and mobiles: no premium, service, satellite or foreign number can match."""


class CallStatus(StrEnum):
    """The states of a call, in Twilio's words."""

    QUEUED = "queued"
    INITIATED = "initiated"
    RINGING = "ringing"
    IN_PROGRESS = "in-progress"
    COMPLETED = "completed"
    BUSY = "busy"
    NO_ANSWER = "no-answer"
    FAILED = "failed"
    CANCELED = "canceled"

    @property
    def is_final(self) -> bool:
        return self in _FINAL


_FINAL: Final = frozenset(
    {CallStatus.COMPLETED, CallStatus.BUSY, CallStatus.NO_ANSWER, CallStatus.FAILED, CallStatus.CANCELED}
)


@dataclass(frozen=True, slots=True)
class MediaFormat:
    encoding: str = "audio/x-mulaw"
    rate_hz: int = 8_000
    channels: int = 1


TELEPHONE: Final = MediaFormat()
"""The only format Media Streams carries."""


@dataclass(frozen=True, slots=True)
class StreamStart:
    """One media stream and the call it belongs to, as the provider announced it."""

    stream_sid: str
    call_sid: str
    account_sid: str
    parameters: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}), repr=False)
    """Custom parameters from our own TwiML; hidden because one of them is the stream's token."""
    format: MediaFormat = TELEPHONE


@dataclass(frozen=True, slots=True)
class CallSummary:
    """A call as the provider's REST API lists it."""

    provider_call_id: str
    status: CallStatus


def check_destination(to: str, *, allowed: re.Pattern[str] = BRAZILIAN_NUMBER) -> str:
    """Give the number back if it may be dialled. Raises `DestinationRefused`, without the number."""
    if allowed.fullmatch(to) is None or not to.isascii():
        raise DestinationRefused(
            "the destination is outside the allow-list: only Brazilian landlines and mobiles in E.164 form "
            "(+55, area code, number) are dialled; correct the number in the portfolio"
        )
    return to
