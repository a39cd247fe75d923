"""Open the database and everything kept in it."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import structlog

from voicebot.application.ports import Clock
from voicebot.clock import ShiftedClock, SystemClock
from voicebot.persistence.buffered import BufferedRecords
from voicebot.persistence.database import Database
from voicebot.persistence.embedded import EmbeddedPostgres, default_folder
from voicebot.persistence.histories import PostgresHistories
from voicebot.persistence.lease import CallLeases
from voicebot.persistence.messenger import OutboxMessenger
from voicebot.persistence.outbox import PostgresOutbox
from voicebot.persistence.portfolio_store import PortfolioStore
from voicebot.persistence.recording_store import PostgresRecordings
from voicebot.persistence.recordings import generate_key, read_key
from voicebot.persistence.records import PostgresRecords
from voicebot.persistence.schema import upgrade
from voicebot.persistence.tokens import PostgresCallTokens
from voicebot.settings import Settings, SettingsError

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Store:
    """What is kept, and the ways to it."""

    url: str
    database: Database
    records: BufferedRecords
    calls: PostgresRecords
    portfolio: PortfolioStore
    tokens: PostgresCallTokens
    messenger: OutboxMessenger
    recordings: PostgresRecordings
    leases: CallLeases
    recording_key: bytes

    @property
    def histories(self) -> PostgresHistories:
        return PostgresHistories(self.database)

    @property
    def outbox(self) -> PostgresOutbox:
        return PostgresOutbox(self.database)


def clock_for(settings: Settings) -> Clock:
    return SystemClock() if settings.clock_start is None else ShiftedClock(settings.clock_start)


def database_url(settings: Settings) -> str:
    """Give the configured database, or start the embedded one (about 2 s the first time); blocks."""
    if settings.database_url is not None:
        return settings.database_url.get_secret_value()
    return EmbeddedPostgres(default_folder(settings.data_dir, settings.pg_dir)).start()


def recording_key(settings: Settings) -> bytes:
    """Give the key that recordings are encrypted with; with the simulator one is made on first use, mode 0600.

    Raises:
        SettingsError: a real provider and no key.
    """
    if settings.recording_key is not None:
        return read_key(settings.recording_key.get_secret_value())
    if settings.provider != "simulator":
        raise SettingsError(
            "setting VOICEBOT_RECORDING_KEY is missing: recordings are encrypted; make one with "
            "`openssl rand -base64 32` and keep it apart from the recordings"
        )
    return read_key(_kept_key(settings.data_dir / "keys" / "recording.key"))


def _kept_key(path: Path) -> str:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    # Who comes second reads the key of who came first.
    with suppress(FileExistsError), os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(generate_key())
    return path.read_text(encoding="ascii").strip()


@asynccontextmanager
async def opened(settings: Settings, clock: Clock) -> AsyncIterator[Store]:
    """Open the store on a migrated database, and close it again."""
    url = await asyncio.to_thread(database_url, settings)
    await asyncio.to_thread(upgrade, url)
    database = Database(url)
    key = recording_key(settings)
    calls = PostgresRecords(database)
    portfolio = PortfolioStore(database)
    try:
        async with BufferedRecords(calls, settings.data_dir / "spool", key) as records:
            yield Store(
                url=url,
                database=database,
                records=records,
                calls=calls,
                portfolio=portfolio,
                tokens=PostgresCallTokens(database, clock, portfolio.case_by_ref),
                messenger=OutboxMessenger(database, clock),
                recordings=PostgresRecordings(database),
                leases=CallLeases(database),
                recording_key=key,
            )
    finally:
        await database.dispose()
