"""What a creditor allows the bot to charge and to grant. What only a human may grant is not here: it cannot leak."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import IntEnum

from voicebot.domain.money import Money


class Level(IntEnum):
    """How far a discount goes; SECOND is only for something in return (today, Pix, a larger entry)."""

    FIRST = 1
    SECOND = 2


@dataclass(frozen=True, slots=True)
class SettlementBand:
    """Discounts on the total with charges, for debts `first_day..last_day` calendar days past due, inclusive."""

    first_day: int
    last_day: int
    level_1: Decimal
    """Percent."""
    level_2: Decimal
    """Percent."""

    def discount(self, level: Level) -> Decimal:
        return self.level_1 if level is Level.FIRST else self.level_2


@dataclass(frozen=True, slots=True)
class PlanBand:
    """How a debt may be split, for debts `first_day..last_day` calendar days past due, inclusive."""

    first_day: int
    last_day: int
    entry_percent: Decimal
    max_instalments: int
    min_instalment: Money


@dataclass(frozen=True, slots=True)
class Charges:
    late_fee_percent: Decimal
    """Multa: once, on the principal."""
    interest_percent_month: Decimal
    """Juros de mora: simple, pro rata by day over 30-day months."""


@dataclass(frozen=True, slots=True)
class Limits:
    """One creditor's limits; every offer is built from these and checked against them."""

    charges: Charges
    settlement: tuple[SettlementBand, ...]
    plan: tuple[PlanBand, ...]
    plan_discount_of_settlement: Decimal
    """Share, 0 to 1: a plan gets at most this part of the settlement discount of its level."""
    entry_within_business_days: int
    promise_within_days: int
    max_concessions: int
    offer_valid_days: int
    agreement_broken_after_days: int
    due_days: tuple[int, ...]
    """Days of the month on which an instalment may fall due."""
    methods: tuple[str, ...]
    """Subset of pix, boleto; the first is the preferred one."""
