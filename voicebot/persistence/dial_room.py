"""How many calls may be begun now: pace, caps, spend, ramp-up, agents on duty and free bots, counted in one place."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, func, literal, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from voicebot.application.dialler.campaign import Campaign, at_once
from voicebot.application.dialler.campaign_file import campaign_of
from voicebot.persistence.dial_tables import (
    OPEN_STATES,
    AttemptRow,
    CampaignRow,
    CapacityRow,
    ControlRow,
    IntentRow,
)
from voicebot.persistence.tables import CallRow

_LOCK: Final = 0x6469616C
"""Advisory lock number, "dial": who counts the room, and who throws the kill switch, is alone."""
_DAY_ENDS_IN: Final = ZoneInfo("America/Sao_Paulo")
_HOUR: Final = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Room:
    campaign_id: int
    name: str
    free: int
    limited_by: str
    """What holds it back most: for `dial status`."""


@dataclass(frozen=True, slots=True)
class Rooms:
    """Campaigns with something due, and the room they share."""

    each: tuple[Room, ...]
    total: int
    limited_by: str

    def __iter__(self) -> Iterator[Room]:
        return iter(self.each)


async def dial_lock(connection: AsyncConnection, *, shared: bool = False) -> None:
    """Wait for whoever counts or stops; released at the transaction's end."""
    function = "pg_advisory_xact_lock_shared" if shared else "pg_advisory_xact_lock"
    await connection.execute(text(f"SELECT {function}(:key)"), {"key": _LOCK})


async def is_stopped(connection: AsyncConnection) -> bool:
    """Say whether the kill switch is thrown."""
    found = await connection.scalar(select(ControlRow.key).where(ControlRow.key == "kill_switch"))
    return found is not None


async def openings(
    connection: AsyncConnection,
    now: datetime,
    *,
    per_second: float,
    lines: int | None,
    only: frozenset[str] | None = None,
) -> Rooms:
    """Count the room of each running campaign with something due, and of all together."""
    named = [CampaignRow.name.in_(only)] if only is not None else []
    due = (
        select(IntentRow.id)
        .where(IntentRow.campaign_id == CampaignRow.id, IntentRow.state == "planned", IntentRow.next_at <= now)
        .exists()
    )
    rows = await connection.execute(
        select(CampaignRow).where(CampaignRow.state == "running", due, *named).order_by(CampaignRow.id)
    )
    campaigns = [(row, campaign_of(row.settings)) for row in rows]
    if not campaigns:
        return Rooms((), 0, "nothing is due")
    total, because, agents = await _shared_room(connection, now, per_second, lines)
    if total <= 0:
        return Rooms((), 0, because)
    rooms = [await _room(connection, row, campaign, now, agents) for row, campaign in campaigns]
    # Follow-ups are what people asked for or were promised: their campaign goes first.
    return Rooms(tuple(sorted(rooms, key=lambda room: (room.name != "follow-ups", room.campaign_id))), total, because)


async def agents_on_duty(connection: AsyncConnection, now: datetime) -> int:
    """Give how many humans take calls now, as the operator said."""
    return _on_duty(await connection.scalar(select(ControlRow.value).where(ControlRow.key == "agents")), now)


def _on_duty(value: dict[str, Any] | None, now: datetime) -> int:
    if value is None or datetime.fromisoformat(value["until"]) < now:
        return 0
    return int(value["on_duty"])


def _count(*which: ColumnElement[bool]) -> Any:
    """Count rows as a value inside another statement, so that one round trip counts them all."""
    return select(func.count()).where(*which).scalar_subquery()


async def _shared_room(
    connection: AsyncConnection, now: datetime, per_second: float, lines: int | None
) -> tuple[int, str, int]:
    """Give the room that all campaigns share, what limits it, and how many agents are on duty."""
    window = timedelta(seconds=max(1.0, 1 / per_second))
    announced = select(func.coalesce(func.sum(CapacityRow.calls), 0)).where(CapacityRow.until >= now).scalar_subquery()
    agents = select(ControlRow.value).where(ControlRow.key == "agents").scalar_subquery()
    counted = (
        await connection.execute(
            select(
                _count(AttemptRow.asked_at > now - window).label("asked"),
                _count(CallRow.closed_at.is_(None)).label("live"),
                _count(IntentRow.state == "claimed", IntentRow.lease_until >= now).label("claimed"),
                announced.label("announced"),
                agents.label("agents"),
            )
        )
    ).one()
    on_duty = _on_duty(counted.agents, now)
    lines = int(counted.announced) if lines is None else lines
    if lines == 0:
        return 0, "no gateway runs: start `python -m voicebot serve`", on_duty
    free = {
        "every bot is taken": lines - counted.live - counted.claimed,
        "the provider's calls a second": math.floor(per_second * window.total_seconds())
        - counted.asked
        - counted.claimed,
    }
    because = min(free, key=lambda name: free[name])
    return free[because], because, on_duty


async def _room(connection: AsyncConnection, row: Any, campaign: Campaign, now: datetime, agents: int) -> Room:
    pace, spend = campaign.pace, campaign.spend
    window = timedelta(seconds=max(1.0, float(1 / pace.per_second)))
    midnight = now.astimezone(_DAY_ENDS_IN).replace(hour=0, minute=0, second=0, microsecond=0)
    attempts, intents = AttemptRow.campaign_id == row.id, IntentRow.campaign_id == row.id
    total = _count(attempts) if pace.total is not None else literal(0)
    spent = func.coalesce(func.sum(AttemptRow.cost_cents), 0)
    counted = (
        await connection.execute(
            select(
                _count(attempts, AttemptRow.asked_at > now - window).label("just_now"),
                _count(attempts, AttemptRow.asked_at > now - _HOUR).label("hour"),
                select(spent).where(attempts, AttemptRow.asked_at >= midnight).scalar_subquery().label("spent"),
                _count(intents, IntentRow.state == "claimed").label("claimed"),
                _count(intents, IntentRow.state.in_(OPEN_STATES)).label("in_hand"),
                total.label("total"),
            )
        )
    ).one()
    claimed, in_hand = counted.claimed, counted.in_hand
    free = {
        "calls at once": at_once(pace, row.started_at, now) - in_hand,
        "calls a second": math.floor(float(pace.per_second) * window.total_seconds()) - counted.just_now - claimed,
        "calls an hour": pace.per_hour - counted.hour - claimed,
    }
    if pace.total is not None:
        free["calls in total"] = pace.total - counted.total - claimed
    if pace.calls_per_agent is not None:
        free["agents on duty"] = agents * pace.calls_per_agent - in_hand
    if spend.per_day is not None and spend.reserve:
        left = spend.per_day.cents - int(counted.spent) - claimed * spend.reserve.cents
        free["spend of the day"] = left // spend.reserve.cents
    because = min(free, key=lambda name: free[name])
    return Room(row.id, row.name, free[because], because)
