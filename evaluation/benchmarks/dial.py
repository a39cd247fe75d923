"""How fast intents are claimed, and whether anybody is ever dialled twice or forgotten, whatever dies meanwhile.

A chaos run is a campaign of a few people and one worker that is killed (`kill -9`): before a step drawn by lot, while
the carrier takes its request, or at any moment. The carrier fails as carriers do, its reports come twice, late or
never, and in some runs the database is shut down at once and recovers. Then another worker comes. At the end every
person must have been dialled exactly once, and each call's end must be on record and told to the creditor's system.
"""

from __future__ import annotations

import asyncio
import contextlib
import multiprocessing
import os
import random
import signal
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final
from zoneinfo import ZoneInfo

from sqlalchemy import select, update

from evaluation.benchmarks.dial_carrier import ENDS, Carried, ChaosCarrier
from evaluation.benchmarks.dial_process import (
    QUICK,
    Job,
    SharedClock,
    provider_at,
    run_claimer,
    run_doomed,
    worker_for,
)
from evaluation.benchmarks.distribution import load, machine
from telephony.providers.simulator.serving import serving
from voicebot.application.dialler.campaign import Campaign, Pace, Selection
from voicebot.application.dialler.outcomes import TellOutcomes
from voicebot.application.portfolio_files import Portfolio, read_portfolio
from voicebot.application.ports import RecordsUnavailable
from voicebot.domain.dialogue.phases import Disposition
from voicebot.persistence import schema
from voicebot.persistence.campaigns import PostgresCampaigns
from voicebot.persistence.database import Database
from voicebot.persistence.dial_tables import AttemptRow, CampaignRow, IntentRow, OutcomeRow
from voicebot.persistence.embedded import Cleanup, EmbeddedPostgres
from voicebot.persistence.lease import CallLeases
from voicebot.persistence.outcome_events import PostgresOutcomes
from voicebot.persistence.portfolio_store import PortfolioStore
from voicebot.persistence.records import PostgresRecords
from voicebot.persistence.tables import CallRow
from voicebot.settings import ROOT

RUNS: Final = 20
FULL_RUNS: Final = 500
PEOPLE: Final = 2
"""In each run's campaign."""
GROUP: Final = 25
"""Runs that recover together; the database is shut down once in each group."""
AT_ONCE: Final = 5
"""Workers that live, and die, at the same time."""
STEPS: Final = 16
"""A worker with two people takes 13; a death beyond its last step is a run in which nothing dies."""
CLAIMS: Final = 400
WORKERS: Final = (1, 2, 4)
_MONDAY: Final = datetime(2026, 11, 23, 9, tzinfo=ZoneInfo("America/Sao_Paulo"))
_PACE: Final = Pace(per_second=Decimal(30), per_hour=1_000_000, at_once=1_000)
_WIDE: Final = replace(_PACE, per_second=Decimal(1000), at_once=1_000_000)
_NO_RETRIES: Final[MappingProxyType[Disposition, Any]] = MappingProxyType({})
_RECOVERS_WITHIN_S: Final = 90.0
_PATIENCE_S: Final = 10.0


@dataclass(slots=True)
class Findings:
    """What the runs showed."""

    people: int = 0
    runs: int = 0
    killed: int = 0
    restarts: int = 0
    double_dials: int = 0
    never_dialled: int = 0
    lost_outcomes: int = 0
    double_outcomes: int = 0
    faults: Counter[str] = field(default_factory=Counter)


def measure(
    *, runs: int = RUNS, seed: int = 0, claims: int = CLAIMS, say: Callable[[str], None] = lambda _: None
) -> dict[str, Any]:
    """Measure and try; gives the contract's object with what was tried beside it."""
    before = load()
    with _server() as server:
        rates = asyncio.run(_claims(server.url, claims, say))
        found = asyncio.run(_Chaos(server, seed, say).run(runs))
    return {
        "machine": machine(),
        "load": before,
        "claims_per_s": rates,
        "chaos_runs": found.runs,
        "double_dials": found.double_dials,
        "lost_outcomes": found.lost_outcomes,
        "never_dialled": found.never_dialled,
        "double_outcomes": found.double_outcomes,
        "people": found.people,
        "workers_killed": found.killed,
        "database_restarts": found.restarts,
        "carrier_faults": dict(sorted(found.faults.items())),
    }


@contextmanager
def _server() -> Iterator[EmbeddedPostgres]:
    """A database server of the benchmark's own, durable: what it committed must outlive a crash."""
    with tempfile.TemporaryDirectory(prefix="vb-") as parent:
        Path(parent).chmod(0o755)
        with EmbeddedPostgres(Path(parent) / "pg", cleanup=Cleanup.DELETE) as server:
            schema.upgrade(server.url)
            yield server


def _clock() -> SharedClock:
    return SharedClock(_MONDAY, time.monotonic())


def _context() -> multiprocessing.context.ForkServerContext:
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["evaluation.benchmarks.dial_process"])
    return context


