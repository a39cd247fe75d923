"""The carrier's bad days: had again by their seed, and survived by whoever keeps to the errors' next steps."""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from telephony.call import CallStatus
from telephony.call_options import MachineDetection, ProviderRecording
from telephony.calls_rest import CallsRestDialler
from telephony.errors import NextStep, ProviderError
from telephony.providers.simulator.calls import CarriedCall, PickUp
from telephony.providers.simulator.dialler import SimulatorDialler
from telephony.providers.simulator.weather import ORDINARY, Forecast, Mishap, Weather
from telephony.providers.twilio.rest import TwilioDialler
from tests.telephony.providers.simulator.bot import until
from tests.telephony.stage import CALLEE, PUBLIC, Patient, Person, staged

pytestmark = pytest.mark.timeout(60)
STORM = Weather(
    seed=7,
    too_many=0.15,
    broken=0.1,
    broken_after=0.15,
    silent=0.05,
    silent_after=0.05,
    silence_s=0.6,
    report_again=0.3,
    report_swapped=0.3,
    report_late_s=0.02,
)
shares = st.floats(0, 0.2)


@given(seed=st.integers(), weather=st.builds(Weather, too_many=shares, broken=shares, silent=shares))
def test_a_day_can_be_had_again(seed: int, weather: Weather) -> None:
    one, other = (Forecast(replace(weather, seed=seed)) for _ in range(2))
    assert [one.mishap() for _ in range(50)] == [other.mishap() for _ in range(50)]


def test_shares_are_kept_and_a_calm_day_has_no_mishap() -> None:
    storm, calm = Forecast(STORM), Forecast(Weather(seed=7))
    seen = Counter(storm.mishap() for _ in range(10_000))
    assert {mishap: round(seen[mishap] / 10_000, 1) for mishap in Mishap} == pytest.approx(
        {mishap: getattr(STORM, mishap.value) for mishap in Mishap}, abs=0.06
    )
    assert {calm.mishap() for _ in range(1_000)} == {None}


@given(asks=st.lists(st.floats(0, 5), min_size=2, max_size=30))
def test_one_call_a_second_however_they_come(asks: list[float]) -> None:
    queue = Forecast(ORDINARY)
    starts = [queue.start_at(at) for at in sorted(asks)]
    assert all(later - earlier >= 1 - 1e-9 for earlier, later in pairwise(starts))
    assert all(start >= at for start, at in zip(starts, sorted(asks), strict=True))


@pytest.mark.parametrize(
    "wrong",
    [
        {"too_many": 1.1},
        {"broken": 0.6, "silent": 0.6},
        {"report_again": -0.1},
        {"calls_per_s": 0.0},
        {"silence_s": -1},
    ],
    ids=str,
)
def test_impossible_weather_is_refused(wrong: dict[str, float]) -> None:
    with pytest.raises(ValueError, match="weather"):
        Weather(**wrong)  # type: ignore[arg-type]  # rows of this test


async def test_the_queue_rings_one_after_the_other_and_a_queued_call_can_be_taken_out() -> None:
    async with staged(SimulatorDialler, Person(PickUp(CallStatus.BUSY)), weather=Weather(calls_per_s=2.0)) as stage:
        sids = [await stage.provider.place(to=CALLEE, call_ref=str(n)) for n in range(3)]
        calls = [stage.carrier.calls[sid] for sid in sids]
        assert [each.status for each in calls[1:]] == [CallStatus.QUEUED] * 2
        found = await stage.provider.recent(to=CALLEE)
        assert [each.status for each in found[:2]] == [CallStatus.QUEUED] * 2
        await stage.provider.hang_up(sids[1])
        for sid in sids:
            await stage.ended(sid)
        assert [each.status for each in calls] == [CallStatus.BUSY, CallStatus.CANCELED, CallStatus.BUSY]
        assert CallStatus.RINGING not in calls[1].history


