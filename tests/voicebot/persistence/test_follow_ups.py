"""Callbacks, broken promises and reminders make their own calls and messages, and only while their reason holds."""

from __future__ import annotations

import asyncio
import uuid
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from tests.voicebot.persistence.dialling import ANA, MONDAY, Floor, floor_on
from voicebot.application.dialler.campaign import FOLLOW_UPS, Campaign, Selection
from voicebot.application.dialler.intents import Doubt
from voicebot.application.dialler.reminders import SendReminders
from voicebot.application.portfolio_files import ReceivedPayment
from voicebot.application.ports import RecordsUnavailable
from voicebot.domain.dialogue.phases import Direction, Disposition
from voicebot.domain.money import Money
from voicebot.persistence.database import Database
from voicebot.persistence.messenger import OutboxMessenger
from voicebot.persistence.reminders import PostgresReminders
from voicebot.persistence.tables import CallbackRow, MessageRow

TERMS: dict[str, object] = {
    "contracts": ["C-1001"],
    "entry": None,
    "instalments": [{"due": "2026-11-26", "amount": "300.00"}, {"due": "2026-12-28", "amount": "300.00"}],
    "method": "pix",
    "channel": "sms",
    "confirmed": True,
    "teach_back": True,
}


@pytest.fixture
async def floor(database: Database) -> Floor:
    return await floor_on(database)


async def spoken(floor: Floor, ref: str = ANA) -> str:
    """A call that the person had with us a week ago."""
    at = MONDAY - timedelta(days=7)
    call = await floor.records.begin(
        str(uuid.uuid4()), direction=Direction.INBOUND, provider="simulator", at=at, debtor_ref=ref
    )
    await floor.records.close(call, Disposition.CALLBACK, at)
    return call


async def asked_for(floor: Floor, hours: float) -> None:
    call = await spoken(floor)
    due = (floor.clock.at + timedelta(hours=hours)).isoformat()
    await floor.records.record_event(call, "callback", {"at": due}, floor.clock.at)


async def pay(floor: Floor, amount: str, on: date, contract: str = "C-1001") -> None:
    await floor.store.pay(ReceivedPayment(contract, on, Money.of(amount), "pix", str(uuid.uuid4())))


async def promised(floor: Floor) -> str:
    call = await spoken(floor)
    await floor.records.agree(call, TERMS, MONDAY - timedelta(days=7))
    return call


async def callbacks_open(floor: Floor) -> int:
    async with floor.database.transaction() as connection:
        return len((await connection.scalars(select(CallbackRow.id).where(CallbackRow.done_at.is_(None)))).all())


async def test_a_callback_is_made_at_its_hour_and_then_done(floor: Floor) -> None:
    await asked_for(floor, 2)
    assert await floor.follow_ups.plan(floor.clock.at) == 1
    assert await floor.follow_ups.plan(floor.clock.at) == 0, "planned once"
    assert await floor.worker().round() == {}, "not before its hour"

    floor.later(hours=2)
    assert await floor.worker().round() == {"placed": 1}
    assert await callbacks_open(floor) == 1
    await floor.end(floor.provider.calls[0][1], Disposition.NO_AGREEMENT)
    await floor.worker().round()
    assert await floor.intents() == [("done", "callback", "no_agreement")]
    assert await callbacks_open(floor) == 0


@pytest.mark.parametrize("paid", [False, True], ids=["nothing paid", "paid as it rang"])
async def test_a_callback_that_was_taken_back_after_its_report_is_made_all_the_same(
    floor: Floor, *, paid: bool
) -> None:
    await floor.campaigns.start(Campaign(FOLLOW_UPS, Selection(refs=frozenset({"D003"})), retries={}), floor.clock.at)
    await asked_for(floor, 0)
    await floor.follow_ups.plan(floor.clock.at)
    (claimed,) = await floor.queue.claim(floor.clock.at, owner="w", limit=1, lines=1)
    dialled = await floor.worker("w").dial(claimed)
    if paid:
        await pay(floor, "10.00", MONDAY.date())
    floor.later(minutes=1)
    assert await floor.records.close_unanswered(claimed.call_id, Disposition.NO_ANSWER, floor.clock.at)
    assert await floor.queue.settle(floor.clock.at) == 1
    assert await callbacks_open(floor) == 0, "the report of the cancelled call came first"
    doubt = Doubt(claimed.intent_id, claimed.call_id, "", floor.clock.at, floor.provider.calls[0][2])
    await floor.queue.taken_back(doubt, floor.clock.at)
    assert dialled == "placed"
    assert await callbacks_open(floor) == (0 if paid else 1)
    floor.later(minutes=1)
    (again,) = await floor.queue.claim(floor.clock.at, owner="w", limit=1, lines=1)
    assert await floor.worker("w").dial(again) == ("refused" if paid else "placed")


