"""The outbox's worker: what delivers the messages that calls promised, in `serve` and as a command."""

from __future__ import annotations

import asyncio
from pathlib import Path

import structlog

from voicebot.application.outbox import DeliverMessages
from voicebot.application.ports import Clock, RecordsUnavailable
from voicebot.bootstrap.store import Store
from voicebot.persistence.outbox_files import FileOutbox
from voicebot.settings import Settings

log = structlog.get_logger(__name__)

ROUND_S = 2.0
"""How often the outbox is looked at: a caller who was told "mandei" looks at the telephone at once."""


def outbox_folder(settings: Settings) -> Path:
    return settings.data_dir / "outbox"


def deliverer(settings: Settings, store: Store, clock: Clock) -> DeliverMessages:
    """Put the worker together, with the embedded way out: a folder of files."""
    return DeliverMessages(
        outbox=store.outbox,
        cases=store.portfolio,
        histories=store.histories,
        deliverer=FileOutbox(outbox_folder(settings)),
        clock=clock,
    )


async def keep_delivering(deliver: DeliverMessages) -> None:
    """Deliver what is due, round after round, until cancelled; a database that is away costs a warning."""
    while True:
        try:
            done = await deliver()
        except RecordsUnavailable:
            log.warning("the outbox waits, the database is away")
        else:
            if done.total:
                log.info("messages were delivered", **done.counts)
                continue
        await asyncio.sleep(ROUND_S)
