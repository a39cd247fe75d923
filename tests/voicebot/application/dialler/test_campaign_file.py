"""A campaign's file: what is read, what is refused and how it is told."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path

import pytest
import yaml

from voicebot.application.dialler.campaign import (
    USUAL_RETRIES,
    Campaign,
    Pace,
    RampUp,
    RetryRule,
    Selection,
    Spend,
    at_once,
    next_try,
)
from voicebot.application.dialler.campaign_file import CampaignInvalid, as_plain, campaign_of, read_campaign
from voicebot.domain.dialogue.phases import Disposition
from voicebot.domain.money import Money
from voicebot.domain.segments import Segment
from voicebot.settings import ROOT

NOON = datetime(2026, 11, 23, 12, tzinfo=timezone(timedelta(hours=-3)))
RULES = {
    Disposition.BUSY: RetryRule(2, timedelta(minutes=20)),
    Disposition.NO_ANSWER: RetryRule(99, timedelta(hours=1)),
}
FULL = """
name: novembro
select:
  creditor: "11.222.333/0001-81"
  segments: [first_time, frequent]
  days_past_due: [1, 360]
  principal: ["50.00", "5000.00"]
  states: [sp, RJ]
pace:
  per_second: 0.5
  per_hour: 200
  at_once: 8
  total: 1000
  ramp_up: {start: 1, step: 2, every_minutes: 5}
  calls_per_agent: 3
spend: {per_call: "0.10", per_minute: "0.25", per_day: "300.00"}
retries:
  busy: {times: 5, after_minutes: 10}
"""


def written(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "campaign.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_file_is_read_in_full(tmp_path: Path) -> None:
    assert read_campaign(written(tmp_path, FULL)) == Campaign(
        "novembro",
        Selection(
            creditor_cnpj="11.222.333/0001-81",
            segments=frozenset({Segment.FIRST_TIME, Segment.FREQUENT}),
            days_past_due=(1, 360),
            principal=(Money.of("50.00"), Money.of("5000.00")),
            states=frozenset({"SP", "RJ"}),
        ),
        Pace(Decimal("0.5"), 200, 8, 1000, RampUp(1, 2, timedelta(minutes=5)), 3),
        Spend(Money(10), Money(25), Money(30_000)),
        {**USUAL_RETRIES, Disposition.BUSY: RetryRule(5, timedelta(minutes=10))},
    )


def test_the_sample_campaign_is_read() -> None:
    assert read_campaign(ROOT / "samples" / "campaign.yaml").name


@pytest.mark.parametrize(
    "campaign",
    [
        pytest.param(Campaign("a"), id="all usual"),
        pytest.param(campaign_of(yaml.safe_load(FULL)), id="all said"),
        pytest.param(Campaign("a", retries={}), id="no retries stay none"),
    ],
)
def test_the_record_keeps_a_campaign_as_it_was(campaign: Campaign) -> None:
    again = campaign_of(as_plain(campaign))
    assert (again.selection, again.pace, again.spend) == (campaign.selection, campaign.pace, campaign.spend)
    for outcome in Disposition:
        assert next_try(again.retries, outcome, {}, NOON) == next_try(campaign.retries, outcome, {}, NOON)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        pytest.param("", "the file: holds no keys", id="empty"),
        pytest.param("name: ''", "name: missing", id="no name"),
        pytest.param("name: a\nspeed: 3", "unknown key speed", id="unknown key"),
        pytest.param("name: a\npace: {fast: 1}", "pace: unknown key fast", id="unknown key inside"),
        pytest.param("name: a\npace: {per_second: 0}", "pace.per_second", id="no pace"),
        pytest.param("name: a\npace: {per_second: quick}", "pace.per_second", id="no number"),
        pytest.param("name: a\npace: {at_once: 1.5}", "pace.at_once", id="half a call"),
        pytest.param("name: a\npace: {per_hour: true}", "pace.per_hour", id="a truth value is no number"),
        pytest.param("name: a\npace: {ramp_up: {start: 1}}", "pace.ramp_up.step", id="half a ramp"),
        pytest.param("name: a\nselect: {segments: [rich]}", "select.segments: rich is none of", id="no such segment"),
        pytest.param("name: a\nselect: {segments: frequent}", "select.segments: write a list", id="no list"),
        pytest.param("name: a\nselect: {days_past_due: [9, 1]}", "the smaller first", id="backwards"),
        pytest.param("name: a\nspend: {per_call: 0.1}", "spend.per_call", id="money as a float"),
        pytest.param("name: a\nspend: {per_day: '-1.00'}", "spend.per_day", id="less than nothing"),
        pytest.param("name: a\nretries: {busy: 3}", "retries.busy", id="no rule"),
        pytest.param("name: a\nretries: {occupied: {times: 1}}", "occupied is none of", id="no such outcome"),
        pytest.param("name: [", "not readable as YAML", id="no yaml"),
    ],
)
def test_a_fault_is_told_with_file_and_key(tmp_path: Path, text: str, told: str) -> None:
    with pytest.raises(CampaignInvalid, match=r"^campaign\.yaml: ") as caught:
        read_campaign(written(tmp_path, text))
    assert told in str(caught.value)


@pytest.mark.parametrize(
    ("outcome", "earlier", "minutes"),
    [
        pytest.param(Disposition.BUSY, {}, 20, id="the first"),
        pytest.param(Disposition.BUSY, {Disposition.BUSY: 1}, 20, id="the second"),
        pytest.param(Disposition.BUSY, {Disposition.BUSY: 2}, None, id="its budget is spent"),
        pytest.param(Disposition.BUSY, {Disposition.NO_ANSWER: 2}, 20, id="another outcome's budget is another"),
        pytest.param(Disposition.NO_ANSWER, {Disposition.NO_ANSWER: 10}, 60, id="the eleventh"),
        pytest.param(Disposition.NO_ANSWER, {Disposition.NO_ANSWER: 11}, None, id="twelve in all, whatever is allowed"),
        pytest.param(Disposition.AGREEMENT, {}, None, id="not named: reached"),
        pytest.param(Disposition.STOP_CALLING, {}, None, id="does not want to be called"),
    ],
)
def test_budgets(outcome: Disposition, earlier: dict[Disposition, int], minutes: int | None) -> None:
    expected = None if minutes is None else NOON + timedelta(minutes=minutes)
    assert next_try(RULES, outcome, earlier, NOON) == expected


@pytest.mark.parametrize(("minutes", "calls"), [(-1, 1), (0, 1), (4, 1), (5, 3), (12, 5), (60, 8)])
def test_ramping_up(minutes: int, calls: int) -> None:
    pace = Pace(at_once=8, ramp_up=RampUp(1, 2, timedelta(minutes=5)))
    assert at_once(pace, NOON, NOON + timedelta(minutes=minutes)) == calls


@pytest.mark.parametrize(
    ("seconds", "cents"),
    [(None, 10), (0, 10), (1, 35), (60, 35), (61, 60)],
)
def test_minutes_begun_are_billed(seconds: int | None, cents: int) -> None:
    spend = Spend(Money(10), Money(25))
    assert spend.cost_of(None if seconds is None else timedelta(seconds=seconds)) == Money(cents)
