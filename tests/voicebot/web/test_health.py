"""`/healthz` and `/readyz`: alive is not yet ready, and each thing that is missing is named."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import httpx
import numpy as np
import pytest
from fastapi import FastAPI
from opentelemetry.trace import NoOpTracer

from tests.voicebot.web.stage import MORNING, Operation
from voicebot.bootstrap.watching import TROUBLE, Watch, WatchedHearing, free_bytes
from voicebot.clock import StandingClock
from voicebot.testing.engines import HearingFailed, ScriptedHearing
from voicebot.web.health import ROOM_BYTES, Readiness, health_routes
from voicebot.web.metrics import Metrics


async def database(*, there: bool = True) -> bool:
    return there


async def no_database() -> bool:
    return False


def no_disk() -> int:
    raise OSError("the volume is gone")


READY = Readiness(
    database_answers=database, models_work=lambda: True, free_bytes=lambda: ROOM_BYTES, is_draining=lambda: False
)


async def asked(readiness: Readiness, path: str = "/readyz") -> httpx.Response:
    app = FastAPI()
    app.include_router(health_routes(readiness))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://gateway") as client:
        return await client.get(path)


async def test_ready_when_all_is_well() -> None:
    answer = await asked(READY)
    assert answer.status_code == 200
    assert answer.json() == {
        "status": "ready",
        "checks": {"database": "ok", "models": "ok", "disk": "ok", "drain": "ok", "lines": "ok"},
    }


@pytest.mark.parametrize(
    ("readiness", "check", "found"),
    [
        pytest.param(replace(READY, database_answers=no_database), "database", "away", id="no database"),
        pytest.param(replace(READY, models_work=lambda: False), "models", "failing", id="broken engine"),
        pytest.param(replace(READY, free_bytes=lambda: ROOM_BYTES - 1), "disk", "nearly full", id="full disk"),
        pytest.param(replace(READY, free_bytes=no_disk), "disk", "not there", id="no disk"),
        pytest.param(replace(READY, is_draining=lambda: True), "drain", "draining", id="leaving"),
    ],
)
async def test_what_is_missing_is_named_and_the_process_lives_all_the_same(
    readiness: Readiness, check: str, found: str
) -> None:
    answer = await asked(readiness)
    assert answer.status_code == 503
    assert answer.json()["status"] == "not ready"
    assert {name: what for name, what in answer.json()["checks"].items() if what != "ok"} == {check: found}
    assert (await asked(readiness, "/healthz")).status_code == 200


async def test_a_running_gateway_is_ready(operation: Operation) -> None:
    async with httpx.AsyncClient(trust_env=False) as client:
        answer = await client.get(f"{operation.url}/readyz", timeout=20)
    assert (answer.status_code, answer.json()["status"]) == (200, "ready")


def test_an_engine_is_broken_after_some_failures_in_a_row_and_well_after_one_success() -> None:
    watch = Watch(Metrics(), NoOpTracer(), StandingClock(MORNING))
    hearing = WatchedHearing(ScriptedHearing([None] * TROUBLE + ["sim"]), watch)
    audio = np.zeros(1600, dtype=np.float32)
    states = []
    for _ in range(TROUBLE):
        with pytest.raises(HearingFailed):
            hearing.transcribe(audio)
        states.append(watch.models_work)
    assert states == [True] * (TROUBLE - 1) + [False]
    hearing.transcribe(audio)
    assert watch.models_work


def test_the_disk_is_looked_at_before_the_folder_exists(tmp_path: Path) -> None:
    assert free_bytes(tmp_path / "not" / "yet") > 0