def people(count: int, first: int = 0) -> Portfolio:
    """Make up a portfolio: made-up people in São Paulo, one overdue contract each."""
    samples = read_portfolio(ROOT / "samples")
    ana, debt = samples.debtors["D001"], samples.debts["D001"][0]
    debtors, debts = {}, {}
    for number in range(first, first + count):
        ref = f"B{number:06d}"
        debtors[ref] = replace(ana, ref=ref, cpf=f"{number:011d}", phone=f"+55119{number:08d}", email=None)
        debts[ref] = (replace(debt, contract=f"K{number:06d}"),)
    return replace(samples, debtors=debtors, debts=debts, payments=(), holds={})


async def _claims(url: str, claims: int, say: Callable[[str], None]) -> dict[str, float]:
    """Give claims a second by 1, 2 and 4 worker processes: one queue, one database."""
    database, clock = Database(url, patience_s=_PATIENCE_S), _clock()
    portfolio = people(claims)
    await PortfolioStore(database).save(portfolio)
    campaign = Campaign("claims", Selection(refs=frozenset(portfolio.debtors)), _WIDE)
    await PostgresCampaigns(database).start(campaign, clock.now() - timedelta(minutes=1))
    rates: dict[str, float] = {}
    for workers in WORKERS:
        async with database.transaction() as connection:
            await connection.execute(
                update(IntentRow).values(state="planned", owner=None, lease_until=None, call_id=None)
            )
        rates[str(workers)] = await asyncio.to_thread(_claimed_by, url, clock, workers, claims)
        say(f"{workers} worker(s): {rates[str(workers)]} claims a second")
    async with database.transaction() as connection:
        await connection.execute(update(CampaignRow).values(state="paused"))
    await database.dispose()
    return rates


def _claimed_by(url: str, clock: SharedClock, workers: int, claims: int) -> float:
    context = _context()
    together, told = context.Barrier(workers), context.Queue()
    processes = []
    for number in range(workers):
        job = Job(url, "", clock, frozenset({"claims"}), f"claimer-{number}", None)
        processes.append(context.Process(target=run_claimer, args=(job, together, told)))
    for each in processes:
        each.start()
    figures = [told.get(timeout=60) for _ in processes]
    for each in processes:
        each.join()
    if sum(count for count, _, _ in figures) != claims:
        raise AssertionError("an intent was claimed twice, or by nobody")
    took_s: float = max(end for _, _, end in figures) - min(began for _, began, _ in figures)
    return round(claims / took_s, 1)


@dataclass(slots=True)
class _Receiver:
    """The creditor's system: counts what it is told, by event."""

    told: Counter[str] = field(default_factory=Counter)
    calls: Counter[str] = field(default_factory=Counter)

    async def deliver(self, event_id: str, body: bytes) -> None:
        self.told[event_id] += 1
        self.calls[body.partition(b'"call_id": "')[2][:36].decode()] += self.told[event_id] == 1


