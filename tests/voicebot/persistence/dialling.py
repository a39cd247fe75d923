"""A dialler on a real database with a provider in memory, and a clock that stands until told."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from decimal import Decimal
from functools import cache
from zoneinfo import ZoneInfo

from sqlalchemy import select

from voicebot.application.dialler.campaign import Campaign, Pace, Selection
from voicebot.application.dialler.dial import DialIntent
from voicebot.application.dialler.earlier_calls import NoneMayRing
from voicebot.application.dialler.intents import Accepted, Answer, FoundCall, Timings, Unknown
from voicebot.application.dialler.reconcile import Reconcile
from voicebot.application.dialler.worker import DialWorker
from voicebot.application.portfolio_files import Portfolio, read_portfolio
from voicebot.domain.dialogue.phases import Disposition
from voicebot.persistence.campaigns import PostgresCampaigns
from voicebot.persistence.database import Database
from voicebot.persistence.dial_tables import AttemptRow, IntentRow
from voicebot.persistence.earlier_calls import PostgresEarlierCalls
from voicebot.persistence.follow_ups import PostgresFollowUps
from voicebot.persistence.portfolio_store import PortfolioStore
from voicebot.persistence.queue import PostgresDialQueue
from voicebot.persistence.records import PostgresRecords
from voicebot.persistence.tables import CallRow
from voicebot.settings import ROOT

MONDAY = datetime(2026, 11, 23, 10, tzinfo=ZoneInfo("America/Sao_Paulo"))
ANA = "D001"
OPEN_PACE = Pace(per_second=Decimal(30), per_hour=10_000, at_once=100)


@cache
def samples() -> Portfolio:
    return replace(read_portfolio(ROOT / "samples"), payments=(), holds={})


@dataclass
class Clock:
    at: datetime = MONDAY

    def now(self) -> datetime:
        return self.at


@dataclass
class Provider:
    """A provider that answers as told: `answers` by turn, then it accepts. What it accepted is in `calls`."""

    answers: list[Answer | Exception | None] = field(default_factory=list)
    calls: list[tuple[str, str, str]] = field(default_factory=list)
    """Number, our reference, its id."""
    ended: dict[str, Disposition] = field(default_factory=dict)
    reachable: bool = True
    cancelled: list[str] = field(default_factory=list)
    asked_about: int = 0
    name: str = "simulator"
    real: bool = False

    async def place(self, *, to: str, call_ref: str) -> Answer:
        """Answer as told; `Unknown` and an exception stand for calls that were placed all the same."""
        told = self.answers.pop(0) if self.answers else None
        if told is None or isinstance(told, Unknown | Exception):
            self.calls.append((to, call_ref, f"CA{len(self.calls)}"))
        if isinstance(told, Exception):
            raise told
        return told or Accepted(self.calls[-1][2])

    async def calls_to(self, to: str) -> list[FoundCall] | None:
        self.asked_about += 1
        if not self.reachable:
            return None
        return [FoundCall(sid, self.ended.get(sid), None) for number, _, sid in reversed(self.calls) if number == to]

    async def cancel(self, provider_call_id: str) -> bool:
        self.cancelled.append(provider_call_id)
        return True


@dataclass
class Floor:
    """Everything a dialler's test needs."""

    database: Database
    clock: Clock = field(default_factory=Clock)
    provider: Provider = field(default_factory=Provider)
    timings: Timings = field(default_factory=Timings)
    per_second: float = 1000.0

    def __post_init__(self) -> None:
        self.store = PortfolioStore(self.database)
        self.records = PostgresRecords(self.database)
        self.campaigns = PostgresCampaigns(self.database)
        self.follow_ups = PostgresFollowUps(self.database)
        self.queue = PostgresDialQueue(self.database, timings=self.timings, per_second=self.per_second)

    def worker(
        self,
        owner: str = "w1",
        *,
        batch: int = 50,
        lines: int | None = 1000,
        is_ending: Callable[[], bool] = lambda: False,
    ) -> DialWorker:
        earlier = PostgresEarlierCalls(self.database)
        none_may_ring = NoneMayRing(earlier, self.records, self.provider, self.clock, self.timings)
        dial = DialIntent(
            self.store, self.records, self.queue, self.provider, self.clock, self.timings,
            earlier=none_may_ring, records=self.records,
        )  # fmt: skip
        reconcile = Reconcile(self.queue, self.records, self.provider, self.clock, self.timings)
        return DialWorker(self.queue, dial, reconcile, self.clock, owner, batch, lines, is_ending=is_ending)

    async def start(self, *refs: str, pace: Pace = OPEN_PACE, name: str = "c1", **more: object) -> int:
        chosen = Selection(refs=frozenset(refs or (ANA,)))
        campaign = replace(Campaign(name, chosen, pace), **more)  # type: ignore[arg-type]  # fields of Campaign
        return await self.campaigns.start(campaign, self.clock.at)

    def later(self, **how: float) -> None:
        self.clock.at += timedelta(**how)

    async def end(self, call_ref: str, outcome: Disposition) -> None:
        """Report the end of a call, as the provider's callback does."""
        await self.records.close(call_ref, outcome, self.clock.at)

    async def intents(self) -> list[tuple[str, str, str | None]]:
        """State, kind and reason of each, in the order of debtors."""
        async with self.database.transaction() as connection:
            rows = await connection.execute(
                select(IntentRow.state, IntentRow.kind, IntentRow.reason).order_by(IntentRow.debtor_ref, IntentRow.kind)
            )
            return [(row.state, row.kind, row.reason) for row in rows]

    async def states(self) -> list[str]:
        return [state for state, _, _ in await self.intents()]

    async def next_at(self) -> datetime:
        async with self.database.transaction() as connection:
            found: datetime | None = await connection.scalar(select(IntentRow.next_at))
        assert found is not None
        return found.astimezone(MONDAY.tzinfo)

    async def attempts(self) -> list[tuple[str | None, int]]:
        """Outcome and cost of each, oldest first."""
        async with self.database.transaction() as connection:
            rows = await connection.execute(
                select(AttemptRow.outcome, AttemptRow.cost_cents).order_by(AttemptRow.asked_at)
            )
            return [(row.outcome, row.cost_cents) for row in rows]

    async def call_ends(self) -> list[str | None]:
        async with self.database.transaction() as connection:
            return list(await connection.scalars(select(CallRow.disposition).order_by(CallRow.started_at, CallRow.id)))


async def floor_on(database: Database) -> Floor:
    floor = Floor(database)
    await floor.store.save(samples())
    return floor
