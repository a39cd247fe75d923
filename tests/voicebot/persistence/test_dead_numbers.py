"""One report that a number does not exist closes it for a day; two of different days close it for good."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.voicebot.persistence.dialling import ANA, MONDAY, Floor, floor_on
from voicebot.application.call_reports import CallReports
from voicebot.domain.compliance.contact import ContactHistory
from voicebot.domain.compliance.engine import Permitted, may_contact
from voicebot.domain.dialogue.phases import Direction, Disposition
from voicebot.domain.portfolio import Channel
from voicebot.persistence.database import Database
from voicebot.persistence.opinions import PostgresOpinions


async def reported(floor: Floor, call_id: str) -> None:
    """Have a call to Ana end as one to a number that nobody has."""
    case = await floor.store.case_by_ref(ANA)
    assert case is not None
    call = await floor.records.begin(
        call_id,
        direction=Direction.OUTBOUND,
        provider="simulator",
        at=floor.clock.at,
        debtor_ref=ANA,
        phone=case.debtor.phone,
    )
    reports = CallReports(floor.records, floor.records, PostgresOpinions(floor.database), floor.clock)
    assert await reports.unanswered(call, Disposition.FAILED, is_dead=True)


async def may_call(floor: Floor) -> bool:
    case = await floor.store.case_by_ref(ANA)
    assert case is not None
    return isinstance(may_contact(case, Channel.VOICE, floor.clock.at, ContactHistory()), Permitted)


@pytest.mark.parametrize(
    ("after", "for_good"),
    [
        pytest.param(timedelta(hours=3), False, id="again the same day"),
        pytest.param(timedelta(days=1), True, id="again the day after"),
    ],
)
async def test_it_takes_reports_of_two_days_to_close_a_number(
    database: Database, after: timedelta, *, for_good: bool
) -> None:
    floor = await floor_on(database)
    assert await may_call(floor)
    await reported(floor, "3f0d8a3e-0000-4000-8000-000000000001")
    assert not await may_call(floor), "not on that day"
    floor.clock.at = MONDAY + timedelta(days=1)
    assert await may_call(floor), "a trunk may have routed it wrongly"
    floor.clock.at = MONDAY + after
    await reported(floor, "3f0d8a3e-0000-4000-8000-000000000002")
    floor.clock.at = MONDAY + timedelta(days=3)
    assert await may_call(floor) is not for_good
