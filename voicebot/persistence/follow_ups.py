"""Calls that follow from what was said: callbacks that were asked for, and promises that were broken."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from voicebot.application.dialler.campaign import FOLLOW_UPS, Campaign
from voicebot.application.dialler.campaign_file import as_plain
from voicebot.application.dialler.intents import PRIORITY, IntentKind
from voicebot.persistence.database import Database
from voicebot.persistence.dial_tables import CampaignRow, IntentRow
from voicebot.persistence.promises import BrokenPromise, PostgresPromises
from voicebot.persistence.tables import AgreementRow, CallbackRow

_AHEAD: Final = timedelta(days=1)
_TOO_LATE: Final = timedelta(days=7)
"""A callback that could not be made for so long is not what was asked for any more."""
_CALLBACK: Final = "callback:"
_BROKEN: Final = "broken:"


class PostgresFollowUps:
    """Plans the calls that follow; raises `RecordsUnavailable` when the database is away."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def plan(self, now: datetime) -> int:
        """Plan what is due within a day and was not planned yet; give how many. Safe to run anywhere, any time."""
        broken = await PostgresPromises(self._database).broken(now)
        async with self._database.transaction() as connection:
            rows = await connection.execute(
                select(CallbackRow.id, CallbackRow.debtor_ref, CallbackRow.due_at).where(
                    CallbackRow.done_at.is_(None),
                    CallbackRow.debtor_ref.is_not(None),
                    CallbackRow.due_at.between(now - _TOO_LATE, now + _AHEAD),
                )
            )
            wanted = [
                _intent(f"{_CALLBACK}{row.id}", IntentKind.CALLBACK, row.debtor_ref, row.due_at, now) for row in rows
            ]
            wanted += [_intent(_origin(each), IntentKind.BROKEN_PROMISE, each.debtor_ref, now, now) for each in broken]
            if not wanted:
                return 0
            campaign_id = await _standing(connection, now)
            values = [{**each, "campaign_id": campaign_id} for each in wanted]
            made = await connection.scalars(
                insert(IntentRow).values(values).on_conflict_do_nothing().returning(IntentRow.id)
            )
            return len(made.all())


async def why_unwanted(connection: AsyncConnection, kind: IntentKind, origin: str) -> str | None:
    """Say why the reason for a follow-up is gone; None where it still holds."""
    if kind is IntentKind.CALLBACK:
        open_still = await connection.scalar(
            select(CallbackRow.id).where(
                CallbackRow.id == int(origin.removeprefix(_CALLBACK)), CallbackRow.done_at.is_(None)
            )
        )
        return None if open_still is not None else "the callback is no longer wanted"
    if kind is IntentKind.BROKEN_PROMISE:
        call_id = uuid.UUID(origin.split(":")[1])
        # Payments settle promises as they come in, so the state is what is known now.
        state = await connection.scalar(select(AgreementRow.state).where(AgreementRow.call_id == call_id))
        return None if state == "broken" else "the promise is kept or replaced"
    return None


async def callback_done(connection: AsyncConnection, origin: str | None, now: datetime) -> None:
    """Note that a callback was made, or can never be; another origin is nothing to note."""
    if origin is not None and origin.startswith(_CALLBACK):
        await connection.execute(
            update(CallbackRow)
            .where(CallbackRow.id == int(origin.removeprefix(_CALLBACK)), CallbackRow.done_at.is_(None))
            .values(done_at=now)
        )


async def callback_waits_again(connection: AsyncConnection, origin: str | None, done_at: datetime) -> None:
    """Undo a `callback_done` of this instant; one that ended by anything else, as by a payment, stays as it is."""
    if origin is not None and origin.startswith(_CALLBACK):
        await connection.execute(
            update(CallbackRow)
            .where(CallbackRow.id == int(origin.removeprefix(_CALLBACK)), CallbackRow.done_at == done_at)
            .values(done_at=None)
        )


def _origin(broken: BrokenPromise) -> str:
    return f"{_BROKEN}{broken.call_id}:{broken.missed_on.isoformat()}"


def _intent(origin: str, kind: IntentKind, ref: str, at: datetime, now: datetime) -> dict[str, Any]:
    return {
        "id": uuid.uuid4(),
        "debtor_ref": ref,
        "kind": kind.value,
        "origin": origin,
        "priority": PRIORITY[kind],
        "state": "planned",
        "next_at": at,
        "updated_at": now,
    }


async def _standing(connection: AsyncConnection, now: datetime) -> int:
    """Give the standing campaign's id; made with the usual pace where no file has set another."""
    row = {"name": FOLLOW_UPS, "settings": as_plain(Campaign(FOLLOW_UPS)), "state": "running", "started_at": now}
    await connection.execute(insert(CampaignRow).values(row).on_conflict_do_nothing())
    found = await connection.scalar(select(CampaignRow.id).where(CampaignRow.name == FOLLOW_UPS))
    return int(found or await connection.scalar(select(func.max(CampaignRow.id))) or 0)
