"""`dial`, told to leave while the provider has its request, hears the answer, notes it and claims nothing more."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from pathlib import Path

import pytest
from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse
from sqlalchemy import select

from telephony.providers.simulator.serving import serving
from tests.voicebot.persistence.dialling import Floor, floor_on
from voicebot.persistence.database import Database
from voicebot.persistence.dial_tables import AttemptRow
from voicebot.settings import ROOT

pytestmark = pytest.mark.timeout(120)
ACCOUNT = "AC" + "1" * 32
CALL_SID = "CA" + "7" * 32
WITHIN_S = 60.0


class SlowProvider:
    """Answers a request for a call when the test lets it."""

    def __init__(self) -> None:
        self.asked, self.answer = asyncio.Event(), asyncio.Event()
        self.requests = 0

    def app(self) -> FastAPI:
        app = FastAPI()

        @app.post("/2010-04-01/Accounts/{account}/Calls.json")
        async def create(account: str, request: Request) -> JSONResponse:
            self.requests += 1
            self.asked.set()
            await self.answer.wait()
            return JSONResponse({"sid": CALL_SID, "status": "queued", "account_sid": account}, status_code=201)

        return app


def environment(database_url: str, api_base: str, folder: Path) -> dict[str, str]:
    return {
        **os.environ,
        "PYTHONPATH": str(ROOT),
        "VOICEBOT_DATABASE_URL": database_url,
        "VOICEBOT_DATA_DIR": str(folder),
        "VOICEBOT_PROVIDER": "simulator",
        "VOICEBOT_CALLER_ID": "+551130001000",
        "VOICEBOT_CLOCK_START": "2026-11-23T10:00:00-03:00",
        "TWILIO_ACCOUNT_SID": ACCOUNT,
        "TWILIO_AUTH_TOKEN": "token",
        "TWILIO_API_BASE": api_base,
    }


@pytest.mark.parametrize("how", ["--keep", "--once"])
async def test_a_worker_told_to_leave_sees_its_calls_through_and_begins_none(
    database: Database, database_url: str, tmp_path: Path, how: str
) -> None:
    floor, provider = await floor_on(database), SlowProvider()
    await floor.start("D001", "D005", "D007")
    async with serving(provider.app()) as api_base:
        worker = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "voicebot", "dial", how, "--lines", "10", "--per-second", "1", "--batch", "1"),
            env=environment(database_url, api_base, tmp_path),
            cwd=tmp_path,
            stderr=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.DEVNULL,
        )
        try:
            async with asyncio.timeout(WITHIN_S):
                await provider.asked.wait()
                worker.send_signal(signal.SIGTERM)
                provider.answer.set()
                _, said = await worker.communicate()
        finally:
            if worker.returncode is None:
                worker.kill()
                await worker.wait()
    assert (worker.returncode, provider.requests) == (0, 1), said.decode()
    assert sorted(await floor.states()) == ["planned", "planned", "ringing"]
    assert await _placed(floor) == [CALL_SID]


async def test_a_worker_that_is_ending_tidies_and_claims_nothing(database: Database) -> None:
    floor = await floor_on(database)
    await floor.start()
    worker = floor.worker(is_ending=lambda: True)
    assert await worker.round() == {}
    assert (await floor.states(), floor.provider.calls) == (["planned"], [])


async def _placed(floor: Floor) -> list[str | None]:
    async with floor.database.transaction() as connection:
        return list(await connection.scalars(select(AttemptRow.provider_call_id)))
