"""What runs in a process of its own for `bench dial`: a worker that dies at a given step, or one that only claims."""

from __future__ import annotations

import asyncio
import os
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from multiprocessing.synchronize import Barrier
from typing import Any, Final

import twilio.rest.api.v2010.account.call  # type: ignore[import-untyped]  # noqa: F401 - else loaded at the first call

from telephony.calls_rest import CallsAccount
from telephony.providers.simulator.dialler import SimulatorDialler
from voicebot.application.dialler.dial import DialIntent
from voicebot.application.dialler.intents import Timings
from voicebot.application.dialler.reconcile import Reconcile
from voicebot.application.dialler.worker import DialWorker
from voicebot.application.places import calendar_of
from voicebot.application.ports import RecordsUnavailable
from voicebot.bootstrap.dial_line import ProviderLine
from voicebot.persistence.database import Database
from voicebot.persistence.portfolio_store import PortfolioStore
from voicebot.persistence.queue import PostgresDialQueue
from voicebot.persistence.records import PostgresRecords

ACCOUNT: Final = "AC" + "d" * 32
AUTH_TOKEN: Final = "bench"  # noqa: S105 - of the simulated carrier, on loopback
QUICK: Final = Timings(
    claim=timedelta(seconds=2),
    send_within=timedelta(seconds=1),
    settle_after=timedelta(seconds=4),
    ring=timedelta(seconds=4),
    ask_every=timedelta(seconds=0.5),
    give_up=timedelta(seconds=60),
)
"""The dialler's waits in the same order of length, a few seconds each; a request may take `REQUEST_S`."""
REQUEST_S: Final = 1.5
RATE_PAUSE: Final = timedelta(seconds=1)
LINES: Final = 10_000
PER_SECOND: Final = 10_000.0


@dataclass(frozen=True, slots=True)
class SharedClock:
    """One time for all processes: `start` at the machine's monotonic `since`."""

    start: datetime
    since: float

    def now(self) -> datetime:
        return self.start + timedelta(seconds=time.monotonic() - self.since)


@dataclass(frozen=True, slots=True)
class Job:
    """What a process is to do."""

    url: str
    api_base: str
    clock: SharedClock
    campaigns: frozenset[str]
    owner: str
    dies_before: int | None
    """The step before which it kills itself, from 1; None leaves that to others."""
    batch: int = 4


calendar_of("SP", 2020, 2040)
"""Read once, by the process that the others are forked from: each would take seconds for it."""


class Dying:
    """Stands before a port and counts the steps; before the last it kills its own process."""

    def __init__(self, real: object, step: Callable[[], None]) -> None:
        self._real, self._step = real, step

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._real, name)
        if not asyncio.iscoroutinefunction(found):
            return found

        async def counted(*arguments: Any, **named: Any) -> Any:
            self._step()
            return await found(*arguments, **named)

        return counted


def steps_until(last: int | None) -> Callable[[], None]:
    """Give a step counter that ends the process, as `kill -9` does, before step `last`."""
    left = [last]

    def step() -> None:
        if left[0] is None:
            return
        left[0] -= 1
        if left[0] <= 0:
            os.kill(os.getpid(), signal.SIGKILL)

    return step


def worker_for(job: Job, database: Database, provider: SimulatorDialler) -> DialWorker:
    """Put a worker together as `dial` does, each of its ports a place to die."""
    step = steps_until(job.dies_before)
    line: Any = Dying(ProviderLine(provider, rate_pause=RATE_PAUSE), step)
    queue: Any = Dying(PostgresDialQueue(database, timings=QUICK, per_second=PER_SECOND, only=job.campaigns), step)
    records: Any = Dying(PostgresRecords(database), step)
    cases: Any = Dying(PortfolioStore(database), step)
    dial = DialIntent(cases, records, queue, line, job.clock, QUICK)
    reconcile = Reconcile(queue, records, line, job.clock, QUICK)
    return DialWorker(queue, dial, reconcile, job.clock, job.owner, job.batch, LINES)


def provider_at(api_base: str) -> SimulatorDialler:
    return SimulatorDialler(
        CallsAccount(
            account_sid=ACCOUNT,
            auth_token=AUTH_TOKEN,
            caller_id="+551130000000",
            voice_url="http://127.0.0.1/voice",
            status_url="http://127.0.0.1/status",
            api_base=api_base,
            request_timeout_s=REQUEST_S,
        )
    )


def run_doomed(job: Job) -> None:
    """Dial until killed, or until nothing is due."""
    asyncio.run(_dial(job))


async def _dial(job: Job) -> None:
    database, provider = Database(job.url, pool_size=2), provider_at(job.api_base)
    worker = worker_for(job, database, provider)
    try:
        while True:
            try:
                if not await worker.dial_due():
                    return
            except RecordsUnavailable:
                await asyncio.sleep(0.1)
    finally:
        await provider.aclose()
        await database.dispose()


def run_claimer(job: Job, together: Barrier, told: Any) -> None:
    """Claim until nothing is left; tell how many, from when to when."""
    asyncio.run(_claim(job, together, told))


async def _claim(job: Job, together: Barrier, told: Any) -> None:
    database = Database(job.url, pool_size=2)
    queue = PostgresDialQueue(database, timings=QUICK, per_second=PER_SECOND, only=job.campaigns)
    warm = await queue.claim(job.clock.now() - timedelta(days=1), owner=job.owner, limit=1, lines=LINES)
    together.wait()
    began, count = time.monotonic(), len(warm)
    while got := await queue.claim(job.clock.now(), owner=job.owner, limit=job.batch, lines=LINES):
        count += len(got)
    told.put((count, began, time.monotonic()))
    await database.dispose()
