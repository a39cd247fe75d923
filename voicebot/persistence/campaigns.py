"""Campaigns in PostgreSQL: their settings, who belongs to them, whether they run, and how they stand."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from sqlalchemy import delete, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from voicebot.application.dialler.campaign import Campaign, Selection
from voicebot.application.dialler.campaign_file import as_plain
from voicebot.application.dialler.intents import PRIORITY, IntentKind
from voicebot.domain.segments import FREQUENT_FROM, NEW_WITHIN, Segment
from voicebot.persistence.database import Database
from voicebot.persistence.dial_room import agents_on_duty, is_stopped, openings
from voicebot.persistence.dial_tables import AttemptRow, CampaignRow, CapacityRow, ControlRow, IntentRow
from voicebot.persistence.tables import CreditorRow, DebtorRow, DebtRow

CAPACITY_LASTS: Final = timedelta(seconds=20)
_ROWS: Final = 1000
_ZONE: Final = ZoneInfo("America/Sao_Paulo")


@dataclass(frozen=True, slots=True)
class Standing:
    """How one campaign stands."""

    name: str
    state: str
    intents: dict[str, int]
    """By state."""
    outcomes: dict[str, int]
    """Attempts by outcome; `open` are those without one."""
    waits_for: str
    """What holds it back, in words."""


@dataclass(frozen=True, slots=True)
class Board:
    """How everything stands, for the operator."""

    stopped: str | None
    """Why the kill switch was thrown; None where it is not."""
    agents: int
    lines: int
    campaigns: tuple[Standing, ...]


class PostgresCampaigns:
    """Every method is one transaction, and raises `RecordsUnavailable` when the database is away."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def start(self, campaign: Campaign, now: datetime) -> int:
        """Save the campaign, plan a call for each person who belongs to it and has none in it yet, and let it run.

        Returns:
            How many were planned; running the same file again plans only who came to belong since.
        """
        values = {"settings": as_plain(campaign), "state": "running"}
        async with self._database.transaction() as connection:
            statement = insert(CampaignRow).values(name=campaign.name, started_at=now, **values)
            campaign_id = await connection.scalar(
                statement.on_conflict_do_update(index_elements=[CampaignRow.name], set_=values).returning(
                    CampaignRow.id
                )
            )
            planned = 0
            refs = await chosen(connection, campaign.selection, now.astimezone(_ZONE).date())
            for first in range(0, len(refs), _ROWS):
                rows = [_intent(campaign_id or 0, ref, now) for ref in refs[first : first + _ROWS]]
                made = await connection.scalars(
                    insert(IntentRow).values(rows).on_conflict_do_nothing().returning(IntentRow.id)
                )
                planned += len(made.all())
            return planned

    async def set_state(self, name: str, state: str, now: datetime) -> bool:
        """Let a campaign run, or pause it; calls that ring go on. False for an unknown one. A restart ramps up anew."""
        values: dict[str, Any] = {"state": state}
        if state == "running":
            values["started_at"] = now
        async with self._database.transaction() as connection:
            found = await connection.scalar(
                update(CampaignRow).where(CampaignRow.name == name).values(values).returning(CampaignRow.id)
            )
            return found is not None

    async def on_duty(self, agents: int, until: datetime, now: datetime) -> None:
        """Note how many humans take calls, until when."""
        values = {"value": {"on_duty": agents, "until": until.isoformat()}, "at": now}
        async with self._database.transaction() as connection:
            statement = insert(ControlRow).values(key="agents", **values)
            await connection.execute(statement.on_conflict_do_update(index_elements=[ControlRow.key], set_=values))

    async def announce(self, owner: str, calls: int, now: datetime) -> None:
        """Say that a gateway lives and holds so many calls; 0 takes it back."""
        async with self._database.transaction() as connection:
            await connection.execute(
                delete(CapacityRow).where((CapacityRow.until < now - timedelta(hours=1)) | (CapacityRow.owner == owner))
            )
            if calls > 0:
                await connection.execute(
                    insert(CapacityRow).values(owner=owner, calls=calls, until=now + CAPACITY_LASTS)
                )

    async def left(self, name: str | None) -> int:
        """Count the intents that are not over, of one campaign or of all."""
        named = [CampaignRow.name == name] if name is not None else []
        async with self._database.transaction() as connection:
            query = (
                select(func.count())
                .select_from(IntentRow)
                .join(CampaignRow, CampaignRow.id == IntentRow.campaign_id)
                .where(IntentRow.state.not_in(("done", "refused")), *named)
            )
            return int(await connection.scalar(query) or 0)

    async def board(self, now: datetime, *, per_second: float = 1.0, lines: int | None = None) -> Board:
        """Give how everything stands."""
        async with self._database.transaction() as connection:
            stopped = await connection.scalar(select(ControlRow.value).where(ControlRow.key == "kill_switch"))
            rooms = await openings(connection, now, per_second=per_second, lines=lines)
            waits = {room.name: room.limited_by for room in rooms if room.free <= 0}
            held = select(func.coalesce(func.sum(CapacityRow.calls), 0)).where(CapacityRow.until >= now)
            announced = int(await connection.scalar(held) or 0)
            campaigns = []
            for row in await connection.execute(select(CampaignRow).order_by(CampaignRow.id)):
                intents = await _counts(connection, IntentRow.state, IntentRow.campaign_id, row.id)
                outcome = func.coalesce(AttemptRow.outcome, "open")
                outcomes = await _counts(connection, outcome, AttemptRow.campaign_id, row.id)
                why = await _why(connection, row, waits, rooms.limited_by if rooms.total <= 0 else "", now)
                campaigns.append(Standing(row.name, row.state, intents, outcomes, why))
            return Board(
                stopped["reason"] if stopped is not None else None,
                await agents_on_duty(connection, now),
                lines if lines is not None else announced,
                tuple(campaigns),
            )


