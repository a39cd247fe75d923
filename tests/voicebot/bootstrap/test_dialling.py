"""The last door before a call, as the settings and the database make it; and what is asked for with each call."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from pydantic import SecretStr

from telephony.errors import CapReached, NotListed, RateLimited
from tests.voicebot.persistence.calls import NOW, StoppedClock
from voicebot.application.dialler.intents import NotSent
from voicebot.application.ports import RecordsUnavailable
from voicebot.bootstrap.dial_line import ProviderLine
from voicebot.bootstrap.dialling import account, guard
from voicebot.persistence.database import Database
from voicebot.persistence.queue import PostgresDialQueue
from voicebot.settings import Settings, load_settings

ANA = "+5511988880001"


def settings(**changed: object) -> Settings:
    return load_settings(
        provider="simulator", twilio_account_sid="AC1", twilio_auth_token=SecretStr("secret"), **changed
    )


async def case_by_phone(number: str) -> object:
    return object() if number == ANA else None


def store(database: Database) -> Any:
    return SimpleNamespace(portfolio=SimpleNamespace(case_by_phone=case_by_phone), database=database)


async def test_a_stranger_is_not_dialled_and_costs_no_place_under_the_cap(database: Database) -> None:
    door = guard(settings(calls_per_hour=1), store(database), StoppedClock())
    with pytest.raises(NotListed):
        await door.admit("+5511988887777")
    await door.admit(ANA)
    with pytest.raises(CapReached, match="1 calls"):
        await door.admit(ANA)


async def test_the_days_money_is_a_cap(database: Database) -> None:
    door = guard(settings(spend_per_day="1.20", call_cost="0.50"), store(database), StoppedClock())
    await door.admit(ANA)
    await door.admit(ANA)
    with pytest.raises(CapReached, match="money"):
        await door.admit(ANA)


async def test_the_switch_in_the_database_holds_every_call_back(database: Database) -> None:
    queue, door = PostgresDialQueue(database), guard(settings(), store(database), StoppedClock())
    await queue.stop("a test", NOW)
    with pytest.raises(CapReached, match="switched off"):
        await door.admit(ANA)
    await queue.resume()
    await door.admit(ANA)


async def test_the_switch_in_the_settings_needs_no_database() -> None:
    nowhere: Any = None
    with pytest.raises(CapReached, match="switched off"):
        await guard(settings(dialling="off"), store(nowhere), StoppedClock()).admit(ANA)


@pytest.mark.parametrize("on", [True, False])
def test_detection_and_recording_are_asked_for_as_the_settings_say(on: bool) -> None:
    asked = account(settings(machine_detection=on, provider_recording=on))
    assert (asked.detection is not None, asked.recording is not None) == (on, on)
    assert asked.detection is None or asked.detection.report_url.endswith("/telephony/twilio/amd")


@pytest.mark.parametrize("error", [CapReached("ours"), RateLimited("theirs"), RecordsUnavailable()])
async def test_what_the_door_refuses_was_not_sent(error: Exception) -> None:
    class Shut:
        name, real = "twilio", True

        async def place(self, *, to: str, call_ref: str) -> str:
            raise error

    shut: Any = Shut()
    assert isinstance(await ProviderLine(shut).place(to=ANA, call_ref="x"), NotSent)