async def persist(dialler: CallsRestDialler, to: str) -> str:
    """Call somebody once, whatever it takes: what a dialler does that keeps to the errors' next steps."""
    while True:
        try:
            return await dialler.place(to=to, call_ref=to)
        except ProviderError as error:
            if error.next_step is NextStep.RETRY_LATER:
                continue
            if error.next_step is not NextStep.RECONCILE:
                raise
        while True:
            try:
                found = await dialler.recent(to=to)
            except ProviderError:
                continue
            break
        if found:
            return found[0].provider_call_id


@pytest.mark.parametrize("make", [TwilioDialler, SimulatorDialler])
async def test_in_a_storm_nobody_is_called_twice_or_forgotten(make: type[CallsRestDialler]) -> None:
    numbers = [f"+55119{n:08}" for n in range(60)]
    async with staged(make, Person(PickUp(CallStatus.BUSY)), weather=STORM) as stage:
        dialler = make(replace(stage.account, request_timeout_s=0.3))
        sids = await asyncio.gather(*(persist(dialler, number) for number in numbers))
        for sid in sids:
            await stage.ended(sid)
        await dialler.aclose()
        assert sorted(call.to for call in stage.carrier.calls.values()) == numbers
        statuses = Counter(each.status for each in stage.inspector.seen if each.method == "POST")
        assert statuses[429] > 0 and statuses[500] > 0, "it was a storm"
        # Late, twice and out of order, but every state of every call was told.
        told = [(each["CallSid"], each["SequenceNumber"]) for each in stage.bot.callbacks]
        assert set(told) == {(sid, str(n)) for sid in sids for n in range(3)}
        assert len(told) > len(set(told))
        orders = [[n for sid, n in told if sid == one] for one in sids]
        assert any(order != sorted(order) for order in orders)


@pytest.mark.parametrize("answered_by", ["human", "machine_start", "fax", "unknown"])
async def test_who_answered_is_told_beside_the_call_and_recorded_at_the_carrier(answered_by: str) -> None:
    async with staged(SimulatorDialler, Patient(PickUp(answered_by=answered_by)), report_copies=2) as stage:
        dialler = SimulatorDialler(
            replace(
                stage.account,
                detection=MachineDetection(f"{PUBLIC}/opinion"),
                recording=ProviderRecording(f"{PUBLIC}/opinion"),
            )
        )
        sid = await dialler.place(to=CALLEE, call_ref="r&1")
        await until(lambda: len(stage.bot.opinions) == 3)
        call = stage.carrier.calls[sid]
        await dialler.pause_recording(sid)
        assert call.recording is not None
        assert (call.recording.status, call.recording.channels) == ("paused", 2)
        await dialler.resume_recording(sid)
        assert call.recording.status == "in-progress"
        await dialler.hang_up(sid)
        await stage.ended(sid)
        await dialler.aclose()
        told = [each.get("AnsweredBy") or each["RecordingStatus"] for each in stage.bot.opinions]
        assert Counter(told) == {answered_by: 2, "in-progress": 1, "completed": 1}
        assert set(stage.bot.references) == {"r&1"}


async def test_by_default_nobody_listens_in_at_the_carrier() -> None:
    async with staged(SimulatorDialler, Person()) as stage:
        call: CarriedCall = await stage.ended(await stage.provider.place(to=CALLEE, call_ref="r"))
        assert (call.recording, call.amd_url, stage.bot.opinions) == (None, None, [])


@pytest.mark.parametrize(
    "wrong",
    [{"timeout_s": 2}, {"timeout_s": 60}, {"speech_ms": 999}, {"speech_end_ms": 5_001}, {"silence_ms": 0}],
    ids=str,
)
def test_tuning_that_the_provider_would_refuse_is_refused_here(wrong: dict[str, int]) -> None:
    with pytest.raises(ValueError, match=next(iter(wrong))):
        MachineDetection("https://bot.example/amd", **wrong)
