"""The account's caps, counted in one place: however many processes place calls, together they pass no cap."""

from __future__ import annotations

import asyncio
import os
import sys
from datetime import UTC, datetime, timedelta
from typing import Final

import pytest

from telephony.errors import CapReached
from telephony.guard import HOUR, DailySpendCap, HourlyCap
from voicebot.persistence.database import Database
from voicebot.persistence.dial_counts import PostgresCounts
from voicebot.settings import ROOT

CALLEE: Final = "+5511987654321"
NOON: Final = datetime(2026, 11, 23, 15, tzinfo=UTC)
CAP: Final = 7
PROCESS: Final = """
import asyncio, sys
from datetime import UTC, datetime
from telephony.errors import CapReached
from telephony.guard import HourlyCap
from voicebot.persistence.dial_counts import PostgresCounts
from voicebot.persistence.database import Database

async def main(url, cap):
    database = Database(url, patience_s=20)
    guard = HourlyCap(cap, lambda: datetime(2026, 11, 23, 15, tzinfo=UTC), PostgresCounts(database))
    admitted = 0
    async def ask():
        nonlocal admitted
        try:
            await guard.admit("+5511987654321")
            admitted += 1
        except CapReached:
            pass
    await asyncio.gather(*(ask() for _ in range(10)))
    await database.dispose()
    sys.stdout.write(str(admitted))

asyncio.run(main(sys.argv[1], int(sys.argv[2])))
"""


class Clock:
    def __init__(self) -> None:
        self.at = NOON

    def now(self) -> datetime:
        return self.at


async def admitted(*guards: HourlyCap | DailySpendCap, times: int = 20) -> int:
    async def one(guard: HourlyCap | DailySpendCap) -> bool:
        try:
            await guard.admit(CALLEE)
        except CapReached:
            return False
        return True

    return sum(await asyncio.gather(*(one(guard) for guard in guards for _ in range(times))))


async def test_two_processes_place_no_more_than_the_cap_together(database_url: str) -> None:
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    running = [
        await asyncio.create_subprocess_exec(
            sys.executable, "-c", PROCESS, database_url, str(CAP), stdout=asyncio.subprocess.PIPE, env=environment
        )
        for _ in range(2)
    ]
    told = [(await each.communicate())[0] for each in running]
    assert sum(int(each) for each in told) == CAP


async def test_each_process_starts_with_what_the_others_have_placed(database: Database) -> None:
    clock, counts = Clock(), PostgresCounts(database)
    assert await admitted(HourlyCap(CAP, clock.now, counts), HourlyCap(CAP, clock.now, counts)) == CAP
    assert await admitted(HourlyCap(CAP, clock.now, counts), times=1) == 0, "`call` starts no count of its own"
    clock.at += HOUR - timedelta(seconds=1)
    assert await admitted(HourlyCap(CAP, clock.now, counts), times=1) == 0
    clock.at += timedelta(seconds=1)
    assert await admitted(HourlyCap(CAP, clock.now, counts)) == CAP


async def test_the_days_money_is_one_purse(database: Database) -> None:
    clock, counts = Clock(), PostgresCounts(database)
    purses = [DailySpendCap(cents=100, reserve_cents=30, now=clock.now, counts=counts) for _ in range(2)]
    assert await admitted(*purses) == 3
    clock.at += timedelta(hours=12)
    assert await admitted(*purses) == 3


@pytest.mark.parametrize("settled", [pytest.param(True, id="settled"), pytest.param(False, id="before the next")])
async def test_a_call_that_was_not_placed_is_given_back_to_all(database: Database, *, settled: bool) -> None:
    clock, counts = Clock(), PostgresCounts(database)
    mine, other = (HourlyCap(1, clock.now, counts) for _ in range(2))
    await mine.admit(CALLEE)
    mine.give_back()
    if settled:
        await mine.settle()
        assert await admitted(other, times=1) == 1
    else:
        assert await admitted(mine, times=1) == 1
    assert await admitted(mine, other, times=1) == 0
