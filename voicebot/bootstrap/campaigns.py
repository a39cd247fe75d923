"""The dialler put together: its workers, the chores beside them, and what a gateway does for it."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

import structlog

from voicebot.application.dialler.dial import DialIntent
from voicebot.application.dialler.earlier_calls import NoneMayRing
from voicebot.application.dialler.intents import Timings
from voicebot.application.dialler.outcomes import TellOutcomes
from voicebot.application.dialler.reconcile import Reconcile
from voicebot.application.dialler.reminders import SendReminders
from voicebot.application.dialler.take_back import TakeBack
from voicebot.application.dialler.worker import DialWorker
from voicebot.application.ports import Clock, RecordsUnavailable
from voicebot.bootstrap.dial_line import ProviderLine
from voicebot.bootstrap.dialling import dialler, guard, settle
from voicebot.bootstrap.outcome_webhook import OutcomeWebhook, webhook
from voicebot.bootstrap.store import Store
from voicebot.jobs.retention import Retention
from voicebot.persistence.campaigns import PostgresCampaigns
from voicebot.persistence.earlier_calls import PostgresEarlierCalls
from voicebot.persistence.follow_ups import PostgresFollowUps
from voicebot.persistence.outcome_events import PostgresOutcomes
from voicebot.persistence.payments import PostgresPayments
from voicebot.persistence.queue import PostgresDialQueue
from voicebot.persistence.reminders import PostgresReminders
from voicebot.persistence.retention import PostgresKeptWords
from voicebot.settings import Settings
from voicebot.web.payments import PaymentDesk

log = structlog.get_logger(__name__)
ANNOUNCE_S: Final = 5.0
ANNOUNCING: Final = "announce-capacity"
"""Name of the chore whose cancelling says that this gateway takes no more calls."""
OUTCOMES_S: Final = 2.0
PER_SECOND: Final = 1.0
"""What a new provider account may place."""


@dataclass(frozen=True, slots=True)
class Dialling:
    """All that `dial` runs."""

    worker: DialWorker
    queue: PostgresDialQueue
    campaigns: PostgresCampaigns
    follow_ups: PostgresFollowUps
    reminders: SendReminders
    retention: Retention


@asynccontextmanager
async def dialling(
    settings: Settings,
    store: Store,
    clock: Clock,
    *,
    lines: int | None = None,
    per_second: float = PER_SECOND,
    only: frozenset[str] | None = None,
    batch: int = 4,
    is_ending: Callable[[], bool] = lambda: False,
) -> AsyncIterator[Dialling]:
    """Put a worker together for the configured provider.

    Raises:
        SettingsError: a credential or the caller id is missing.
    """
    guarded = guard(settings, store, clock)
    line = ProviderLine(dialler(settings, guarded))
    timings = Timings()
    queue = PostgresDialQueue(store.database, timings=timings, per_second=per_second, only=only)
    worker = DialWorker(
        queue=queue,
        dial=_dial(store, queue, line, clock, timings),
        reconcile=Reconcile(queue, store.calls, line, clock, timings),
        clock=clock,
        owner=f"dialler-{secrets.token_hex(4)}",
        batch=batch,
        lines=lines,
        take_back=TakeBack(queue, store.portfolio, line, clock),
        is_ending=is_ending,
    )
    try:
        yield Dialling(
            worker,
            queue,
            PostgresCampaigns(store.database),
            PostgresFollowUps(store.database),
            SendReminders(PostgresReminders(store.database, store.messenger), store.portfolio, clock),
            retention(settings, store, clock),
        )
    finally:
        await line.aclose()
        await settle(guarded)


def _dial(store: Store, queue: PostgresDialQueue, line: ProviderLine, clock: Clock, timings: Timings) -> DialIntent:
    earlier = NoneMayRing(PostgresEarlierCalls(store.database), store.calls, line, clock, timings)
    return DialIntent(store.portfolio, store.calls, queue, line, clock, timings, earlier=earlier, records=store.calls)


def retention(settings: Settings, store: Store, clock: Clock) -> Retention:
    """Give the chore that erases recordings and words past their time."""
    kept = timedelta(days=settings.keep_recordings_days)
    return Retention(store.recordings, PostgresKeptWords(store.database), clock, kept)


def payment_desk(settings: Settings, store: Store, clock: Clock) -> PaymentDesk:
    """Give what `POST /api/v1/payments` needs; without a key it takes nothing."""
    key = settings.secret_key.get_secret_value() if settings.secret_key is not None else None
    return PaymentDesk(take=PostgresPayments(store.database).take, now=clock.now, key=key)


def gateway_chores(settings: Settings, store: Store, clock: Clock, owner: str) -> list[asyncio.Task[None]]:
    """Start what a gateway does for the dialler: say how many calls it holds, and tell outcomes where wanted.

    Raises:
        SettingsError: the outcome webhook cannot be set up as asked.
    """
    hook = webhook(settings, clock)
    chores = [asyncio.create_task(_announce(settings, store, clock, owner), name=ANNOUNCING)]
    if hook is not None:
        chores.append(asyncio.create_task(_tell(hook, store, clock), name="tell-outcomes"))
    return chores


async def _announce(settings: Settings, store: Store, clock: Clock, owner: str) -> None:
    campaigns = PostgresCampaigns(store.database)
    try:
        await every(ANNOUNCE_S, "capacity", lambda: campaigns.announce(owner, settings.max_calls, clock.now()))
    finally:
        with suppress(RecordsUnavailable):
            await campaigns.announce(owner, 0, clock.now())


async def _tell(hook: OutcomeWebhook, store: Store, clock: Clock) -> None:
    tell = TellOutcomes(PostgresOutcomes(store.database), hook, clock)
    try:
        await every(OUTCOMES_S, "outcomes", tell)
    finally:
        await hook.aclose()


async def every(seconds: float, what: str, do: Callable[[], Awaitable[object]]) -> None:
    """Do it again and again until cancelled; a database that is away costs a warning."""
    while True:
        try:
            await do()
        except RecordsUnavailable:
            log.warning("a chore waits, the database is away", chore=what)
        await asyncio.sleep(seconds)
