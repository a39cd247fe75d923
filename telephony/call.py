"""What telephony says about a call: its state, and the start of its media."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from telephony.brazil import DIALLABLE
from telephony.errors import DestinationRefused


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


class AnsweredBy(StrEnum):
    """The provider's opinion on who picked up, in Twilio's words; a second signal, never the only one."""

    HUMAN = "human"
    MACHINE_START = "machine_start"
    MACHINE_END_BEEP = "machine_end_beep"
    MACHINE_END_SILENCE = "machine_end_silence"
    MACHINE_END_OTHER = "machine_end_other"
    FAX = "fax"
    UNKNOWN = "unknown"

    @property
    def is_machine(self) -> bool:
        return self not in {AnsweredBy.HUMAN, AnsweredBy.UNKNOWN}


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
    created_at: datetime | None = None
    """When the provider took it; None where it does not say."""


def check_destination(to: str, *, allowed: re.Pattern[str] = DIALLABLE) -> str:
    """Give the number back if it may be dialled. Raises `DestinationRefused`, without the number."""
    if allowed.fullmatch(to) is None or not to.isascii():
        raise DestinationRefused(
            "the destination is outside the allow-list: only Brazilian landlines and mobiles in E.164 form "
            "(+55, area code, number) are dialled; correct the number in the portfolio"
        )
    return to
