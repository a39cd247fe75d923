"""The creditor's file: what one creditor is and allows, read strictly, every fault told with the path of its key.

What only a human may grant is checked here and then dropped, so nothing behind this module can say it.
"""

from __future__ import annotations

from datetime import time
from decimal import Decimal
from pathlib import Path
from types import MappingProxyType
from typing import Final

import yaml

from voicebot.application.keyed_values import (
    KeyedValues,
    boolean,
    cnpj,
    money,
    one_of,
    percent,
    phone,
    share,
    text,
    whole,
    whole_from,
)
from voicebot.application.portfolio_rows import PortfolioError, read_text
from voicebot.domain.limits import Charges, Limits, PlanBand, SettlementBand
from voicebot.domain.money import ZERO
from voicebot.domain.payments import pix
from voicebot.domain.portfolio import Collector, Creditor, OpenHours, Treatment
from voicebot.domain.segments import Tone

METHODS: Final = ("pix", "boleto")
HANDOVERS: Final = ("warm", "cold")
JURISDICTIONS: Final = ("BR", "US")
_WEEKDAYS: Final = MappingProxyType({"mon": 0, "tue": 1, "wed": 2, "thu": 3, "fri": 4, "sat": 5, "sun": 6})
_EVERY_MONTH_HAS: Final = 28
_MAX_FINE_PERCENT: Final = Decimal(2)
"""CDC art. 52 § 1: a late fee of at most two percent."""
_MAX_INTEREST_PERCENT: Final = Decimal(1)
"""Súmula 379 STJ: default interest of at most one percent a month."""


class CreditorFileInvalid(PortfolioError):
    """The creditor's file has faults; `problems` has one line for each, with the path of the key."""

    def __init__(self, file: str, problems: tuple[str, ...]) -> None:
        super().__init__("\n".join(f"{file}: {problem}" for problem in problems))
        self.file = file
        self.problems = problems


