"""Calls and lines for these tests."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta, timezone

from voicebot.application.call_record import CallRecords
from voicebot.application.ports import Speaker, SpokenLine
from voicebot.domain.dialogue.phases import Direction

NOW = datetime(2026, 11, 23, 13, 0, tzinfo=timezone(timedelta(hours=-3)))


class StoppedClock:
    """A clock that stands still until it is told to go on."""

    def __init__(self) -> None:
        self.at = NOW

    def now(self) -> datetime:
        return self.at

    def forward(self, seconds: float) -> None:
        self.at += timedelta(seconds=seconds)


async def begun(
    records: CallRecords,
    *,
    debtor_ref: str | None = None,
    phone: str | None = None,
    owner: str | None = None,
    lease_until: datetime | None = None,
) -> str:
    return await records.begin(
        str(uuid.uuid4()),
        direction=Direction.INBOUND,
        provider="simulator",
        at=NOW,
        debtor_ref=debtor_ref,
        phone=phone,
        owner=owner,
        lease_until=lease_until,
    )


def said(text: str) -> SpokenLine:
    return SpokenLine(Speaker.CALLER, text, NOW, None, None)