async def test_a_callback_that_a_payment_made_needless_is_not_made(floor: Floor) -> None:
    await asked_for(floor, 1)
    await floor.follow_ups.plan(floor.clock.at)
    await pay(floor, "10.00", MONDAY.date())
    floor.later(hours=1)
    assert await floor.worker().round() == {"refused": 1}
    assert floor.provider.calls == []


async def test_a_callback_of_last_week_is_not_made_any_more(floor: Floor) -> None:
    await asked_for(floor, -24 * 8)
    assert await floor.follow_ups.plan(floor.clock.at) == 0


async def test_follow_ups_go_before_campaigns(floor: Floor) -> None:
    await floor.start("D003", "D004")
    await asked_for(floor, 0)
    await floor.follow_ups.plan(floor.clock.at)
    (first,) = await floor.queue.claim(floor.clock.at, owner="w", limit=1, lines=1)
    assert first.debtor_ref == ANA


class TestBrokenPromise:
    """A call follows only after date, grace and newer payment data; and is checked again as it is dialled."""

    @pytest.fixture
    async def missed(self, floor: Floor) -> Floor:
        await promised(floor)
        floor.clock.at = MONDAY.replace(month=12, day=2)
        assert await floor.follow_ups.plan(floor.clock.at) == 0, "no payment data: the money may be on its way"
        await pay(floor, "1.00", date(2026, 11, 27), "C-1002")
        assert await floor.follow_ups.plan(floor.clock.at) == 1
        assert await floor.follow_ups.plan(floor.clock.at) == 0
        return floor

    async def test_it_is_dialled(self, missed: Floor) -> None:
        assert await missed.worker().round() == {"placed": 1}

    async def test_a_payment_in_between_ends_it(self, missed: Floor) -> None:
        await pay(missed, "600.00", date(2026, 12, 1))
        assert await missed.worker().round() == {"refused": 1}
        assert await missed.intents() == [("refused", "broken_promise", "the promise is kept or replaced")]
        assert missed.provider.calls == []


async def test_within_the_grace_nobody_is_called(floor: Floor) -> None:
    await promised(floor)
    await pay(floor, "1.00", date(2026, 11, 27), "C-1002")
    assert await floor.follow_ups.plan(MONDAY.replace(day=30)) == 0


def reminders(floor: Floor) -> PostgresReminders:
    return PostgresReminders(floor.database, OutboxMessenger(floor.database, floor.clock))


@pytest.mark.parametrize(
    ("month", "day", "reminded"),
    [
        pytest.param(11, 23, None, id="three days before"),
        pytest.param(11, 24, "26/11/2026", id="two days before"),
        pytest.param(11, 25, "26/11/2026", id="the day before"),
        pytest.param(11, 26, None, id="on the day"),
    ],
)
async def test_a_payment_is_reminded_of_once_before_its_day(
    floor: Floor, month: int, day: int, reminded: str | None
) -> None:
    await promised(floor)
    floor.clock.at = MONDAY.replace(month=month, day=day)
    remind = SendReminders(reminders(floor), floor.store, floor.clock)
    assert await remind() == (1 if reminded else 0)
    assert await remind() == 0
    async with floor.database.transaction() as connection:
        texts = list(await connection.scalars(select(MessageRow.text).where(MessageRow.purpose == "reminder")))
    assert len(texts) == (1 if reminded else 0)
    if reminded:
        assert reminded in texts[0] and "R$ 300,00" in texts[0] and "000201" in texts[0]


async def test_a_reminder_that_could_not_be_queued_is_not_taken_for_sent(
    floor: Floor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As when the process dies, or the database goes away, between the two."""

    def lost(*_: object, **__: object) -> None:
        raise RecordsUnavailable("between the two")

    await promised(floor)
    floor.clock.at = MONDAY.replace(day=25)
    remind = SendReminders(reminders(floor), floor.store, floor.clock)
    with monkeypatch.context() as patch:
        # The message's own statement; the note that it is reminded of was written before it.
        patch.setattr("voicebot.persistence.messenger.insert", lost)
        with pytest.raises(RecordsUnavailable):
            await remind()
    assert await remind() == 1
    assert await remind() == 0


async def test_of_many_who_remind_at_once_one_does(floor: Floor) -> None:
    await promised(floor)
    floor.clock.at = MONDAY.replace(day=25)
    sent = await asyncio.gather(*(SendReminders(reminders(floor), floor.store, floor.clock)() for _ in range(4)))
    assert sum(sent) == 1


async def test_the_next_instalment_is_reminded_of_when_the_first_is_paid(floor: Floor) -> None:
    await promised(floor)
    await pay(floor, "300.00", date(2026, 11, 26))
    (next_one,) = await reminders(floor).due_soon(MONDAY.replace(month=12, day=26), timedelta(days=2))
    assert (next_one.due, next_one.amount) == (date(2026, 12, 28), Money.of("300.00"))
    assert await reminders(floor).due_soon(MONDAY.replace(day=25), timedelta(days=2)) == []
