"""What `dial` must keep: every rule with the whole history, one live call per person, no cap passed together."""

from __future__ import annotations

import asyncio
import uuid
from datetime import datetime, timedelta

import pytest
from sqlalchemy import insert
from sqlalchemy.exc import IntegrityError

from tests.contracts.person_side import (
    ANA,
    HER_OTHER_REF,
    HER_SON,
    MONDAY,
    PLAN,
    SAO_PAULO,
    STRANGER,
    Side,
    case,
)
from voicebot.domain.compliance.contact import ContactHistory
from voicebot.domain.compliance.engine import Permitted
from voicebot.domain.compliance.rules import Refused
from voicebot.domain.dialogue.phases import Direction, Disposition
from voicebot.persistence.database import Database
from voicebot.persistence.records import PostgresRecords
from voicebot.persistence.tables import CallRow


async def test_an_inbound_call_is_a_conversation_and_no_attempt(person_side: Side) -> None:
    await person_side.call(direction=Direction.INBOUND, disposition=Disposition.NO_AGREEMENT)
    refused = await person_side.dial(at=MONDAY + timedelta(hours=1))
    assert isinstance(refused, Refused)
    assert refused.rule == "BR-FREQ-CONVERSATION"


async def test_an_open_promise_blocks_until_its_date_and_grace(person_side: Side) -> None:
    await person_side.records.agree(await person_side.call(), dict(PLAN), MONDAY)
    refused = await person_side.dial(at=MONDAY + timedelta(days=2))
    assert isinstance(refused, Refused)
    assert refused.rule == "BR-PROMISE"
    # São Paulo opens at eight on the first day after the grace.
    assert refused.possible_from == datetime(2026, 12, 1, 8, tzinfo=SAO_PAULO)
    assert isinstance(await person_side.dial(at=refused.possible_from), str)


@pytest.mark.parametrize(
    ("hours", "rule", "possible"),
    [
        pytest.param([-1, -2], None, None, id="two today"),
        pytest.param([-1, -2, 0], "BR-FREQ-DAY", datetime(2026, 11, 24, 8, tzinfo=SAO_PAULO), id="three today"),
        pytest.param(
            [-24 * day for day in (1, 2, 3, 4, 5, 6, 6)],
            "BR-FREQ-WEEK",
            datetime(2026, 11, 24, 8, tzinfo=SAO_PAULO),
            id="seven in seven days, two of them falling out tomorrow",
        ),
        pytest.param([-24 * 7] * 7, None, None, id="a week ago"),
    ],
)
async def test_caps_count_what_was_dialled(
    person_side: Side, hours: list[int], rule: str | None, possible: datetime | None
) -> None:
    for hour in hours:
        await person_side.call(at=MONDAY + timedelta(hours=hour))
    outcome = await person_side.dial(at=MONDAY + timedelta(minutes=1))
    assert (outcome.rule if isinstance(outcome, Refused) else None) == rule
    assert (outcome.possible_from if isinstance(outcome, Refused) else None) == possible


async def test_a_payment_waits_two_business_days(person_side: Side) -> None:
    await person_side.pay(MONDAY.date(), "10.00")
    refused = await person_side.dial()
    assert isinstance(refused, Refused)
    assert (refused.rule, refused.possible_from) == ("BR-PAID", datetime(2026, 11, 26, 8, tzinfo=SAO_PAULO))


async def test_a_person_on_the_line_is_not_dialled_again_on_any_number(person_side: Side) -> None:
    assert isinstance(await person_side.dial(ANA), str)
    for ref in (ANA, HER_OTHER_REF, HER_SON):
        refused = await person_side.dial(ref, at=MONDAY + timedelta(minutes=1))
        assert isinstance(refused, Refused)
        assert refused.rule == "ONE-CALL"
        assert refused.possible_from is not None
    assert isinstance(await person_side.dial(STRANGER), str)


async def test_who_has_called_us_is_not_dialled(person_side: Side) -> None:
    await person_side.call(direction=Direction.INBOUND, disposition=None)
    refused = await person_side.dial(at=MONDAY + timedelta(minutes=1))
    assert isinstance(refused, Refused)
    assert refused.rule == "ONE-CALL"


async def test_a_call_whose_process_died_does_not_stand_in_the_way(person_side: Side) -> None:
    lost = await person_side.dial()
    assert isinstance(await person_side.dial(at=MONDAY + timedelta(minutes=3)), str)
    assert isinstance(lost, str)
    assert (await person_side.records.outcome(lost)).closed_by == "lease"


async def test_of_many_who_dial_one_person_at_once_one_is_permitted(person_side: Side) -> None:
    for hour in (-1, -2):
        await person_side.call(at=MONDAY + timedelta(hours=hour))
    outcomes = await asyncio.gather(*(person_side.dial(ref) for ref in [ANA, HER_OTHER_REF] * 4))
    assert sum(isinstance(each, str) for each in outcomes) == 1
    assert {each.rule for each in outcomes if isinstance(each, Refused)} == {"ONE-CALL"}


async def test_dials_that_end_at_once_do_not_pass_a_cap_together(person_side: Side) -> None:
    """One live call at a time is not enough: a call that is over by now must be in the next one's history."""

    async def dial_and_hang_up() -> bool:
        outcome = await person_side.dial()
        if isinstance(outcome, str):
            await person_side.records.close(outcome, Disposition.BUSY, MONDAY)
        return isinstance(outcome, str)

    rounds = [await asyncio.gather(*(dial_and_hang_up() for _ in range(4))) for _ in range(6)]
    assert sum(sum(each) for each in rounds) == 3, "three attempts a day"


async def test_a_refused_dial_leaves_no_trace(person_side: Side) -> None:
    asked: list[ContactHistory] = []

    def no(history: ContactHistory) -> Permitted | Refused:
        asked.append(history)
        return Refused("NO", "não")

    call_id = str(uuid.uuid4())
    refused = await person_side.book.dial(
        call_id, case(), no, provider="simulator", at=MONDAY, owner="test", lease_until=MONDAY
    )
    assert refused == Refused("NO", "não")
    assert asked == [ContactHistory()]
    assert await person_side.records.next_line(call_id) == 0
    assert (await person_side.histories.history(ANA, MONDAY)).attempts == ()


@pytest.mark.parametrize("column", ["person", "phone"])
async def test_one_live_call_per_person_is_a_fact_of_the_table(database: Database, column: str) -> None:
    """Whatever code writes it, and whatever it has locked."""
    row = {
        "direction": "outbound",
        "provider": "simulator",
        "language": "pt-BR",
        "status": "begun",
        "started_at": MONDAY,
        "phone": "+5511900000000",
        "person": "p",
    }
    other = {**row, "phone": "+5511900000001"} if column == "person" else {**row, "person": "q"}
    first, second = uuid.uuid4(), uuid.uuid4()
    async with database.transaction() as connection:
        await connection.execute(insert(CallRow).values(id=first, **row))
    with pytest.raises(IntegrityError, match=f"one_live_per_{'person' if column == 'person' else 'number'}"):
        async with database.transaction() as connection:
            await connection.execute(insert(CallRow).values(id=second, **other))
    await PostgresRecords(database).close(str(first), Disposition.NO_ANSWER, MONDAY)
    async with database.transaction() as connection:
        await connection.execute(insert(CallRow).values(id=second, **other))
