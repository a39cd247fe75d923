"""What an act carries: the figures its words may use, gathered from its fields and from nowhere else."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, fields, is_dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import Enum

from voicebot.domain.dialogue.acts import Act, DebtView, Verified
from voicebot.domain.money import Money
from voicebot.domain.offers import Offer


@dataclass(frozen=True, slots=True)
class Carried:
    """The facts of one act, flat. Sums and differences of them are not among them."""

    cents: frozenset[int]
    dates: frozenset[date]
    instants: frozenset[datetime]
    percents: frozenset[Decimal]
    numbers: frozenset[int]
    digits: tuple[str, ...]
    """Every string of digits inside a text field: protocol, phone, its tail, a public number."""
    names: tuple[str, ...]
    """Every text field with letters, longest first; figures inside a name are not figures."""
    offers: tuple[Offer, ...]
    debts: tuple[DebtView, ...]

    @property
    def instalment_counts(self) -> frozenset[int]:
        """How many instalments may be said: the true number of an offer."""
        return frozenset(len(offer.instalments) for offer in self.offers)


def carried(act: Act) -> Carried:
    """Walk the act's fields; the verification token is no fact to speak of."""
    values = list(_walk(act))
    texts = [value for value in values if isinstance(value, str)]
    instants = frozenset(value for value in values if isinstance(value, datetime))
    days = {value for value in values if isinstance(value, date) and not isinstance(value, datetime)}
    return Carried(
        cents=frozenset(abs(value.cents) for value in values if isinstance(value, Money)),
        dates=frozenset(days | {instant.date() for instant in instants}),
        instants=instants,
        percents=frozenset(value for value in values if isinstance(value, Decimal)),
        numbers=frozenset(value for value in values if isinstance(value, int)),
        digits=tuple(run for text in texts for run in _digit_runs(text)),
        names=tuple(sorted((text for text in texts if re.search(r"[^\W\d_]", text)), key=len, reverse=True)),
        offers=tuple(value for value in values if isinstance(value, Offer)),
        debts=tuple(value for value in values if isinstance(value, DebtView)),
    )


def _digit_runs(text: str) -> list[str]:
    """The digits of a number written with separators are one run; "188, 192" are two."""
    return [re.sub(r"\D", "", run) for run in re.findall(r"\d(?:[\d\s().-]*\d)?", text)]


def _walk(value: object) -> Iterator[object]:
    if value is None or isinstance(value, bool | Enum | Verified):
        return
    if isinstance(value, tuple):
        for item in value:
            yield from _walk(item)
    elif is_dataclass(value) and not isinstance(value, type):
        yield value
        if not isinstance(value, Money):
            for each in fields(value):
                yield from _walk(getattr(value, each.name))
    else:
        yield value
