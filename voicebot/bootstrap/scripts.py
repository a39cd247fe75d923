"""The scripts that calls are held with, by the experiments that run."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass
from typing import Final

import structlog

from voicebot.application.ports import RecordsUnavailable, Script
from voicebot.application.qa.experiments import Experiment
from voicebot.application.scripts import Scripts
from voicebot.persistence.console_experiments import PostgresExperiments
from voicebot.persistence.database import Database
from voicebot.script.editions import ScriptEditions
from voicebot.script.render import ScriptBook
from voicebot.settings import Settings

log = structlog.get_logger(__name__)

ASK_EVERY_S: Final = 30.0
"""So long after it is opened or closed an experiment is noticed here, at most."""
_WAIT_S: Final = 0.5
"""A call that begins waits no longer than this to learn which experiments run."""


@dataclass(slots=True)
class KnownExperiments:
    """`Running` that remembers, so that a call neither waits for the database nor fails for it."""

    experiments: PostgresExperiments
    known: tuple[Experiment, ...] = ()
    _due: float = 0.0

    async def running(self) -> tuple[Experiment, ...]:
        if time.monotonic() >= self._due:
            self._due = time.monotonic() + ASK_EVERY_S
            try:
                async with asyncio.timeout(_WAIT_S):
                    self.known = await self.experiments.running()
            except (RecordsUnavailable, TimeoutError):
                log.warning("experiments_not_asked", why="database away", known=len(self.known))
        return self.known


def scripts(settings: Settings, database: Database, book: Script) -> Scripts | None:
    """Give the choice of scripts around the house's own; None where the script is none of ours to edit."""
    if not isinstance(book, ScriptBook):
        return None
    editions = ScriptEditions.load(book, settings.prompts_dir)
    return Scripts(editions, KnownExperiments(PostgresExperiments(database)))
