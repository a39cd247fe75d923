"""Offers: what the bot may put on the table, built from a case and its creditor's limits and from nothing else."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from voicebot.domain.money import Money


class OfferKind(StrEnum):
    FULL = "full"
    SETTLEMENT = "settlement"
    PLAN = "plan"


@dataclass(frozen=True, slots=True)
class Payment:
    due: date
    amount: Money


@dataclass(frozen=True, slots=True)
class Offer:
    """What the debtor may take; `total` = entry + instalments, a settlement has no entry and one instalment."""

    id: str
    kind: OfferKind
    contracts: tuple[str, ...]
    debt_total: Money
    """With charges, on the day the offer was made."""
    total: Money
    discount_percent: Decimal
    entry: Payment | None
    instalments: tuple[Payment, ...]
