"""What every `Histories` must tell of a person: the fake in memory and the real one in PostgreSQL."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from tests.contracts.person_side import (
    ANA,
    HER_OTHER_REF,
    HER_SON,
    MONDAY,
    PLAN,
    SAO_PAULO,
    STRANGER,
    Side,
)
from voicebot.domain.compliance.contact import ContactHistory
from voicebot.domain.dialogue.phases import Disposition, Phase
from voicebot.domain.portfolio import Channel


async def test_nobody_was_called_yet(person_side: Side) -> None:
    assert await person_side.histories.history(ANA, MONDAY) == ContactHistory()
    assert await person_side.histories.history("nobody", MONDAY) == ContactHistory()
    assert await person_side.histories.broken_promise("nobody", MONDAY) is None


@pytest.mark.parametrize(
    ("ref", "phone", "attempts"),
    [
        pytest.param(ANA, None, 1, id="the same reference"),
        pytest.param(ANA, "+5511900000000", 1, id="the same person on another number"),
        pytest.param(HER_OTHER_REF, None, 1, id="the same CPF at another creditor, on another number"),
        pytest.param(HER_SON, None, 1, id="another person on the same number: the telephone rang"),
        pytest.param(STRANGER, None, 0, id="somebody else"),
    ],
)
async def test_attempts_of_one_person_are_summed(person_side: Side, ref: str, phone: str | None, attempts: int) -> None:
    await person_side.call(ref, phone=phone)
    assert len((await person_side.histories.history(ANA, MONDAY)).attempts) == attempts


@pytest.mark.parametrize(
    ("disposition", "phase", "conversation"),
    [
        pytest.param(Disposition.NO_ANSWER, None, False, id="no answer"),
        pytest.param(Disposition.THIRD_PARTY, Phase.THIRD_PARTY, False, id="somebody else"),
        pytest.param(Disposition.NOT_VERIFIED, Phase.VERIFICATION, False, id="not verified"),
        pytest.param(Disposition.STOP_CALLING, Phase.OPENING, False, id="asked to stop before they were verified"),
        pytest.param(Disposition.HUNG_UP, Phase.EXPLANATION, True, id="hung up once the debt was told"),
        pytest.param(Disposition.NO_AGREEMENT, None, True, id="negotiated"),
        pytest.param(None, Phase.NEGOTIATION, True, id="still on the line"),
    ],
)
async def test_a_conversation_is_one_with_the_right_person(
    person_side: Side, disposition: Disposition | None, phase: Phase | None, conversation: bool
) -> None:
    await person_side.call(disposition=disposition, phase=phase)
    (attempt,) = (await person_side.histories.history(ANA, MONDAY)).attempts
    assert attempt.conversation is conversation


async def test_a_conversation_with_another_person_on_the_number_is_not_theirs(person_side: Side) -> None:
    await person_side.call(HER_SON, disposition=Disposition.NO_AGREEMENT)
    (attempt,) = (await person_side.histories.history(ANA, MONDAY)).attempts
    assert not attempt.conversation


async def test_what_is_long_ago_or_yet_to_come_is_left_out(person_side: Side) -> None:
    await person_side.call(at=MONDAY + timedelta(hours=1))
    assert (await person_side.histories.history(ANA, MONDAY)).attempts == ()


@pytest.mark.parametrize(
    ("ref", "kind", "stopped"),
    [
        pytest.param(ANA, "stop", frozenset(Channel), id="stop closes every channel"),
        pytest.param(ANA, "stop_sms", frozenset({Channel.SMS}), id="one channel alone"),
        pytest.param(HER_OTHER_REF, "stop", frozenset(Channel), id="said to another creditor's call"),
        pytest.param(HER_OTHER_REF, "stop_voice", frozenset({Channel.VOICE}), id="one channel, at another creditor"),
        pytest.param(HER_SON, "stop", frozenset(), id="said by another person"),
        pytest.param(HER_OTHER_REF, "dispute", frozenset(), id="a dispute is with one creditor, and no stop"),
    ],
)
async def test_stops_are_by_channel_and_follow_the_person(
    person_side: Side, ref: str, kind: str, stopped: frozenset[Channel]
) -> None:
    await person_side.records.suppress(await person_side.call(ref), kind, None, MONDAY)
    assert (await person_side.histories.history(ANA, MONDAY)).stopped == stopped


async def test_a_register_is_read_from_its_kind(person_side: Side) -> None:
    await person_side.records.suppress(await person_side.call(), "register_sp", None, MONDAY)
    assert (await person_side.histories.history(ANA, MONDAY)).registers == frozenset({"SP"})


@pytest.mark.parametrize(
    ("paid", "open_promise"),
    [
        pytest.param([], date(2026, 11, 26), id="nothing yet"),
        pytest.param(["99.99"], date(2026, 11, 26), id="a cent is missing"),
        pytest.param(["100.00"], date(2026, 12, 10), id="the entry came"),
        pytest.param(["100.00", "200.00"], date(2027, 1, 11), id="and the first instalment"),
        pytest.param(["500.00"], None, id="all of it"),
    ],
)
async def test_the_open_promise_is_the_next_payment_that_is_missing(
    person_side: Side, paid: list[str], open_promise: date | None
) -> None:
    await person_side.records.agree(await person_side.call(), dict(PLAN), MONDAY)
    for amount in paid:
        await person_side.pay(MONDAY.date(), amount)
    assert (await person_side.histories.history(ANA, MONDAY + timedelta(days=1))).open_promise == open_promise


@pytest.mark.parametrize("missing", ["method", "channel", "confirmed", "teach_back"])
async def test_what_was_not_agreed_to_its_end_is_no_promise(person_side: Side, missing: str) -> None:
    await person_side.records.agree(await person_side.call(), {**PLAN, missing: None}, MONDAY)
    assert (await person_side.histories.history(ANA, MONDAY)).open_promise is None


async def test_a_later_agreement_on_the_same_contract_takes_the_place_of_the_first(person_side: Side) -> None:
    await person_side.records.agree(await person_side.call(), dict(PLAN), MONDAY)
    later = {**PLAN, "entry": None, "instalments": [{"due": "2026-12-01", "amount": "900.00"}]}
    await person_side.records.agree(await person_side.call(), later, MONDAY + timedelta(hours=1))
    assert (await person_side.histories.history(ANA, MONDAY + timedelta(days=1))).open_promise == date(2026, 12, 1)


async def test_a_promise_is_between_a_person_and_one_creditor(person_side: Side) -> None:
    await person_side.records.agree(await person_side.call(), dict(PLAN), MONDAY)
    assert (await person_side.histories.history(HER_OTHER_REF, MONDAY)).open_promise is None


async def test_a_payment_counts_from_its_day_on(person_side: Side) -> None:
    await person_side.pay(MONDAY.date(), "10.00")
    assert (await person_side.histories.history(ANA, MONDAY - timedelta(days=1))).paid_on is None
    assert (await person_side.histories.history(ANA, MONDAY + timedelta(days=3))).paid_on == MONDAY.date()


@pytest.mark.parametrize(
    ("day", "paid", "broken"),
    [
        # The entry is due on Thursday the 26th; two business days of grace end on Monday the 30th.
        pytest.param("2026-11-30", [("2026-11-30", "1.00")], None, id="within its grace"),
        pytest.param("2026-12-01", [("2026-11-27", "1.00")], date(2026, 11, 26), id="grace over, newer data"),
        pytest.param("2026-12-01", [], None, id="grace over, no payment data at all"),
        pytest.param("2026-12-01", [("2026-11-26", "1.00")], None, id="grace over, data not newer than the date"),
        pytest.param("2026-12-01", [("2026-11-30", "100.00")], None, id="paid late, within the grace"),
        pytest.param("2026-12-15", [("2026-11-26", "100.00"), ("2026-12-14", "1.00")], date(2026, 12, 10), id="later"),
    ],
)
async def test_a_promise_is_broken_by_its_date_its_grace_and_newer_data(
    person_side: Side, day: str, paid: list[tuple[str, str]], broken: date | None
) -> None:
    await person_side.records.agree(await person_side.call(), dict(PLAN), MONDAY)
    for paid_on, amount in paid:
        await person_side.pay(date.fromisoformat(paid_on), amount)
    at = datetime.fromisoformat(f"{day}T10:00").replace(tzinfo=SAO_PAULO)
    assert await person_side.histories.broken_promise(ANA, at) == broken


async def test_a_callback_invites_for_its_day_until_it_is_used(person_side: Side) -> None:
    call = await person_side.call(disposition=Disposition.CALLBACK)
    tomorrow = MONDAY + timedelta(days=1)
    await person_side.records.record_event(call, "callback", {"at": tomorrow.isoformat()}, MONDAY)
    assert (await person_side.histories.history(ANA, MONDAY)).invited_on == tomorrow.date()

    await person_side.call(at=tomorrow + timedelta(minutes=1))
    assert (await person_side.histories.history(ANA, tomorrow + timedelta(hours=1))).invited_on is None
