"""The steps that an intent can take, as statements inside the queue's transactions."""

from __future__ import annotations

import uuid
from collections import Counter
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, and_, delete, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.orm import aliased

from voicebot.application.dialler.campaign import Campaign, next_try
from voicebot.application.dialler.intents import Claimed
from voicebot.domain.dialogue.phases import Disposition
from voicebot.persistence.dial_tables import AttemptRow, IntentRow
from voicebot.persistence.follow_ups import callback_done, callback_waits_again
from voicebot.persistence.tables import CallRow

FOLLOWED: Final = ("asked", "ringing", "ambiguous")
"""States in which the provider was, or may have been, asked."""


async def in_doubt(connection: AsyncConnection, claimed: Claimed) -> bool:
    """Say whether another intent has a call with this person or number of which nobody knows the end.

    Its record may be closed by its lease, so that it no longer stands in the way of a new one.
    """
    mine = aliased(CallRow)
    other = await connection.scalar(
        select(IntentRow.id)
        .join(CallRow, CallRow.id == IntentRow.call_id)
        .join(mine, mine.id == uuid.UUID(claimed.call_id))
        .where(
            IntentRow.state.in_(FOLLOWED),
            IntentRow.id != uuid.UUID(claimed.intent_id),
            or_(CallRow.person == mine.person, CallRow.phone == mine.phone),
            or_(CallRow.closed_at.is_(None), CallRow.closed_by == "lease"),
            CallRow.media_started_at.is_(None),
        )
        .limit(1)
    )
    return other is not None


def held(claimed: Claimed, states: tuple[str, ...]) -> ColumnElement[bool]:
    return and_(
        IntentRow.id == uuid.UUID(claimed.intent_id),
        IntentRow.call_id == uuid.UUID(claimed.call_id),
        IntentRow.owner == claimed.owner,
        IntentRow.state.in_(states),
    )


def planned(which: ColumnElement[bool], at: datetime, reason: str | None) -> Any:
    return (
        update(IntentRow)
        .where(which)
        .values(
            state="planned",
            next_at=at,
            owner=None,
            lease_until=None,
            call_id=None,
            reason=reason,
            updated_at=func.now(),
        )
    )


async def never_dialled(connection: AsyncConnection, call: uuid.UUID, at: datetime) -> None:
    """Close the record of a call for which the provider was not asked, so that it counts as no attempt."""
    await connection.execute(
        update(CallRow)
        .where(CallRow.id == call, or_(CallRow.closed_at.is_(None), CallRow.closed_by == "lease"))
        .values(
            status="closed",
            disposition=Disposition.BLOCKED.value,
            closed_at=func.coalesce(CallRow.closed_at, at),
            closed_by="owner",
        )
    )


async def undo_cancelled(connection: AsyncConnection, intent: uuid.UUID, call: uuid.UUID, now: datetime) -> None:
    """Undo an attempt that was cancelled in the provider's queue; one whose audio has flowed is left alone.

    Its report may have come first, and been concluded as a call that nobody answered: then what it brought to its end
    waits again.
    """
    query = select(IntentRow.state, IntentRow.call_id, IntentRow.origin, IntentRow.updated_at)
    locked = (await connection.execute(query.where(IntentRow.id == intent).with_for_update())).first()
    closed = await connection.scalar(
        update(CallRow)
        .where(CallRow.id == call, CallRow.media_started_at.is_(None))
        .values(
            status="closed",
            disposition=Disposition.BLOCKED.value,
            closed_at=func.coalesce(CallRow.closed_at, now),
            closed_by="owner",
        )
        .returning(CallRow.id)
    )
    if locked is None or closed is None:
        return
    await connection.execute(delete(AttemptRow).where(AttemptRow.call_id == call))
    open_or_done = and_(IntentRow.call_id == call, IntentRow.state.in_((*FOLLOWED, "done")))
    concluded = and_(IntentRow.state == "planned", IntentRow.reason == Disposition.NO_ANSWER.value)
    which = and_(IntentRow.id == intent, or_(open_or_done, concluded))
    await connection.execute(planned(which, now, "taken back from the provider's queue"))
    if locked.state == "done" and locked.call_id == call:
        await callback_waits_again(connection, locked.origin, locked.updated_at)


async def conclude(connection: AsyncConnection, row: Any, campaign: Campaign, now: datetime) -> None:
    outcome = Disposition(row.disposition or Disposition.FAILED)
    past = await connection.scalars(
        select(AttemptRow.outcome).where(
            AttemptRow.intent_id == row.id, AttemptRow.call_id != row.call_id, AttemptRow.outcome.is_not(None)
        )
    )
    earlier = Counter(Disposition(each) for each in past if each is not None)
    talked = row.closed_at - row.media_started_at if row.media_started_at is not None else None
    await connection.execute(
        update(AttemptRow)
        .where(AttemptRow.call_id == row.call_id)
        .values(outcome=outcome.value, cost_cents=campaign.spend.cost_of(talked).cents)
    )
    again_at = next_try(campaign.retries, outcome, earlier, row.closed_at)
    if again_at is not None:
        await connection.execute(planned(IntentRow.id == row.id, again_at, outcome.value))
        return
    await connection.execute(
        update(IntentRow)
        .where(IntentRow.id == row.id)
        .values(state="done", reason=outcome.value, owner=None, lease_until=None, updated_at=now)
    )
    await callback_done(connection, row.origin, now)