async def _why(connection: AsyncConnection, row: Any, waits: dict[str, str], shared: str, now: datetime) -> str:
    if await is_stopped(connection):
        return "the kill switch"
    if row.state != "running":
        return "paused"
    due = await connection.scalar(
        select(func.min(IntentRow.next_at)).where(IntentRow.campaign_id == row.id, IntentRow.state == "planned")
    )
    if due is None:
        return ""
    if due > now:
        return f"next at {due.astimezone(_ZONE):%Y-%m-%d %H:%M}"
    return shared or waits.get(row.name, "")


async def _counts(connection: AsyncConnection, what: Any, where: Any, campaign_id: int) -> dict[str, int]:
    rows = await connection.execute(
        select(what, func.count()).where(where == campaign_id).group_by(what).order_by(what)
    )
    return {str(name): int(count) for name, count in rows}


async def chosen(connection: AsyncConnection, selection: Selection, today: date) -> Sequence[str]:
    """List the debtors with an open debt who belong to a selection as of `today`."""
    oldest, sum_of = func.min(DebtRow.due_date), func.sum(DebtRow.principal_cents)
    query = (
        select(DebtorRow.ref, DebtorRow.previous_defaults, DebtorRow.customer_since, oldest.label("oldest"))
        .join(DebtRow, DebtRow.debtor_ref == DebtorRow.ref)
        .where(DebtRow.status == "open")
        .group_by(DebtorRow.ref)
        .order_by(DebtorRow.ref)
    )
    if selection.creditor_cnpj is not None:
        query = query.join(CreditorRow, CreditorRow.id == DebtorRow.creditor_id).where(
            CreditorRow.cnpj == selection.creditor_cnpj
        )
    if selection.states:
        query = query.where(DebtorRow.state.in_(selection.states))
    if selection.refs:
        query = query.where(DebtorRow.ref.in_(selection.refs))
    if selection.days_past_due is not None:
        first, last = selection.days_past_due
        query = query.having(oldest.between(today - timedelta(days=last), today - timedelta(days=first)))
    if selection.principal is not None:
        least, most = selection.principal
        query = query.having(sum_of.between(least.cents, most.cents))
    rows = await connection.execute(query)
    return [row.ref for row in rows if not selection.segments or _segment(row, today) in selection.segments]


def _segment(row: Any, today: date) -> Segment:
    """Tell the group as `segments.segment_in` does, from the row."""
    if row.previous_defaults >= FREQUENT_FROM:
        return Segment.FREQUENT
    if row.previous_defaults > 0:
        return Segment.REGULAR
    return Segment.NEW_CUSTOMER if min(row.oldest, today) - row.customer_since < NEW_WITHIN else Segment.FIRST_TIME


def _intent(campaign_id: int, ref: str, now: datetime) -> dict[str, Any]:
    return {
        "id": uuid.uuid4(),
        "campaign_id": campaign_id,
        "debtor_ref": ref,
        "kind": IntentKind.CAMPAIGN.value,
        "origin": f"campaign:{campaign_id}:{ref}",
        "priority": PRIORITY[IntentKind.CAMPAIGN],
        "state": "planned",
        "next_at": now,
        "updated_at": now,
    }
