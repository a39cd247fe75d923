"""Messages and the rules: what was asked for, what was not, and channels that are closed one by one."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from voicebot.application.portfolio_files import read_portfolio
from voicebot.domain.compliance.contact import Attempt, ContactHistory, register_of, stopped_channel, suspends_all
from voicebot.domain.compliance.engine import may_contact
from voicebot.domain.compliance.rules import Refused
from voicebot.domain.compliance.writing import may_write
from voicebot.domain.portfolio import Channel, Hold
from voicebot.settings import ROOT

ZONE = ZoneInfo("America/Sao_Paulo")
NIGHT = datetime(2026, 11, 23, 22, tzinfo=ZONE)
MORNING = datetime(2026, 11, 23, 10, tzinfo=ZONE)
CASE = read_portfolio(ROOT / "samples").case("D001", on=date(2026, 11, 23))
NOTHING = ContactHistory()


def rule(
    holds: tuple[Hold, ...] = (),
    history: ContactHistory = NOTHING,
    *,
    at: datetime = MORNING,
    asked_for: bool = True,
    channel: Channel = Channel.SMS,
) -> str | None:
    verdict = may_write(replace(CASE, holds=holds), channel, at, history, asked_for=asked_for)
    return verdict.rule if isinstance(verdict, Refused) else None


@pytest.mark.parametrize(
    ("history", "at"),
    [
        pytest.param(NOTHING, NIGHT, id="at night"),
        pytest.param(ContactHistory(registers=frozenset({"SP"})), MORNING, id="on a register"),
        pytest.param(ContactHistory(tuple(Attempt(MORNING, True) for _ in range(9))), MORNING, id="after many calls"),
    ],
)
def test_what_was_asked_for_is_sent_where_a_reminder_is_not(history: ContactHistory, at: datetime) -> None:
    assert rule(history=history, at=at) is None
    assert rule(history=history, at=at, asked_for=False) is not None


def test_a_promise_may_be_reminded_of_while_it_is_open() -> None:
    assert rule(history=ContactHistory(open_promise=date(2026, 11, 26)), asked_for=False) is None


@pytest.mark.parametrize("kind", ["stop", "deceased", "wrong_number", "minor", "crisis", "stop_sms"])
def test_some_holds_bind_even_what_was_asked_for(kind: str) -> None:
    assert rule((Hold(kind, None),)) is not None
    assert rule((Hold(kind, date(2026, 11, 22)),)) is None, "it is over"


@pytest.mark.parametrize("kind", ["illness", "dispute", "hardship", "bereavement", "lawyer", "stop_whatsapp"])
def test_the_others_bind_only_what_was_not(kind: str) -> None:
    assert rule((Hold(kind, None),)) is None
    assert (rule((Hold(kind, None),), asked_for=False) is None) is (kind == "stop_whatsapp")


def test_a_closed_channel_closes_no_other() -> None:
    held = replace(CASE, holds=(Hold("stop_sms", None),))
    refusals = {channel: may_contact(held, channel, MORNING, NOTHING) for channel in Channel}
    assert {channel for channel, verdict in refusals.items() if isinstance(verdict, Refused)} == {Channel.SMS}


def test_a_channel_closed_until_a_day_opens_after_it() -> None:
    held = replace(CASE, holds=(Hold("stop_voice", date(2026, 11, 24)),))
    verdict = may_contact(held, Channel.VOICE, MORNING, NOTHING)
    assert isinstance(verdict, Refused)
    assert (verdict.rule, verdict.possible_from) == ("BR-STOP", datetime(2026, 11, 25, 8, tzinfo=ZONE))


def test_a_register_comes_with_the_holds_file() -> None:
    held = replace(CASE, holds=(Hold("register_sp", None),))
    verdict = may_contact(held, Channel.VOICE, MORNING, NOTHING)
    assert isinstance(verdict, Refused)
    assert verdict.rule == "BR-SP-DNC"
    assert not isinstance(may_contact(held, Channel.EMAIL, MORNING, NOTHING), Refused)


@pytest.mark.parametrize(
    ("kind", "channel", "register"),
    [
        ("stop", None, None),
        ("stop_sms", Channel.SMS, None),
        ("stop_pombo", None, None),
        ("register_pa", None, "PA"),
        ("illness", None, None),
    ],
)
def test_kinds_that_close_a_part(kind: str, channel: Channel | None, register: str | None) -> None:
    assert (stopped_channel(kind), register_of(kind)) == (channel, register)
    assert suspends_all(kind) is (channel is None and register is None)


@pytest.mark.parametrize("count", [3, 9])
def test_who_calls_us_uses_up_none_of_our_attempts(count: int) -> None:
    calls = tuple(Attempt(MORNING, conversation=False, inbound=True) for _ in range(count))
    assert not isinstance(may_contact(CASE, Channel.VOICE, MORNING, ContactHistory(calls)), Refused)
