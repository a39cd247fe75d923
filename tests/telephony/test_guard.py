"""The last door: only listed numbers, only so many, only so much; and a refusal costs nothing."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from telephony.errors import CapReached, NotListed, ProviderRefused
from telephony.guard import HOUR, AllOf, DailySpendCap, HourlyCap, NotStopped, OnlyListed
from telephony.providers.simulator.dialler import SimulatorDialler
from tests.telephony.stage import CALLEE, Person, staged

NOON = datetime(2026, 11, 23, 15, tzinfo=UTC)


class Clock:
    def __init__(self) -> None:
        self.at = NOON

    def now(self) -> datetime:
        return self.at


async def listed(number: str) -> bool:
    return number == CALLEE


async def admitted(guard: HourlyCap | DailySpendCap, times: int) -> int:
    done = 0
    for _ in range(times):
        try:
            await guard.admit(CALLEE)
        except CapReached:
            break
        done += 1
    return done


async def test_an_hour_takes_so_many_calls_and_the_next_one_again() -> None:
    clock = Clock()
    cap = HourlyCap(3, clock.now)
    assert await admitted(cap, 5) == 3
    clock.at += HOUR - timedelta(seconds=1)
    assert await admitted(cap, 1) == 0
    clock.at += timedelta(seconds=1)
    assert await admitted(cap, 5) == 3


async def test_a_day_s_money_opens_again_at_midnight_in_sao_paulo() -> None:
    clock = Clock()
    cap = DailySpendCap(cents=100, reserve_cents=30, now=clock.now)
    assert await admitted(cap, 5) == 3
    clock.at = datetime(2026, 11, 24, 2, 59, tzinfo=UTC)  # one minute before midnight there
    assert await admitted(cap, 1) == 0
    clock.at += timedelta(minutes=1)
    assert await admitted(cap, 5) == 3


@given(gaps=st.lists(st.integers(0, 4_000), max_size=60), limit=st.integers(1, 5))
async def test_no_hour_whatever_holds_more_than_the_cap(gaps: list[int], limit: int) -> None:
    clock, placed = Clock(), list[datetime]()
    cap = HourlyCap(limit, clock.now)
    for gap in gaps:
        clock.at += timedelta(seconds=gap)
        if await admitted(cap, 1):
            placed.append(clock.at)
    assert all(sum(start <= at < start + HOUR for at in placed) <= limit for start in placed)


async def test_what_a_later_guard_refuses_is_given_back_by_the_first() -> None:
    cap = HourlyCap(1, Clock().now)
    guard = AllOf([cap, OnlyListed(listed)])
    with pytest.raises(NotListed):
        await guard.admit("+5511900000000")
    await guard.admit(CALLEE)
    with pytest.raises(CapReached):
        await guard.admit(CALLEE)


async def test_a_refused_call_sends_nothing_and_says_no_number() -> None:
    async with staged(SimulatorDialler, Person()) as stage:
        dialler = SimulatorDialler(stage.account, AllOf([OnlyListed(listed), HourlyCap(1, Clock().now)]))
        with pytest.raises(NotListed) as refusal:
            await dialler.place(to="+5511900000000", call_ref="r")
        assert "900000000" not in str(refusal.value)
        await stage.ended(await dialler.place(to=CALLEE, call_ref="r"))
        with pytest.raises(CapReached):
            await dialler.place(to=CALLEE, call_ref="r")
        await dialler.aclose()
        assert len(stage.carrier.calls) == 1


async def test_a_call_that_was_certainly_not_placed_costs_nothing_and_a_doubtful_one_counts() -> None:
    async with staged(SimulatorDialler, Person()) as stage:
        cap = HourlyCap(1, Clock().now)
        dialler = SimulatorDialler(stage.account, cap)
        stage.carrier.refusals = [(400, 21211)]
        with pytest.raises(ProviderRefused):
            await dialler.place(to=CALLEE, call_ref="r")
        stage.carrier.refusals = [500]
        with pytest.raises(Exception, match="look the call up"):
            await dialler.place(to=CALLEE, call_ref="r")
        with pytest.raises(CapReached):
            await dialler.place(to=CALLEE, call_ref="r")
        await dialler.aclose()


@pytest.mark.parametrize(("off", "stopped"), [(True, False), (False, True), (True, True)])
async def test_a_kill_switch_admits_nothing(off: bool, stopped: bool) -> None:
    async def is_stopped() -> bool:
        return stopped

    with pytest.raises(CapReached, match="switched off"):
        await NotStopped(is_stopped, is_off=off).admit(CALLEE)


async def test_a_guard_that_cannot_be_asked_costs_the_others_nothing() -> None:
    async def database_away(_number: str) -> bool:
        raise ConnectionError

    clock = Clock()
    cap = HourlyCap(1, clock.now)
    with pytest.raises(ConnectionError):
        await AllOf((cap, OnlyListed(database_away))).admit(CALLEE)
    assert await admitted(cap, 2) == 1
