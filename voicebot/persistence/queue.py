"""`DialQueue` on a `Database`: each step of an intent is one transaction, and only its holder can take the next.

Claims are rows taken with SKIP LOCKED under one advisory lock, so that pace and caps are counted by one claimer at a
time. What each step needs to be true (state, owner, attempt) is in its WHERE: a worker that was taken for dead finds
that its intent is no longer its own, and lets go.
"""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, delete, func, or_, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from voicebot.application.dialler.campaign_file import campaign_of
from voicebot.application.dialler.intents import Claimed, Doubt, IntentKind, Timings, Waiting
from voicebot.persistence.database import Database
from voicebot.persistence.dial_room import dial_lock, is_stopped, openings
from voicebot.persistence.dial_steps import (
    FOLLOWED,
    conclude,
    held,
    in_doubt,
    never_dialled,
    planned,
    undo_cancelled,
)
from voicebot.persistence.dial_tables import AttemptRow, CampaignRow, ControlRow, IntentRow
from voicebot.persistence.earlier_calls import known_ids
from voicebot.persistence.follow_ups import callback_done, why_unwanted
from voicebot.persistence.tables import CallRow

_BATCH = 200
KILL_SWITCH = "kill_switch"


class PostgresDialQueue:
    """Every method raises `RecordsUnavailable` when the database is away."""

    def __init__(
        self,
        database: Database,
        *,
        timings: Timings | None = None,
        per_second: float = 1.0,
        only: frozenset[str] | None = None,
    ) -> None:
        """Serve all campaigns, or some.

        Args:
            database: Where the intents are.
            timings: How long each step may take.
            per_second: Calls a second that the provider takes, over all campaigns.
            only: Names of the campaigns served; None is all.
        """
        self._database = database
        self._timings = timings or Timings()
        self._per_second = per_second
        self._only = only

    async def claim(self, now: datetime, *, owner: str, limit: int, lines: int | None) -> list[Claimed]:
        """Take up to `limit` due intents, as far as there is room; callbacks first, then broken promises."""
        async with self._database.transaction() as connection:
            await dial_lock(connection)
            if await is_stopped(connection):
                return []
            rooms = await openings(connection, now, per_second=self._per_second, lines=lines, only=self._only)
            claimed: list[Claimed] = []
            for room in rooms:
                free = min(room.free, rooms.total - len(claimed), limit - len(claimed))
                if free > 0:
                    claimed += await self._take(connection, room.campaign_id, room.name, now, owner, free)
            return claimed

    async def _take(
        self, connection: AsyncConnection, campaign_id: int, name: str, now: datetime, owner: str, free: int
    ) -> list[Claimed]:
        due = (
            select(IntentRow.id)
            .where(IntentRow.campaign_id == campaign_id, IntentRow.state == "planned", IntentRow.next_at <= now)
            .order_by(IntentRow.priority, IntentRow.next_at, IntentRow.id)
            .limit(free)
            .with_for_update(skip_locked=True)
            # As a plain subquery a plan may run it again for each row, and then take more than the limit.
            .cte("due")
        )
        taken = await connection.execute(
            update(IntentRow)
            .where(IntentRow.id.in_(select(due.c.id)))
            .values(
                state="claimed",
                owner=owner,
                lease_until=now + self._timings.claim,
                call_id=func.gen_random_uuid(),
                updated_at=now,
            )
            .returning(IntentRow.id, IntentRow.kind, IntentRow.debtor_ref, IntentRow.call_id)
        )
        return [
            Claimed(str(row.id), IntentKind(row.kind), name, row.debtor_ref, str(row.call_id), owner) for row in taken
        ]

    async def wanted(self, claimed: Claimed) -> str | None:
        """Say why the reason for the call is gone; None where it still holds."""
        async with self._database.transaction() as connection:
            origin = await connection.scalar(
                select(IntentRow.origin).where(IntentRow.id == uuid.UUID(claimed.intent_id))
            )
            return await why_unwanted(connection, claimed.kind, origin or "")

    async def ask(self, claimed: Claimed, now: datetime) -> bool:
        """Commit that the provider is asked now; the kill switch waits for this, and this for the kill switch."""
        async with self._database.transaction() as connection:
            await dial_lock(connection, shared=True)
            campaign = await self._campaign(connection, claimed)
            held_back = await is_stopped(connection) or campaign is None or campaign.state != "running"
            if await in_doubt(connection, claimed):
                again_at = now + self._timings.settle_after
                await self._undo(connection, claimed, ("claimed",), now, again_at, "another call with them is in doubt")
                return False
            values = {"state": "asked", "lease_until": now + self._timings.settle_after, "updated_at": now}
            if campaign is None or held_back or not await self._step(connection, claimed, ("claimed",), values):
                await self._undo(connection, claimed, ("claimed",), now, now, None)
                return False
            settings = campaign_of(campaign.settings)
            await connection.execute(
                insert(AttemptRow).values(
                    call_id=uuid.UUID(claimed.call_id),
                    intent_id=uuid.UUID(claimed.intent_id),
                    campaign_id=campaign.id,
                    asked_at=now,
                    cost_cents=settings.spend.reserve.cents,
                )
            )
            return True

    async def placed(self, claimed: Claimed, provider_call_id: str, now: datetime) -> None:
        """Note the provider's id for the call."""
        await self._placed(uuid.UUID(claimed.intent_id), uuid.UUID(claimed.call_id), provider_call_id, now)

    async def found(self, doubt: Doubt, provider_call_id: str, now: datetime) -> None:
        """Note the id that the provider was found to have given."""
        await self._placed(uuid.UUID(doubt.intent_id), uuid.UUID(doubt.call_id), provider_call_id, now)

    async def _placed(self, intent: uuid.UUID, call: uuid.UUID, provider_call_id: str, now: datetime) -> None:
        async with self._database.transaction() as connection:
            await connection.execute(
                update(AttemptRow).where(AttemptRow.call_id == call).values(provider_call_id=provider_call_id)
            )
            await connection.execute(
                update(IntentRow)
                .where(IntentRow.id == intent, IntentRow.call_id == call, IntentRow.state.in_(FOLLOWED))
                .values(state="ringing", lease_until=now + self._timings.ring, updated_at=now)
            )

    async def unsent(self, claimed: Claimed, now: datetime, again_at: datetime, reason: str) -> None:
        """Plan it again; the attempt never was."""
        async with self._database.transaction() as connection:
            await self._undo(connection, claimed, ("claimed", "asked"), now, again_at, reason)

    async def refuse(self, claimed: Claimed, reason: str, possible_from: datetime | None, now: datetime) -> None:
        """Wait until a rule permits it, or end it; the provider has placed nothing."""
        async with self._database.transaction() as connection:
            if possible_from is not None:
                await self._undo(connection, claimed, ("claimed",), now, max(possible_from, now), reason)
                return
            if await self._undo(connection, claimed, ("claimed", "asked"), now, now, reason):
                ended = await connection.scalar(
                    update(IntentRow)
                    .where(IntentRow.id == uuid.UUID(claimed.intent_id), IntentRow.state == "planned")
                    .values(state="refused")
                    .returning(IntentRow.origin)
                )
                await callback_done(connection, ended, now)

    async def doubt(self, claimed: Claimed, now: datetime) -> None:
        """Leave it to the provider's word."""
        values = {"state": "ambiguous", "lease_until": now + self._timings.ask_every, "updated_at": now}
        async with self._database.transaction() as connection:
            await self._step(connection, claimed, ("asked",), values)

    async def reap(self, now: datetime) -> int:
        """Plan again what dead workers had claimed: its call, if on record, was never asked for."""
        async with self._database.transaction() as connection:
            lost = await connection.execute(
                select(IntentRow.id, IntentRow.call_id)
                .where(IntentRow.state == "claimed", IntentRow.lease_until < now, self._served())
                .limit(_BATCH)
                .with_for_update(skip_locked=True)
            )
            rows = lost.all()
            for row in rows:
                await never_dialled(connection, row.call_id, now)
                await connection.execute(planned(IntentRow.id == row.id, now, "its worker died"))
            return len(rows)

    async def settle(self, now: datetime) -> int:
        """Conclude the intents whose call is closed by its owner, or whose media had begun; a few at a time."""
        over = or_(CallRow.closed_by == "owner", CallRow.media_started_at.is_not(None))
        closed = (
            select(
                IntentRow.id,
                IntentRow.origin,
                IntentRow.call_id,
                CampaignRow.settings,
                CallRow.disposition,
                CallRow.closed_at,
                CallRow.media_started_at,
            )
            .join(CallRow, CallRow.id == IntentRow.call_id)
            .join(CampaignRow, CampaignRow.id == IntentRow.campaign_id)
            .where(IntentRow.state.in_(FOLLOWED), CallRow.closed_at.is_not(None), over, self._served())
            .limit(_BATCH)
            .with_for_update(of=IntentRow, skip_locked=True)
        )
        async with self._database.transaction() as connection:
            rows = (await connection.execute(closed)).all()
            for row in rows:
                await conclude(connection, row, campaign_of(row.settings), now)
            return len(rows)

    async def doubts(self, now: datetime, *, limit: int) -> list[Doubt]:
        """Take what is past its time; a call whose media flows is no doubt."""
        flowing = and_(CallRow.closed_at.is_(None), CallRow.media_started_at.is_not(None), CallRow.lease_until >= now)
        overdue = (
            select(IntentRow.id)
            .join(CallRow, CallRow.id == IntentRow.call_id)
            .where(IntentRow.state.in_(FOLLOWED), IntentRow.lease_until < now, ~flowing, self._served())
            .order_by(IntentRow.lease_until)
            .limit(limit)
            .with_for_update(of=IntentRow, skip_locked=True)
            .cte("overdue")
        )
        async with self._database.transaction() as connection:
            taken = await connection.scalars(
                update(IntentRow)
                .where(IntentRow.id.in_(select(overdue.c.id)))
                .values(lease_until=now + self._timings.ask_every, updated_at=now)
                .returning(IntentRow.id)
            )
            rows = await connection.execute(
                select(
                    IntentRow.id,
                    CallRow.phone,
                    AttemptRow.call_id,
                    AttemptRow.asked_at,
                    func.coalesce(AttemptRow.provider_call_id, CallRow.provider_call_id).label("provider_call_id"),
                )
                .join(AttemptRow, AttemptRow.call_id == IntentRow.call_id)
                .join(CallRow, CallRow.id == IntentRow.call_id)
                .where(IntentRow.id.in_(list(taken)))
            )
            return [Doubt(str(row.id), str(row.call_id), row.phone, row.asked_at, row.provider_call_id) for row in rows]

    async def other_calls(self, doubt: Doubt) -> frozenset[str]:
        """Give the provider's ids of all other calls with this number that are on record."""
        async with self._database.transaction() as connection:
            return await known_ids(connection, doubt.phone, uuid.UUID(doubt.call_id))

    async def taken_back(self, doubt: Doubt, now: datetime) -> None:
        """Plan it again: it was cancelled before it rang, even if its end was reported and concluded meanwhile."""
        call = uuid.UUID(doubt.call_id)
        async with self._database.transaction() as connection:
            await undo_cancelled(connection, uuid.UUID(doubt.intent_id), call, now)

    async def never_placed(self, doubt: Doubt, now: datetime) -> None:
        """Plan it again: the provider has no such call."""
        call = uuid.UUID(doubt.call_id)
        mine = and_(
            IntentRow.id == uuid.UUID(doubt.intent_id), IntentRow.call_id == call, IntentRow.state.in_(FOLLOWED)
        )
        async with self._database.transaction() as connection:
            locked = await connection.scalar(select(IntentRow.id).where(mine).with_for_update())
            attached = await connection.scalar(
                select(CallRow.id).where(CallRow.id == call, CallRow.media_started_at.is_not(None))
            )
            if locked is None or attached is not None:
                return
            await connection.execute(delete(AttemptRow).where(AttemptRow.call_id == call))
            await never_dialled(connection, call, now)
            await connection.execute(planned(mine, now, "the provider never placed it"))

    async def waiting(self, now: datetime, *, limit: int) -> list[Waiting]:
        """Give the attempts that the provider has taken and nobody has answered, the oldest first."""
        open_still = or_(CallRow.closed_at.is_(None), CallRow.closed_by == "lease")
        query = (
            select(
                IntentRow.id,
                IntentRow.debtor_ref,
                CampaignRow.state,
                CallRow.phone,
                AttemptRow.call_id,
                AttemptRow.asked_at,
                AttemptRow.provider_call_id,
            )
            .join(AttemptRow, AttemptRow.call_id == IntentRow.call_id)
            .join(CallRow, CallRow.id == IntentRow.call_id)
            .join(CampaignRow, CampaignRow.id == IntentRow.campaign_id)
            .where(
                IntentRow.state.in_(FOLLOWED),
                AttemptRow.provider_call_id.is_not(None),
                AttemptRow.asked_at <= now,
                CallRow.media_started_at.is_(None),
                open_still,
                self._served(),
            )
            .order_by(AttemptRow.asked_at)
            .limit(limit)
        )
        async with self._database.transaction() as connection:
            stopped = await is_stopped(connection)
            rows = await connection.execute(query)
            return [
                Waiting(
                    Doubt(str(row.id), str(row.call_id), row.phone, row.asked_at, row.provider_call_id),
                    row.debtor_ref,
                    stopped or row.state != "running",
                )
                for row in rows
            ]

    async def stop(self, reason: str, now: datetime) -> None:
        """Throw the kill switch, after every asking that is being committed."""
        async with self._database.transaction() as connection:
            await dial_lock(connection)
            values = {"value": {"reason": reason}, "at": now}
            statement = insert(ControlRow).values(key=KILL_SWITCH, **values)
            await connection.execute(statement.on_conflict_do_update(index_elements=[ControlRow.key], set_=values))

    async def resume(self) -> None:
        """Let dialling go on."""
        async with self._database.transaction() as connection:
            await connection.execute(delete(ControlRow).where(ControlRow.key == KILL_SWITCH))

    def _served(self) -> ColumnElement[bool]:
        if self._only is None:
            return IntentRow.id.is_not(None)
        return IntentRow.campaign_id.in_(select(CampaignRow.id).where(CampaignRow.name.in_(self._only)))

    async def _campaign(self, connection: AsyncConnection, claimed: Claimed) -> Any:
        found = await connection.execute(select(CampaignRow).where(CampaignRow.name == claimed.campaign))
        return found.first()

    async def _step(
        self, connection: AsyncConnection, claimed: Claimed, before: tuple[str, ...], values: dict[str, Any]
    ) -> bool:
        moved = await connection.scalar(
            update(IntentRow).where(held(claimed, before)).values(values).returning(IntentRow.id)
        )
        return moved is not None

    async def _undo(
        self,
        connection: AsyncConnection,
        claimed: Claimed,
        before: tuple[str, ...],
        now: datetime,
        again_at: datetime,
        reason: str | None,
    ) -> bool:
        """Plan it again as if it had not been tried; False where it is no longer this worker's."""
        call = uuid.UUID(claimed.call_id)
        mine = await connection.scalar(select(IntentRow.id).where(held(claimed, before)).with_for_update())
        if mine is None:
            return False
        await connection.execute(delete(AttemptRow).where(AttemptRow.call_id == call))
        await never_dialled(connection, call, now)
        await connection.execute(planned(IntentRow.id == mine, again_at, reason))
        return True
