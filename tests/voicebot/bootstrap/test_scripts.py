from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tests.voicebot.application.desk import script
from voicebot.application.ports import RecordsUnavailable
from voicebot.application.qa.experiments import Arm, Experiment, arm_of
from voicebot.bootstrap import scripts as module
from voicebot.bootstrap.scripts import KnownExperiments, scripts
from voicebot.persistence.console_experiments import PostgresExperiments
from voicebot.persistence.database import Database
from voicebot.settings import load_settings

AT = datetime(2026, 11, 23, 12, tzinfo=UTC)
NAME = "abertura-curta"


class Away(PostgresExperiments):
    """A table that answers once and is away from then on."""

    def __init__(self) -> None:
        self.asked = 0

    async def running(self) -> tuple[Experiment, ...]:
        self.asked += 1
        if self.asked > 1:
            raise RecordsUnavailable("as the test wants it")
        return (Experiment(NAME, 50, AT, None),)


async def test_a_call_takes_part_in_what_runs_and_in_nothing_that_has_ended(database: Database) -> None:
    book = PostgresExperiments(database)
    await book.open(NAME, challenger_percent=50, by=None, at=AT)
    await book.open("ended", challenger_percent=50, by=None, at=AT)
    await book.close("ended", at=AT)
    choice = scripts(load_settings(), database, script())
    assert choice is not None
    chosen = await choice.chosen("D001")
    assert dict(chosen.arms) == {NAME: arm_of(NAME, "D001", 50)}
    assert chosen.edition.script is script(), "no challenger of that name has words of its own"
    assert len(chosen.edition.version) == 8
    assert set(chosen.arms.values()) <= set(Arm)


async def test_a_database_that_is_away_costs_no_call_its_script(monkeypatch: pytest.MonkeyPatch) -> None:
    away = Away()
    known = KnownExperiments(away)
    first = await known.running()
    assert [each.name for each in first] == [NAME]
    assert (await known.running(), away.asked) == (first, 1), "asked seldom"
    monkeypatch.setattr(module, "ASK_EVERY_S", 0.0)
    known = KnownExperiments(away, known=first)
    assert (await known.running(), away.asked) == (first, 2), "what was known stands"
