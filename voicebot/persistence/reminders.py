"""What comes due soon of what was agreed, and that each of it is reminded of once."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from voicebot.application.dialler.reminders import DueSoon
from voicebot.application.places import timezone_of
from voicebot.domain.promises import standing, unpaid
from voicebot.persistence.database import Database
from voicebot.persistence.messenger import OutboxMessenger
from voicebot.persistence.operations import call_uuid
from voicebot.persistence.promises import ledgers
from voicebot.persistence.tables import AgreementRow, DebtorRow, EventRow

REMINDER: Final = "reminder"
_BATCH: Final = 500


class PostgresReminders:
    """`Reminding` on a `Database`; raises `RecordsUnavailable` when it is away."""

    def __init__(self, database: Database, messenger: OutboxMessenger) -> None:
        self._database = database
        self._messenger = messenger

    async def due_soon(self, now: datetime, before: timedelta) -> list[DueSoon]:
        """Give the next payments that come due from the day after today until `before` from now, not reminded of."""
        found: list[DueSoon] = []
        async with self._database.transaction() as connection:
            rows = await connection.execute(
                select(
                    AgreementRow.call_id,
                    AgreementRow.debtor_ref,
                    AgreementRow.channel,
                    AgreementRow.method,
                    DebtorRow.state,
                    DebtorRow.city,
                )
                .join(DebtorRow, DebtorRow.ref == AgreementRow.debtor_ref)
                .where(AgreementRow.state == "open")
                .order_by(AgreementRow.agreed_at)
            )
            agreed = {str(row.call_id): row for row in rows}
            refs = sorted({str(row.debtor_ref) for row in agreed.values()})
            for first in range(0, len(refs), _BATCH):
                for ledger in (await ledgers(connection, refs[first : first + _BATCH])).values():
                    stand = standing(ledger.promises)
                    for call_id, _, promise in ledger.made:
                        row, left = agreed.get(call_id), unpaid(promise, ledger.received)
                        if row is None or not left or promise not in stand:
                            continue
                        today = now.astimezone(ZoneInfo(timezone_of(row.state, row.city))).date()
                        if today < left[0].due <= today + before:
                            found.append(
                                DueSoon(
                                    call_id,
                                    row.debtor_ref,
                                    row.channel,
                                    row.method or "pix",
                                    left[0].due,
                                    left[0].amount,
                                )
                            )
            known = set(
                await connection.scalars(
                    select(EventRow.op_id).where(EventRow.op_id.in_([_named(one) for one in found]))
                )
            )
        return [each for each in found if _named(each) not in known]

    async def remind(self, reminder: DueSoon, channel: str, text: str, now: datetime) -> bool:
        """Note on the call that it is reminded of, and queue the text, in one transaction; False where it was."""
        row = {
            "call_id": call_uuid(reminder.call_id),
            "op_id": _named(reminder),
            "kind": REMINDER,
            "data": {"due": reminder.due.isoformat()},
            "at": now,
        }

        async def note(connection: AsyncConnection) -> bool:
            made = await connection.scalar(insert(EventRow).values(row).on_conflict_do_nothing().returning(EventRow.id))
            return made is not None

        return await self._messenger.remind_once(reminder.call_id, channel, text, note)


def _named(reminder: DueSoon) -> uuid.UUID:
    return uuid.uuid5(call_uuid(reminder.call_id), f"{REMINDER}:{reminder.due.isoformat()}")
