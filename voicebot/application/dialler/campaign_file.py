"""A campaign's YAML: read strictly, every fault told with the path of its key; and the same as JSON for the record."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal, InvalidOperation
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

import yaml

from voicebot.application.dialler.campaign import (
    USUAL_RETRIES,
    Campaign,
    Pace,
    RampUp,
    RetryRule,
    Selection,
    Spend,
)
from voicebot.application.portfolio_rows import PortfolioError, read_text
from voicebot.domain.dialogue.phases import Disposition
from voicebot.domain.money import Money
from voicebot.domain.segments import Segment

_KEYS: Final = {
    "": frozenset({"name", "select", "pace", "spend", "retries"}),
    "select": frozenset({"creditor", "segments", "days_past_due", "principal", "states", "refs"}),
    "pace": frozenset({"per_second", "per_hour", "at_once", "total", "ramp_up", "calls_per_agent"}),
    "pace.ramp_up": frozenset({"start", "step", "every_minutes"}),
    "spend": frozenset({"per_call", "per_minute", "per_day", "reserve_minutes"}),
}
_FASTEST: Final = Decimal(1000)
_MOST: Final = 10_000_000
_NEVER: Final = {outcome: RetryRule(0, timedelta(hours=1)) for outcome in USUAL_RETRIES}
"""What a campaign without a budget for these is written as; left out they would be the usual ones again."""


class _Wrong(ValueError):
    """A fault with the path of its key."""


class CampaignInvalid(PortfolioError):
    """A campaign's file cannot be read or holds what is not allowed; the text names file and key."""


def read_campaign(path: Path) -> Campaign:
    """Read a campaign's file.

    Raises:
        PortfolioFileMissing: the file cannot be read.
        CampaignInvalid: something in it is missing, unknown or wrong.
    """
    try:
        data = yaml.safe_load(read_text(path))
    except yaml.YAMLError as error:
        raise CampaignInvalid(f"{path.name}: not readable as YAML: {' '.join(str(error).split())}") from error
    try:
        return campaign_of(data)
    except ValueError as error:
        raise CampaignInvalid(f"{path.name}: {error}") from None


def campaign_of(data: object) -> Campaign:
    """Read a campaign from plain values.

    Raises:
        ValueError: the text names the key and what it wants.
    """
    top = _section(data, "")
    name = top.get("name")
    if not isinstance(name, str) or not name.strip():
        raise _Wrong("name: missing; it tells campaigns apart")
    pace, spend = _section(top.get("pace"), "pace"), _section(top.get("spend"), "spend")
    return Campaign(
        name.strip(), _selection(_section(top.get("select"), "select")), _pace(pace), _spend(spend), _retries(top)
    )


def as_plain(campaign: Campaign) -> dict[str, Any]:
    """Give a campaign as the values that `campaign_of` reads."""
    chosen, pace, spend = campaign.selection, campaign.pace, campaign.spend
    ramp = pace.ramp_up
    return {
        "name": campaign.name,
        "select": {
            "creditor": chosen.creditor_cnpj,
            "segments": sorted(chosen.segments),
            "days_past_due": list(chosen.days_past_due) if chosen.days_past_due else None,
            "principal": [str(each) for each in chosen.principal] if chosen.principal else None,
            "states": sorted(chosen.states),
            "refs": sorted(chosen.refs),
        },
        "pace": {
            "per_second": str(pace.per_second),
            "per_hour": pace.per_hour,
            "at_once": pace.at_once,
            "total": pace.total,
            "ramp_up": ramp
            and {"start": ramp.start, "step": ramp.step, "every_minutes": ramp.every / timedelta(minutes=1)},
            "calls_per_agent": pace.calls_per_agent,
        },
        "spend": {
            "per_call": str(spend.per_call),
            "per_minute": str(spend.per_minute),
            "per_day": str(spend.per_day) if spend.per_day is not None else None,
            "reserve_minutes": spend.reserve_minutes,
        },
        "retries": {
            outcome.value: {"times": rule.times, "after_minutes": rule.after / timedelta(minutes=1)}
            for outcome, rule in {**_NEVER, **campaign.retries}.items()
        },
    }


def _section(data: object, path: str) -> Mapping[str, Any]:
    if data is None and path:
        return {}
    if not isinstance(data, dict):
        raise _Wrong(f"{path or 'the file'}: holds no keys; write {', '.join(sorted(_KEYS[path]))}")
    unknown = sorted(str(key) for key in data if key not in _KEYS[path])
    if unknown:
        raise _Wrong(f"{path or 'the file'}: unknown key {unknown[0]}; known: {', '.join(sorted(_KEYS[path]))}")
    return data


