"""Records and messages of a conversation that is not kept: text chats and simulations without a database."""

from __future__ import annotations

from datetime import datetime

from voicebot.application.ports import MarkOutcome, SpokenLine
from voicebot.domain.dialogue.phases import Disposition


class Unrecorded:
    """A `Records` that counts lines and keeps nothing."""

    def __init__(self) -> None:
        self._lines = 0

    async def add_line(self, call_id: str, line: SpokenLine) -> int:
        self._lines += 1
        return self._lines - 1

    async def mark(self, call_id: str, line: int, outcome: MarkOutcome, at: datetime) -> None:
        """Keep nothing."""

    async def refuse(self, call_id: str, variant: str, rule: str, at: datetime) -> None:
        """Keep nothing."""

    async def record_event(self, call_id: str, kind: str, data: dict[str, str], at: datetime) -> None:
        """Keep nothing."""

    async def agree(self, call_id: str, agreement: dict[str, object], at: datetime) -> None:
        """Keep nothing."""

    async def suppress(self, call_id: str, kind: str, until: datetime | None, at: datetime) -> None:
        """Keep nothing."""

    async def close(self, call_id: str, disposition: Disposition, at: datetime) -> None:
        """Keep nothing."""


class Undelivered:
    """A `Messenger` with nobody behind it: nothing is accepted, so nothing is said to have been sent."""

    async def send(self, call_id: str, channel: str, text: str) -> bool:
        return False
