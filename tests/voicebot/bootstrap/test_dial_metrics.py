"""The dialler's `/metrics`: what a worker did, how campaigns stand, and nothing of anybody who is called."""

from __future__ import annotations

import re
import socket
from pathlib import Path

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families

from tests.voicebot.persistence.dialling import ANA, Floor, floor_on, samples
from voicebot.application.ports import RecordsUnavailable
from voicebot.bootstrap.dial_metrics import counted_round, metrics_served, refresher
from voicebot.domain.dialogue.phases import Disposition
from voicebot.persistence.campaigns import Board
from voicebot.persistence.database import Database
from voicebot.settings import Settings, SettingsError, load_settings
from voicebot.web.dial_metrics import DialMetrics


@pytest.fixture
async def floor(database: Database) -> Floor:
    return await floor_on(database)


def settings_at(address: str | None, folder: Path) -> Settings:
    return load_settings(_env_file=None, dialler_metrics=address, data_dir=folder)


def free_address() -> str:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return f"127.0.0.1:{probe.getsockname()[1]}"


async def scraped(address: str) -> str:
    async with httpx.AsyncClient(trust_env=False) as client:
        answer = await client.get(address, timeout=20)
    assert answer.status_code == 200
    return answer.text


def figures(text: str) -> dict[tuple[str, ...], float]:
    return {
        (sample.name.removeprefix("voicebot_dial_"), *sample.labels.values()): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
        if not sample.name.endswith("_bucket")
    }


async def test_a_round_and_the_board_can_be_scraped(floor: Floor, tmp_path: Path) -> None:
    metrics = DialMetrics()
    await floor.start(ANA, "D002", name="novembro")
    settings = settings_at(free_address(), tmp_path)
    async with metrics_served(settings, metrics, lambda: floor.campaigns.board(floor.clock.at, lines=5)) as address:
        assert address is not None
        before = figures(await scraped(address))
        assert before["intents", "novembro", "planned"] == 2
        assert await counted_round(floor.worker(), metrics) == {"placed": 2}
        floor.later(minutes=2)
        await floor.end(floor.provider.calls[0][1], Disposition.VOICEMAIL)
        await counted_round(floor.worker(), metrics)
        text = await scraped(address)
    found = figures(text)
    assert found["steps_total", "placed"] == 2
    assert found["steps_total", "concluded"] == 1
    assert found["round_seconds_count",] == 2
    assert found["last_round_timestamp_seconds",] == floor.clock.at.timestamp()
    assert found["attempts", "novembro", "voicemail"] == 1
    assert found["campaign_running", "novembro"] == found["database_up",] == 1
    assert (found["lines",], found["stopped",]) == (5, 0)
    assert ("intents", "novembro", "claimed") not in found
    debtors = samples().debtors.values()
    assert not any(secret in text for each in debtors for secret in (each.cpf, each.phone, each.first_name, each.ref))


async def test_the_kill_switch_and_a_pause_are_figures(floor: Floor) -> None:
    metrics = DialMetrics()
    await floor.start(ANA)
    await floor.campaigns.set_state("c1", "paused", floor.clock.at)
    await floor.queue.stop("a test", floor.clock.at)
    await refresher(metrics, lambda: floor.campaigns.board(floor.clock.at))()
    found = figures(metrics.text().decode())
    assert (found["stopped",], found["campaign_running", "c1"]) == (1, 0)


async def test_a_database_that_is_away_is_a_figure_and_no_error(floor: Floor) -> None:
    metrics = DialMetrics()
    metrics.campaign("c1", "running", {"planned": 3}, {})

    async def away() -> Board:
        raise RecordsUnavailable("away")

    await refresher(metrics, away)()
    found = figures(metrics.text().decode())
    assert found["database_up",] == 0
    assert found["intents", "c1", "planned"] == 3, "the last that was known"

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(type(floor.queue), "settle", lambda *_: away())
        with pytest.raises(RecordsUnavailable):
            await counted_round(floor.worker(), metrics)
    found = figures(metrics.text().decode())
    assert (found["database_waits_total",], found["round_seconds_count",]) == (1, 0)


async def test_without_the_setting_nothing_listens(floor: Floor, tmp_path: Path) -> None:
    async with metrics_served(
        settings_at(None, tmp_path), DialMetrics(), lambda: floor.campaigns.board(floor.clock.at)
    ) as at:
        assert at is None


async def test_a_port_that_is_taken_is_told_with_its_setting(floor: Floor, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        settings = settings_at(f"127.0.0.1:{taken.getsockname()[1]}", tmp_path)
        with pytest.raises(SettingsError, match=re.escape("VOICEBOT_DIALLER_METRICS")):
            async with metrics_served(settings, DialMetrics(), lambda: floor.campaigns.board(floor.clock.at)):
                pytest.fail("it cannot be served")


@pytest.mark.parametrize("address", ["9464", "127.0.0.1", "http://127.0.0.1:9464", "127.0.0.1:9464/metrics"])
def test_an_address_that_is_none_is_refused_at_the_start(address: str, tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="must look like"):
        settings_at(address, tmp_path)