def _selection(data: Mapping[str, Any]) -> Selection:
    days, principal = data.get("days_past_due"), data.get("principal")
    return Selection(
        creditor_cnpj=data.get("creditor"),
        segments=frozenset(_one_of(Segment, each, "select.segments") for each in _list(data, "select", "segments")),
        days_past_due=None if days is None else _range([_whole(each, "select.days_past_due", -3650) for each in days]),
        principal=None if principal is None else _range([_money(each, "select.principal") for each in principal]),
        states=frozenset(str(each).upper() for each in _list(data, "select", "states")),
        refs=frozenset(str(each) for each in _list(data, "select", "refs")),
    )


def _pace(data: Mapping[str, Any]) -> Pace:
    usual, ramp = Pace(), data.get("ramp_up")
    total, agents = data.get("total"), data.get("calls_per_agent")
    return Pace(
        per_second=_rate(data.get("per_second", usual.per_second)),
        per_hour=_whole(data.get("per_hour", usual.per_hour), "pace.per_hour", 1),
        at_once=_whole(data.get("at_once", usual.at_once), "pace.at_once", 1),
        total=None if total is None else _whole(total, "pace.total", 1),
        ramp_up=None if ramp is None else _ramp(_section(ramp, "pace.ramp_up")),
        calls_per_agent=None if agents is None else _whole(agents, "pace.calls_per_agent", 1),
    )


def _ramp(data: Mapping[str, Any]) -> RampUp:
    start, step = (_whole(data.get(name), f"pace.ramp_up.{name}", 1) for name in ("start", "step"))
    return RampUp(start, step, _minutes(data.get("every_minutes"), "pace.ramp_up.every_minutes"))


def _spend(data: Mapping[str, Any]) -> Spend:
    usual, cap = Spend(), data.get("per_day")
    return Spend(
        per_call=_money(data.get("per_call", "0.00"), "spend.per_call"),
        per_minute=_money(data.get("per_minute", "0.00"), "spend.per_minute"),
        per_day=None if cap is None else _money(cap, "spend.per_day"),
        reserve_minutes=_whole(data.get("reserve_minutes", usual.reserve_minutes), "spend.reserve_minutes", 0),
    )


def _retries(top: Mapping[str, Any]) -> Mapping[Disposition, RetryRule]:
    """Give the campaign's budgets: those named take the place of the usual ones, the others stay."""
    given = top.get("retries")
    if given is None:
        return USUAL_RETRIES
    if not isinstance(given, dict):
        raise _Wrong("retries: write outcome: {times: 2, after_minutes: 60}")
    budgets = dict(USUAL_RETRIES)
    for name, rule in given.items():
        path = f"retries.{name}"
        if not isinstance(rule, dict) or set(rule) - {"times", "after_minutes"}:
            raise _Wrong(f"{path}: write {{times: 2, after_minutes: 60}}")
        times = _whole(rule.get("times"), f"{path}.times", 0)
        after = _minutes(rule.get("after_minutes", 60), f"{path}.after_minutes")
        budgets[_one_of(Disposition, name, "retries")] = RetryRule(times, after)
    return MappingProxyType(budgets)


def _one_of(kind: Any, value: object, path: str) -> Any:
    try:
        return kind(value)
    except ValueError:
        raise _Wrong(f"{path}: {value} is none of {', '.join(kind)}") from None


def _list(data: Mapping[str, Any], section: str, key: str) -> list[Any]:
    found = data.get(key) or []
    if not isinstance(found, list):
        raise _Wrong(f"{section}.{key}: write a list, [a, b]")
    return found


def _range(pair: list[Any]) -> tuple[Any, Any]:
    if len(pair) != 2 or pair[0] > pair[1]:
        raise _Wrong("select: a range is two values, [from, to], the smaller first")
    return pair[0], pair[1]


def _whole(value: object, path: str, least: int) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= _MOST:
        raise _Wrong(f"{path}: write a whole number from {least} on")
    return value


def _rate(value: object) -> Decimal:
    try:
        rate = Decimal(str(value))
    except InvalidOperation:
        rate = Decimal(0)
    if not 0 < rate <= _FASTEST:
        raise _Wrong(f"pace.per_second: write a number above 0, at most {_FASTEST}")
    return rate


def _minutes(value: object, path: str) -> timedelta:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value <= _MOST:
        raise _Wrong(f"{path}: write minutes, more than 0")
    return timedelta(minutes=value)


def _money(value: object, path: str) -> Money:
    try:
        amount = Money.of(value) if isinstance(value, str | int) and not isinstance(value, bool) else None
    except ValueError:
        amount = None
    if amount is None or amount < Money(0):
        raise _Wrong(f'{path}: write an amount in quotes, "0.12"')
    return amount
