"""What `doctor` looks at: each check is one finding with its mend."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import date

from voicebot.application.outbox import Backlog
from voicebot.bootstrap import text
from voicebot.bootstrap.store import opened
from voicebot.clock import SystemClock
from voicebot.domain.compliance.engine import rules_for
from voicebot.domain.compliance.rules import stale
from voicebot.persistence.errors import PersistenceError
from voicebot.script.errors import ScriptError
from voicebot.settings import Settings
from voicebot.speech import cli
from voicebot.speech.catalogue import State
from voicebot.understanding.errors import UnderstandingError

LAW_AGE_DAYS = 180
USUAL = ("whisper-base", "kokoro-82m")


@dataclass(frozen=True, slots=True)
class Finding:
    level: str
    """ok, warning or missing."""
    what: str

    @property
    def is_failure(self) -> bool:
        return self.level == "missing"

    def __str__(self) -> str:
        return f"{self.level:8} {self.what}"


async def findings(settings: Settings) -> list[Finding]:
    """Look at models, database, script, understanding and the age of the law's sources."""
    today = SystemClock().now().date()
    models = await asyncio.to_thread(_models, settings)
    return [*models, *await _database(settings), *_words(settings), *_law(today)]


def _models(settings: Settings) -> list[Finding]:
    found = []
    for each in cli.list_models(settings.models_dir):
        if each.state is State.OK:
            found.append(Finding("ok", f"model {each.name}"))
        elif each.name in USUAL:
            found.append(Finding("missing", f"model {each.name} is {each.state.value}: run `make install`"))
    return found


async def _database(settings: Settings) -> list[Finding]:
    try:
        async with opened(settings, SystemClock()) as store:
            recovered = await store.leases.close_expired(SystemClock().now())
            waiting = store.records.waiting
            backlog = await store.outbox.backlog(SystemClock().now())
    except PersistenceError as error:
        return [Finding("missing", f"database: {error}")]
    extra = f", {len(recovered)} call(s) of a dead process closed as failed" if recovered else ""
    pending = f", {waiting} write(s) wait on disk" if waiting else ""
    return [Finding("ok", f"database{extra}{pending}"), *_outbox(backlog)]


def _outbox(backlog: Backlog) -> list[Finding]:
    found = []
    if backlog.stuck:
        stuck = f"outbox: {backlog.stuck} message(s) wait too long: run `python -m voicebot outbox deliver`, or `serve`"
        found.append(Finding("warning", stuck))
    if backlog.failed:
        failed = f"outbox: {backlog.failed} message(s) were given up: see the log for each one's reason"
        found.append(Finding("warning", failed))
    return found or [Finding("ok", "outbox")]


def _words(settings: Settings) -> list[Finding]:
    found = []
    for what, load in (("script", text.script_book), ("understanding", text.understander)):
        try:
            load(settings)
        except (ScriptError, UnderstandingError) as error:
            found.append(Finding("missing", f"{what}: {error}"))
        else:
            found.append(Finding("ok", what))
    return found


def _law(today: date) -> list[Finding]:
    old = stale(rules_for("BR"), today, LAW_AGE_DAYS)
    if not old:
        return [Finding("ok", f"law: every rule was checked against its source within {LAW_AGE_DAYS} days")]
    return [
        Finding("warning", f"rule {rule.id} was last checked on {rule.verified_on}: have it read again") for rule in old
    ]
