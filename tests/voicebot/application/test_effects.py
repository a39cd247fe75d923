from __future__ import annotations

from dataclasses import replace

import pytest
from structlog.testing import capture_logs

from tests.voicebot.application.desk import CALL_ID, MONDAY, World, case
from voicebot.application.effects import Effects
from voicebot.application.messages import ON_CALL
from voicebot.domain.dialogue.phases import Direction, EscalationReason
from voicebot.domain.dialogue.state import AlertOnCall, NoteSatisfaction, SendOfficialContact
from voicebot.domain.portfolio import Case, Channel


async def hands(world: World, of: Case | None = None) -> Effects:
    await world.records.begin(CALL_ID, direction=Direction.OUTBOUND, provider="simulator", at=MONDAY, debtor_ref="D001")
    return Effects(CALL_ID, of or case(), world.records, world.messenger)


@pytest.mark.parametrize("channel", [Channel.SMS, Channel.WHATSAPP, Channel.EMAIL])
async def test_the_official_contact_is_sent_and_may_be_claimed(channel: Channel) -> None:
    world = World()
    assert await (await hands(world)).perform((SendOfficialContact(channel),), MONDAY)
    ((call, went_by, text),) = world.messenger.sent
    assert (call, went_by) == (CALL_ID, channel)
    assert "Lojas Aurora" in text and "R$" not in text


async def test_what_was_not_accepted_is_not_claimed() -> None:
    world = World()
    world.messenger.accepts = False
    assert not await (await hands(world)).perform((SendOfficialContact(Channel.SMS),), MONDAY)
    assert not await (await hands(world)).perform((SendOfficialContact(Channel.VOICE),), MONDAY)


@pytest.mark.parametrize("verified", [False, True])
async def test_a_name_that_reveals_a_debt_goes_to_the_verified_alone(verified: bool) -> None:
    world = World()
    bank = replace(case(), creditor=replace(case().creditor, name_reveals_debt=True))
    effects = await hands(world, bank)
    assert await effects.perform((SendOfficialContact(Channel.SMS),), MONDAY, verified=verified) is verified
    assert bool(world.messenger.sent) is verified


@pytest.mark.parametrize("reason", EscalationReason)
async def test_an_alert_goes_to_the_person_on_call_without_name_or_debt(reason: EscalationReason) -> None:
    world = World()
    accepted = await (await hands(world)).perform((AlertOnCall(reason),), MONDAY)
    assert not accepted, "nothing may be claimed of it to the caller"
    ((_, channel, text),) = world.messenger.sent
    assert channel == ON_CALL
    assert CALL_ID in text and "Lojas Aurora" in text and "23/11/2026, 10:00 (UTC-03:00)" in text
    for told in ("Ana", "Souza", "R$", "1250", "Cartão", "Cartao", "C-1001", "+55", "dívida", "divida", "contas"):
        assert told not in text
    assert len(text) <= 160
    assert world.records.calls[CALL_ID].events == [
        ("on_call_alert", {"reason": reason.value, "accepted": "True"}, MONDAY)
    ]


@pytest.mark.parametrize("why", ["no number", "not accepted"])
async def test_an_alert_that_reaches_nobody_is_on_record(why: str) -> None:
    world = World()
    creditor = replace(case().creditor, on_call_phone=None) if why == "no number" else case().creditor
    world.messenger.accepts = why == "no number"
    with capture_logs() as logs:
        effects = await hands(world, replace(case(), creditor=creditor))
        await effects.perform((AlertOnCall(EscalationReason.SELF_HARM),), MONDAY)
    # What was not accepted the messenger itself has logged.
    assert [each["log_level"] for each in logs] == (["error"] if why == "no number" else [])
    assert world.records.calls[CALL_ID].events[-1][1]["accepted"] == "False"


@pytest.mark.parametrize("mark", [0, 10])
async def test_the_mark_is_an_event_of_the_call_as_the_reports_read_it(mark: int) -> None:
    world = World()
    assert not await (await hands(world)).perform((NoteSatisfaction(mark),), MONDAY)
    assert world.records.calls[CALL_ID].events == [("satisfaction", {"score": str(mark)}, MONDAY)]
