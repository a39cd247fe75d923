"""Whether every figure of a text comes from the act, and stands in its own place."""

from __future__ import annotations

import re
from datetime import date, timedelta
from decimal import Decimal
from typing import Final

from voicebot.domain.compliance.carried import Carried
from voicebot.domain.compliance.figure import (
    CountFigure,
    DateFigure,
    DigitsFigure,
    Figure,
    MoneyFigure,
    NumberFigure,
    PercentFigure,
    RelativeDayFigure,
    TimeFigure,
    Unit,
    WeekdayFigure,
)
from voicebot.domain.compliance.numerals import plain
from voicebot.domain.dialogue import acts
from voicebot.domain.dialogue.phases import Asks

PUBLIC_NUMBERS: Final = frozenset({"180", "188", "190", "192"})
_FACTOR_COUNTS: Final = {Asks.CPF_FIRST3: {3}, Asks.CPF_LAST2: {2}, Asks.CPF: {11}, Asks.BIRTH_DATE: {2, 4, 8}}
"""How many digits a question may ask for."""
_ANY_HOUR: Final = 24
_NOON: Final = 12
_PHONE: Final = 8
_CHARGES: Final = {"multa": "fine", "juros": "interest", "correcao": "correction"}


def is_carried(figure: Figure, act: acts.Act, facts: Carried, today: date) -> bool:
    """Say whether the act carries this figure; `today` is the debtor's local date."""
    match figure:
        case MoneyFigure():
            return figure.cents in facts.cents
        case PercentFigure():
            return figure.rate in facts.percents
        case DateFigure() | WeekdayFigure() | RelativeDayFigure():
            return _day_is_carried(figure, act, facts, today)
        case TimeFigure():
            return any(_same_hour(figure, at.hour, at.minute) for at in facts.instants)
        case CountFigure():
            return figure.value in {1, *_counts(figure, act, facts)}
        case DigitsFigure():
            return any(figure.digits == known or _part_of_phone(figure.digits, known) for known in facts.digits)
        case NumberFigure():
            return figure.value in _numbers(act, facts)
    raise TypeError(f"no rule for a figure of class {type(figure).__name__}; add it to gate_figures")


def _day_is_carried(figure: Figure, act: acts.Act, facts: Carried, today: date) -> bool:
    match figure:
        case DateFigure() if isinstance(act, acts.OfferDueDays):
            return figure.day in act.days and figure.month is None
        case DateFigure():
            return any(_same_day(figure, day) for day in facts.dates) and (not figure.every or _recurs(figure, facts))
        case WeekdayFigure():
            known = any(day.weekday() == figure.weekday for day in facts.dates)
        case RelativeDayFigure():
            known = today + timedelta(days=figure.days) in facts.dates
        case _:
            return False
    return known or (act.asks is Asks.DATE and not facts.dates)


def _same_day(said: DateFigure, day: date) -> bool:
    return said.day == day.day and said.month in {None, day.month} and said.year in {None, day.year}


def _recurs(said: DateFigure, facts: Carried) -> bool:
    """Tell whether "todo dia dez" holds: every instalment of an offer falls on the tenth."""
    return any(all(part.due.day == said.day for part in offer.instalments) for offer in facts.offers)


def _same_hour(said: TimeFigure, hour: int, minute: int) -> bool:
    hours = {said.hour} if said.certain else {said.hour, said.hour + _NOON}
    return hour in hours and minute == said.minute


def _part_of_phone(digits: str, known: str) -> bool:
    return len(known) >= _PHONE and len(digits) > 1 and digits in known


def _counts(figure: CountFigure, act: acts.Act, facts: Carried) -> set[int]:
    match figure.unit:
        case Unit.INSTALMENT | Unit.MONTH:
            return set(facts.instalment_counts)
        case Unit.DEBT:
            return {*facts.numbers, *(len(offer.contracts) for offer in facts.offers)}
        case Unit.OPTION:
            methods = getattr(act, "methods", ())
            return {2 if isinstance(act, acts.MakeTwoOffers) else len(methods)}
        case Unit.MINUTE:
            return {figure.value}
        case Unit.HOUR if isinstance(act, acts.SupportCrisis | acts.StayAndListen | acts.CheckSafety):
            return {_ANY_HOUR}
        case Unit.DIGIT:
            return _factor_counts(act)
        case _:
            return set(facts.numbers)


def _factor_counts(act: acts.Act) -> set[int]:
    return _FACTOR_COUNTS.get(act.factor, set()) if isinstance(act, acts.AskIdentityFactor) else set()


def _numbers(act: acts.Act, facts: Carried) -> set[Decimal]:
    """What a number without a unit may stand for."""
    hours = {hour for at in facts.instants for hour in (at.hour, at.hour - _NOON, at.hour + 1, at.hour + 1 - _NOON)}
    short = {int(known) for known in facts.digits if len(known) < _PHONE}
    area = {int(known[-len(known) + 2 : 4]) for known in facts.digits if len(known) > _PHONE + 2}
    counts = facts.instalment_counts | facts.numbers | _factor_counts(act) | short | area | hours
    return {Decimal(count) for count in counts} | {Decimal(cents) / 100 for cents in facts.cents} | facts.percents


def names_other_public_number(figure: Figure, facts: Carried) -> bool:
    """188, 180, 192 and 190 are said only where they are the act's number."""
    match figure:
        case DigitsFigure():
            said = figure.digits
        case NumberFigure():
            said = str(figure.value)
        case _:
            return False
    return said in PUBLIC_NUMBERS and said not in facts.digits


def is_misplaced(text: str, found: tuple[Figure, ...], facts: Carried) -> bool:
    """Say whether a carried figure stands in the wrong role: a fine as interest, an entry as an instalment."""
    for index, figure in enumerate(found):
        cents = _as_cents(figure)
        if cents is None:
            continue
        before, after = plain(text[: figure.start]), plain(text[figure.end :])
        if _wrong_charge(cents, before, after, facts) or _wrong_entry(cents, before, after, facts):
            return True
        previous = found[index - 1] if index else None
        if isinstance(previous, CountFigure) and previous.unit is Unit.INSTALMENT:
            joined = plain(text[previous.end : figure.start]).strip()
            if joined == "de" and not _is_instalment(previous.value, cents, facts):
                return True
    return False


def _as_cents(figure: Figure) -> int | None:
    if isinstance(figure, MoneyFigure):
        return figure.cents
    return int(figure.value * 100) if isinstance(figure, NumberFigure) else None


def _wrong_charge(cents: int, before: str, after: str, facts: Carried) -> bool:
    for name, field in _CHARGES.items():
        if re.match(rf"\s*(?:de|em) {name}\b", after) or re.search(rf"\b{name} de\s*$", before):
            return bool(facts.debts) and all(getattr(debt, field).cents != cents for debt in facts.debts)
    return False


def _wrong_entry(cents: int, before: str, after: str, facts: Carried) -> bool:
    if re.match(r"\s*de entrada\b", after) or re.search(r"\bentrada de\s*$", before):
        entries = {offer.entry.amount.cents for offer in facts.offers if offer.entry is not None}
        return bool(facts.offers) and cents not in entries
    return False


def _is_instalment(count: int, cents: int, facts: Carried) -> bool:
    """Some offer has `count` instalments of this amount, or it is a lone last one."""
    for offer in facts.offers:
        same = sum(1 for part in offer.instalments if part.amount.cents == cents)
        if same == count or (same and count == len(offer.instalments)):
            return True
    return not facts.offers