class _StrictLoader(yaml.SafeLoader):
    """Safe YAML in which a key given twice is an error instead of a silent choice."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[object, object]:
        seen: set[str] = set()
        for key, _ in node.value:
            if key.value in seen:
                raise yaml.constructor.ConstructorError(None, None, f"{key.value} is given twice", key.start_mark)
            seen.add(key.value)
        mapping: dict[object, object] = super().construct_mapping(node, deep)
        return mapping


def read_creditor(path: Path) -> tuple[Creditor, tuple[str, ...]]:
    """Read a creditor; beside it come notes on keys that are not known and were ignored.

    Raises:
        PortfolioFileMissing: the file cannot be read.
        CreditorFileInvalid: anything in it is missing or wrong.
    """
    try:
        data = yaml.load(read_text(path), Loader=_StrictLoader)  # noqa: S506 - a subclass of SafeLoader
    except yaml.YAMLError as error:
        raise CreditorFileInvalid(path.name, (f"not readable as YAML: {' '.join(str(error).split())}",)) from error
    if not isinstance(data, dict):
        raise CreditorFileInvalid(path.name, ("the file holds no keys: write creditor, charges, settlement, ...",))
    top = KeyedValues(data)
    creditor = _creditor(top)
    if top.problems:
        raise CreditorFileInvalid(path.name, tuple(top.problems))
    return creditor, tuple(f"{path.name}: {key} is not a known key and was ignored" for key in top.unknown())


def _creditor(top: KeyedValues) -> Creditor:
    who = top.section("creditor")
    treatment = top.section("treatment")
    contact = top.section("contact")
    handoff = top.section("handoff")
    payment = top.section("payment")
    recording = top.section("recording")
    jurisdiction = who.take("jurisdiction", one_of(*JURISDICTIONS), "BR")
    bureau = top.take("credit_bureau", one_of("none", "registered"), "none", required=False)
    _read_and_drop(who, recording)
    return Creditor(
        name=who.take("name", text, ""),
        spoken_name=who.take("spoken_name", text, ""),
        cnpj=who.take("cnpj", cnpj, ""),
        address=who.take("address", text, ""),
        official_phone=who.take("official_phone", phone, ""),
        website=who.take("website", text, ""),
        pix_key=who.take("pix_key", _pix_key, ""),
        jurisdiction=jurisdiction,
        sample=who.take("sample", boolean, False, required=False),
        name_reveals_debt=who.take("name_reveals_debt", boolean, True),
        collector=_collector(who),
        official_whatsapp=who.optional("official_whatsapp", phone),
        on_call_phone=who.optional("on_call_phone", phone),
        default_treatment=Treatment(treatment.take("default", one_of(*Treatment), "voce", required=False)),
        senhor_from_age=treatment.take("senhor_from_age", whole, 60, required=False),
        recording_keep_days=recording.take("keep_days", whole_from(1), 1),
        conversations_per_day=contact.take("conversations_per_day", whole_from(1), 1, required=False),
        attempts_per_day=contact.take("attempts_per_day", whole_from(1), 3, required=False),
        attempts_per_week=contact.take("attempts_per_week", whole_from(1), 7, required=False),
        pix_expires_hours=payment.take("pix_expires_hours", whole_from(1), 24),
        handoff_phone=handoff.optional("phone", phone),
        handoff_hours=_hours(handoff),
        limits=_limits(top, payment, jurisdiction),
        tone=who.take("tone", one_of(*Tone), "neutral", required=False),
        credit_bureau=bureau == "registered",
        handover=handoff.optional("mode", one_of(*HANDOVERS)),
        asks_satisfaction=contact.take("ask_satisfaction", boolean, False, required=False),
    )


def _pix_key(value: object) -> str:
    """Read a Pix key as the directory keeps it; a key that no code can hold is a `ValueError` that says why."""
    return pix.normalise_key(text(value))


def _read_and_drop(who: KeyedValues, recording: KeyedValues) -> None:
    """Judge what papers and people need but no call does."""
    who.optional("ombudsman_phone", phone)
    if who.has("privacy_contact"):
        privacy = who.section("privacy_contact")
        privacy.take("name", text, "")
        privacy.take("email", text, "")
    recording.optional("copy_business_days", whole_from(1))
    recording.optional("copy_channel", text)


def _collector(who: KeyedValues) -> Collector | None:
    if not who.has("collector"):
        return None
    collector = who.section("collector")
    return Collector(
        name=collector.take("name", text, ""),
        spoken_name=collector.take("spoken_name", text, ""),
        cnpj=collector.take("cnpj", cnpj, ""),
    )


def _limits(top: KeyedValues, payment: KeyedValues, jurisdiction: str) -> Limits:
    return Limits(
        charges=_charges(top.section("charges"), jurisdiction),
        settlement=_settlement(top),
        plan=_plan(top),
        plan_discount_of_settlement=top.take("plan_discount_of_settlement", share, Decimal(0)),
        entry_within_business_days=top.take("entry_within_business_days", whole, 0),
        promise_within_days=top.take("promise_within_days", whole, 0),
        max_concessions=top.take("max_concessions", whole, 0),
        offer_valid_days=top.take("offer_valid_days", whole, 0),
        agreement_broken_after_days=top.take("agreement_broken_after_days", whole, 0),
        due_days=_due_days(payment),
        methods=_methods(payment),
    )


def _charges(charges: KeyedValues, jurisdiction: str) -> Charges:
    fine = charges.take("late_fee_percent", percent, Decimal(0))
    interest = charges.take("interest_percent_month", percent, Decimal(0))
    charges.take("correction", one_of("none"), "none", required=False)
    if jurisdiction == "BR" and fine > _MAX_FINE_PERCENT:
        charges.fault("late_fee_percent", f"{fine} is above the 2 % that CDC art. 52 § 1 permits")
    if jurisdiction == "BR" and interest > _MAX_INTEREST_PERCENT:
        charges.fault("interest_percent_month", f"{interest} is above the 1 % a month of Súmula 379 STJ")
    return Charges(fine, interest)


def _settlement(top: KeyedValues) -> tuple[SettlementBand, ...]:
    bands: list[SettlementBand] = []
    for item in top.sections("settlement"):
        first, last = _days(item, bands[-1].last_day if bands else None)
        band = SettlementBand(
            first, last, item.take("level_1", percent, Decimal(0)), item.take("level_2", percent, Decimal(0))
        )
        human = item.take("human", percent, Decimal(100))
        if band.level_2 < band.level_1:
            item.fault("level_2", f"{band.level_2} is below level_1 {band.level_1}")
        if human < band.level_2:
            item.fault("human", f"{human} is below level_2 {band.level_2}")
        bands.append(band)
    return tuple(bands)


def _plan(top: KeyedValues) -> tuple[PlanBand, ...]:
    bands: list[PlanBand] = []
    for item in top.sections("plan"):
        first, last = _days(item, bands[-1].last_day if bands else None)
        bands.append(
            PlanBand(
                first,
                last,
                item.take("entry_percent", percent, Decimal(0)),
                item.take("max_instalments", whole_from(1), 1),
                item.take("min_instalment", money, ZERO),
            )
        )
    return tuple(bands)


def _days(item: KeyedValues, previous_last: int | None) -> tuple[int, int]:
    """Read `[first, last]`, both inclusive; it begins after the band before it ends."""
    pair = item.whole_numbers("days_past_due", least=None)
    if len(pair) != 2 or pair[0] > pair[1]:
        if pair:
            item.fault("days_past_due", "write [first, last], ascending")
        return (0, previous_last or 0)
    if previous_last is not None and pair[0] <= previous_last:
        item.fault("days_past_due", f"{pair[0]} is not after {previous_last}, where the band before it ends")
    return pair[0], pair[1]


def _due_days(payment: KeyedValues) -> tuple[int, ...]:
    days = payment.whole_numbers("due_days", least=1)
    if any(day > _EVERY_MONTH_HAS for day in days):
        payment.fault("due_days", "a day after the 28th is missing from some months")
    return tuple(sorted(set(days)))


def _methods(payment: KeyedValues) -> tuple[str, ...]:
    named: list[object] = payment.take("methods", _list, [])
    if any(method not in METHODS for method in named):
        payment.fault("methods", f"use {' and '.join(METHODS)}, the preferred one first")
    return tuple(dict.fromkeys(str(method) for method in named))


def _list(value: object) -> list[object]:
    if not isinstance(value, list) or not value:
        raise ValueError("write a list with at least one value")
    return value


def _hours(handoff: KeyedValues) -> OpenHours:
    """Read `{mon-fri: "08:00-20:00", sat: "08:00-14:00"}`; a weekday not named is closed."""
    open_hours: list[tuple[int, time, time]] = []
    hours = handoff.section("hours")
    for key in hours.keys():
        days = _weekdays(key)
        if not days:
            hours.fault(key, "name a weekday (mon) or a range of them (mon-fri)")
        open_hours += [(day, *hours.take(key, _span, (time(0), time(0)))) for day in days]
    return OpenHours(tuple(sorted(open_hours)))


def _weekdays(key: str) -> range:
    first, _, last = key.partition("-")
    if first not in _WEEKDAYS or (last or first) not in _WEEKDAYS:
        return range(0)
    return range(_WEEKDAYS[first], _WEEKDAYS[last or first] + 1)


def _span(value: object) -> tuple[time, time]:
    try:
        start, end = (time.fromisoformat(part.strip()) for part in str(value).split("-"))
    except ValueError:
        start = end = time(0)
    if start >= end or start.tzinfo or end.tzinfo:
        raise ValueError('write it as "08:00-20:00"')
    return start, end
