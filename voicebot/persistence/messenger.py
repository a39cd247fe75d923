"""Messages to callers as an outbox: accepted means committed; a worker delivers."""

from __future__ import annotations

import uuid
from collections.abc import Awaitable, Callable
from typing import Any, Final
from zoneinfo import ZoneInfo

import structlog
from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from voicebot.application.call_record import UnknownCall
from voicebot.application.messages import ON_CALL, good_until
from voicebot.application.outbox import Purpose, State, address
from voicebot.application.ports import Clock, RecordsUnavailable
from voicebot.domain.compliance.rules import Refused
from voicebot.domain.compliance.writing import may_write
from voicebot.domain.portfolio import Channel
from voicebot.persistence.cases import case_of
from voicebot.persistence.database import Database
from voicebot.persistence.histories import history_of
from voicebot.persistence.operations import call_uuid
from voicebot.persistence.tables import CallRow, DebtorRow, MessageRow

WRITTEN: Final = frozenset({Channel.WHATSAPP.value, Channel.SMS.value, Channel.EMAIL.value, ON_CALL})
"""Channels that a text can go by; voice is what the call itself is."""
_log = structlog.get_logger(__name__)


class OutboxMessenger:
    """`Messenger` on a `Database`."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def send(self, call_id: str, channel: str, text: str) -> bool:
        """Queue what the caller asked for, or an alert; True only once it is committed.

        False for an unknown channel, a person who may not be written to on it or has no address there, or a database
        that is away.

        Raises:
            UnknownCall: no call id.
        """
        until = good_until(text)
        asked_for = Purpose.CONTACT if until is None else Purpose.PAYMENT
        return await self._queue(call_id, channel, text, Purpose.ALERT if channel == ON_CALL else asked_for)

    async def remind(self, call_id: str, channel: str, text: str) -> bool:
        """Queue what nobody asked for, about what the call agreed; every rule of contact binds it when it is sent.

        Raises:
            UnknownCall: no call id.
        """
        return await self._queue(call_id, channel, text, Purpose.REMINDER)

    async def remind_once(
        self, call_id: str, channel: str, text: str, first: Callable[[AsyncConnection], Awaitable[bool]]
    ) -> bool:
        """Do as `remind`, with `first` in the same transaction: where it gives False, nothing is queued.

        What could never be delivered is taken all the same, so that it is not tried for ever. A database that is away
        leaves both undone.

        Raises:
            UnknownCall: no call id.
            RecordsUnavailable: the database is away.
        """
        return await self._queue(call_id, channel, text, Purpose.REMINDER, first)

    async def _queue(
        self,
        call_id: str,
        channel: str,
        text: str,
        purpose: Purpose,
        first: Callable[[AsyncConnection], Awaitable[bool]] | None = None,
    ) -> bool:
        if channel not in WRITTEN:
            return False
        now = self._clock.now()
        row = {
            "call_id": call_uuid(call_id),
            "key": uuid.uuid4(),
            "channel": channel,
            "purpose": purpose.value,
            "text": text,
            "state": State.QUEUED.value,
            "attempts": 0,
            "next_at": now,
            "expires_on": good_until(text),
            "created_at": now,
        }
        try:
            refused = await self._refused(row, channel, purpose)
            if refused is not None:
                _not_accepted(call_id, channel, refused)
            async with self._database.transaction() as connection:
                is_first = first is None or await first(connection)
                if refused is not None or not is_first:
                    return False
                await connection.execute(insert(MessageRow).values(row))
        except RecordsUnavailable:
            if first is not None:
                raise
            _not_accepted(call_id, channel, "the database is away")
            return False
        return True

    async def _refused(self, row: dict[str, Any], channel: str, purpose: Purpose) -> str | None:
        """Say why it could never be delivered; None where it can, or where the call is about nobody we know."""
        async with self._database.session() as session:
            call = await session.get(CallRow, row["call_id"])
            if call is None:
                raise UnknownCall("this call was never begun")
            debtor = await session.scalar(select(DebtorRow).where(DebtorRow.ref == call.debtor_ref))
            if debtor is None:
                return None
            case = await case_of(session, debtor, None)
            if address(case, channel) is None:
                return "no address for this channel"
            if purpose is Purpose.ALERT:
                return None
            local = row["created_at"].astimezone(ZoneInfo(case.timezone))
            history = await history_of(await session.connection(), debtor.ref, local)
            verdict = may_write(case, Channel(channel), local, history, asked_for=purpose is not Purpose.REMINDER)
        return verdict.rule if isinstance(verdict, Refused) and verdict.possible_from is None else None


def _not_accepted(call_id: str, channel: str, reason: str) -> None:
    """A caller hears of it; that an alert was lost only the log can tell."""
    tell = _log.error if channel == ON_CALL else _log.warning
    tell("a message was not accepted", call_id=call_id, channel=channel, reason=reason)