class _Chaos:
    def __init__(self, server: EmbeddedPostgres, seed: int, say: Callable[[str], None]) -> None:
        self._server, self._say = server, say
        self._dice = random.Random(seed)
        self._clock = _clock()
        self._database = Database(server.url, pool_size=8, patience_s=_PATIENCE_S)
        records = PostgresRecords(self._database)
        self._carrier = ChaosCarrier(records, self._clock, self._dice, self._taken)
        self._found = Findings()
        self._receiver = _Receiver()
        self._doomed: dict[str, int] = {}
        """Process to kill when the carrier takes a call to this number."""

    async def run(self, runs: int) -> Findings:
        """Do so many runs, in groups, and count."""
        try:
            async with serving(self._carrier.app()) as api_base:
                for first in range(0, runs, GROUP):
                    await self._group(range(first, min(first + GROUP, runs)), api_base)
                    say = self._found
                    self._say(f"{say.runs} runs: {say.double_dials} double dials, {say.lost_outcomes} lost outcomes")
        finally:
            await self._database.dispose()
        self._found.faults.update(self._carrier.faults)
        return self._found

    def _taken(self, number: str) -> None:
        process = self._doomed.pop(number, None)
        if process is not None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)

    async def _group(self, runs: range, api_base: str) -> None:
        campaigns = {}
        for number in runs:
            portfolio = people(PEOPLE, 1_000_000 + number * PEOPLE)
            await PortfolioStore(self._database).save(portfolio)
            chosen = Selection(refs=frozenset(portfolio.debtors))
            campaign = Campaign(f"chaos-{number}", chosen, _PACE, retries=_NO_RETRIES)
            await PostgresCampaigns(self._database).start(campaign, self._clock.now())
            campaigns[campaign.name] = portfolio
        restart = asyncio.create_task(self._restart(self._dice.uniform(0.2, 2.0)), name="restart")
        together = asyncio.Semaphore(AT_ONCE)

        async def one(name: str, portfolio: Portfolio) -> None:
            async with together:
                await self._one(name, portfolio, api_base)

        await asyncio.gather(*(one(name, portfolio) for name, portfolio in campaigns.items()))
        await restart
        await self._recover(frozenset(campaigns), api_base)
        await self._count(campaigns)

    async def _one(self, name: str, portfolio: Portfolio, api_base: str) -> None:
        """One worker, and its death."""
        how = self._dice.choice(("step", "step", "step", "wire", "time"))
        step = self._dice.randint(1, STEPS) if how == "step" else None
        job = Job(self._server.url, api_base, self._clock, frozenset({name}), f"doomed-{name}", step)
        process = _context().Process(target=run_doomed, args=(job,))
        process.start()
        if how == "wire" and process.pid is not None:
            unlucky = self._dice.choice(sorted(portfolio.debtors))
            self._doomed[portfolio.debtors[unlucky].phone] = process.pid
        elif how == "time":
            await asyncio.sleep(self._dice.uniform(0.0, 0.4))
            process.kill()
        await asyncio.to_thread(process.join, 20)
        if process.is_alive():
            process.kill()
            await asyncio.to_thread(process.join)
        self._found.runs += 1
        self._found.killed += process.exitcode == -signal.SIGKILL

    async def _restart(self, after_s: float) -> None:
        """Shut the database down at once, as a crash does, and start it again; it recovers from its log."""
        await asyncio.sleep(after_s)
        await asyncio.to_thread(self._crash)
        self._found.restarts += 1

    def _crash(self) -> None:
        pid_file = self._server.data / "postmaster.pid"
        os.kill(int(pid_file.read_text(encoding="ascii").splitlines()[0]), signal.SIGQUIT)
        while pid_file.exists():
            time.sleep(0.02)
        self._server.start()

    async def _recover(self, campaigns: frozenset[str], api_base: str) -> None:
        """Let a sound worker, the gateway's reaper and the webhook's worker do their rounds until all is over."""
        provider = provider_at(api_base)
        job = Job(self._server.url, api_base, self._clock, campaigns, f"sound-{min(campaigns)}", None, batch=20)
        worker = worker_for(job, self._database, provider)
        tell = TellOutcomes(PostgresOutcomes(self._database, lost_waits=QUICK.ring), self._receiver, self._clock)
        until = time.monotonic() + _RECOVERS_WITHIN_S
        try:
            while time.monotonic() < until:
                with contextlib.suppress(RecordsUnavailable):
                    await worker.round()
                    await CallLeases(self._database).close_expired(self._clock.now())
                    await tell(limit=200)
                    if not await self._unfinished(campaigns):
                        await asyncio.gather(*self._carrier.lives)
                        if not await self._untold():
                            return
                await asyncio.sleep(0.1)
        finally:
            await provider.aclose()

    async def _unfinished(self, campaigns: frozenset[str]) -> bool:
        async with self._database.transaction() as connection:
            left = await connection.scalar(
                select(IntentRow.id)
                .join(CampaignRow, CampaignRow.id == IntentRow.campaign_id)
                .where(CampaignRow.name.in_(campaigns), IntentRow.state.not_in(("done", "refused")))
                .limit(1)
            )
            return left is not None

    async def _untold(self) -> bool:
        told = (
            select(OutcomeRow.id)
            .where(
                OutcomeRow.call_id == CallRow.id,
                OutcomeRow.disposition == CallRow.disposition,
                OutcomeRow.state == "sent",
            )
            .exists()
        )
        async with self._database.transaction() as connection:
            left = await connection.scalar(
                select(AttemptRow.call_id).join(CallRow, CallRow.id == AttemptRow.call_id).where(~told).limit(1)
            )
            return left is not None

    async def _count(self, campaigns: dict[str, Portfolio]) -> None:
        async with self._database.transaction() as connection:
            rows = await connection.execute(select(AttemptRow.call_id, AttemptRow.outcome))
            outcomes = {str(row.call_id): row.outcome for row in rows}
        numbers = {debtor.phone for portfolio in campaigns.values() for debtor in portfolio.debtors.values()}
        taken = [call for call in self._carrier.calls if call.number in numbers]
        by_number = Counter(call.number for call in taken)
        found = self._found
        found.people += len(numbers)
        found.double_dials += sum(count - 1 for count in by_number.values())
        found.never_dialled += len(numbers) - len(by_number)
        for call in taken:
            told = self._receiver.calls[call.ref]
            on_record = outcomes.get(call.ref) in _true_ends(call, self._carrier.reported.get(call.ref))
            found.lost_outcomes += not (on_record and told)
            found.double_outcomes += told > 1


def _true_ends(call: Carried, reported: Disposition | None) -> set[str]:
    """Give what may rightly be on record: what was reported, or what the carrier says when asked."""
    if reported is not None:
        return {reported.value}
    # Answered, and nobody here knows how it went on.
    return {(Disposition.FAILED if call.status == "completed" else ENDS[call.status]).value}
