"""Messages to callers as an outbox: accepted means committed; a worker delivers."""

from __future__ import annotations

from typing import Final

import structlog
from sqlalchemy import insert

from voicebot.application.ports import Clock, RecordsUnavailable
from voicebot.domain.portfolio import Channel
from voicebot.persistence.database import Database
from voicebot.persistence.operations import call_uuid
from voicebot.persistence.tables import MessageRow

WRITTEN: Final = frozenset({Channel.WHATSAPP.value, Channel.SMS.value, Channel.EMAIL.value})
"""Channels that a text can go by; voice is what the call itself is."""
_log = structlog.get_logger(__name__)


class OutboxMessenger:
    """`Messenger` on a `Database`."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def send(self, call_id: str, channel: str, text: str) -> bool:
        """Queue a message; True only once it is committed, False for an unknown channel or a database away.

        Raises:
            UnknownCall: no call id.
        """
        if channel not in WRITTEN:
            return False
        row = {
            "call_id": call_uuid(call_id),
            "channel": channel,
            "text": text,
            "state": "queued",
            "created_at": self._clock.now(),
        }
        try:
            async with self._database.transaction() as connection:
                await connection.execute(insert(MessageRow).values(row))
        except RecordsUnavailable:
            _log.warning("a message was not accepted, the database is away", call_id=call_id, channel=channel)
            return False
        return True
