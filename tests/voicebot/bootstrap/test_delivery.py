"""The outbox's worker as a command, in the background, and in the doctor's eyes."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner

from tests.voicebot.persistence.calls import begun
from voicebot.application.outbox import Backlog, Delivered, DeliverMessages
from voicebot.application.portfolio_files import read_portfolio
from voicebot.application.ports import RecordsUnavailable
from voicebot.bootstrap import checks, delivery
from voicebot.bootstrap.commands.chat import _case
from voicebot.bootstrap.commands.operations import load
from voicebot.bootstrap.commands.outbox import outbox
from voicebot.bootstrap.store import Store, clock_for, opened
from voicebot.clock import StandingClock
from voicebot.settings import ROOT, Settings, load_settings

SAMPLES = ROOT / "samples"
MORNING = "2026-11-23T10:00-03:00"


@pytest.fixture
def settings(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    for name, value in {
        "VOICEBOT_DATABASE_URL": database_url,
        "VOICEBOT_DATA_DIR": str(tmp_path),
        "VOICEBOT_PROVIDER": "simulator",
        "VOICEBOT_CLOCK_START": MORNING,
    }.items():
        monkeypatch.setenv(name, value)
    monkeypatch.chdir(tmp_path)
    return load_settings()


@pytest.fixture
async def store(settings: Settings) -> AsyncIterator[Store]:
    async with opened(settings, StandingClock(datetime.fromisoformat(MORNING))) as found:
        await found.portfolio.save(read_portfolio(SAMPLES))
        yield found


async def queue(store: Store) -> None:
    assert await store.messenger.send(await begun(store.calls, debtor_ref="D001"), "sms", "olá, Ana")


def files(settings: Settings) -> list[Path]:
    return sorted(delivery.outbox_folder(settings).rglob("*.json"))


async def test_the_command_delivers_what_is_due(settings: Settings, store: Store) -> None:
    await queue(store)
    told = await asyncio.to_thread(CliRunner().invoke, outbox, ["deliver"])
    assert (told.exit_code, told.stderr.strip().splitlines()[-1]) == (0, "outbox: 1 sent")
    (found,) = files(settings)
    assert found.parent.name == "2026-11-23"
    assert json.loads(found.read_text(encoding="utf-8"))["to"] == "+5511988880001"

    again = await asyncio.to_thread(CliRunner().invoke, outbox, ["deliver", "--limit", "1"])
    assert again.stderr.strip().splitlines()[-1] == "outbox: nothing to deliver"


async def test_the_worker_in_the_background_delivers(
    settings: Settings, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(delivery, "ROUND_S", 0.01)
    working = asyncio.create_task(delivery.keep_delivering(delivery.deliverer(settings, store, clock_for(settings))))
    await queue(store)
    async with asyncio.timeout(20):
        while not files(settings):  # noqa: ASYNC110 - a folder tells nobody that it has changed
            await asyncio.sleep(0.01)
    working.cancel()
    await asyncio.wait({working})
    assert working.cancelled()


@dataclass
class Flaky:
    """A worker whose database is away the first time."""

    rounds: int = 0
    again: asyncio.Event = field(default_factory=asyncio.Event)

    async def __call__(self) -> Delivered:
        self.rounds += 1
        if self.rounds == 1:
            raise RecordsUnavailable("as the test wants it")
        self.again.set()
        return Delivered({})


async def test_a_database_that_is_away_does_not_end_the_worker(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(delivery, "ROUND_S", 0.01)
    flaky = Flaky()
    worker: DeliverMessages = flaky  # type: ignore[assignment]  # only called
    working = asyncio.create_task(delivery.keep_delivering(worker))
    async with asyncio.timeout(20):
        await flaky.again.wait()
    working.cancel()
    await asyncio.wait({working})
    assert flaky.rounds >= 2


@pytest.mark.parametrize(
    ("backlog", "levels"),
    [
        pytest.param(Backlog(0, 0), ["ok"], id="nothing waits"),
        pytest.param(Backlog(2, 0), ["warning"], id="messages wait too long"),
        pytest.param(Backlog(0, 3), ["warning"], id="messages were given up"),
        pytest.param(Backlog(1, 1), ["warning", "warning"], id="both"),
    ],
)
def test_the_doctor_tells_of_messages(backlog: Backlog, levels: list[str]) -> None:
    found = checks._outbox(backlog)
    assert [each.level for each in found] == levels
    assert not any(each.is_failure for each in found)
    for count in (backlog.stuck, backlog.failed):
        assert not count or any(str(count) in each.what for each in found)


async def test_the_doctor_looks_at_the_outbox(settings: Settings, store: Store) -> None:
    assert [(each.level, each.what) for each in await checks._database(settings)] == [
        ("ok", "database"),
        ("ok", "outbox"),
    ]


async def test_loading_says_how_far_payments_are_known(settings: Settings, store: Store) -> None:
    def run() -> None:
        said = datetime(2026, 12, 24)  # noqa: DTZ001 - as typer gives it
        load(SAMPLES / "creditor.yaml", SAMPLES / "debtors.csv", SAMPLES / "debts.csv", payments_until=said)

    await asyncio.to_thread(run)
    terms: dict[str, object] = {
        "contracts": ["C-1001"],
        "entry": None,
        "instalments": [{"due": "2026-11-26", "amount": "900.00"}],
        "method": "pix",
        "channel": "sms",
        "confirmed": True,
        "teach_back": True,
    }
    at = datetime.fromisoformat(MORNING)
    await store.calls.agree(await begun(store.calls, debtor_ref="D001"), terms, at)
    later = at.replace(month=12, day=1)
    assert await store.histories.broken_promise("D001", later) == date(2026, 11, 26)

    case = await asyncio.to_thread(_case, settings, "D001", None, later.date())
    assert case.broken_promise == date(2026, 11, 26), "a chat on that day knows it too"
