"""Who is spoken to and how the creditor wants to sound: they choose words and order, never what may be offered.

The three groups are those of collection practice: who falls behind often, who is new and has not paid the first bill,
and who was a customer for "one or two years" and is late for the first time. That source gives no other numbers;
`FREQUENT_FROM` is this house's own.
"""

from __future__ import annotations

from datetime import date, timedelta
from enum import StrEnum
from typing import Final

from voicebot.domain.portfolio import Case, Creditor, Debtor

NEW_WITHIN: Final = timedelta(days=365)
"""A customer for less than this is new: the source speaks of a first default after at least a year."""
FREQUENT_FROM: Final = 2
"""Earlier defaults, besides the present one."""


class Segment(StrEnum):
    FIRST_TIME = "first_time"
    NEW_CUSTOMER = "new_customer"
    FREQUENT = "frequent"
    REGULAR = "regular"
    """Nothing to tell apart: one earlier default."""


class Tone(StrEnum):
    """How the creditor wants its bot to sound; who is senhor or você is another setting."""

    FORMAL = "formal"
    NEUTRAL = "neutral"
    WARM = "warm"


def segment_of(debtor: Debtor, on: date) -> Segment:
    """Tell the group of a debtor who fell behind on `on`."""
    if debtor.previous_defaults >= FREQUENT_FROM:
        return Segment.FREQUENT
    if debtor.previous_defaults > 0:
        return Segment.REGULAR
    return Segment.NEW_CUSTOMER if on - debtor.customer_since < NEW_WITHIN else Segment.FIRST_TIME


def segment_in(case: Case, today: date) -> Segment:
    """Tell the debtor's group as of the oldest due date, so that it does not change while a debt grows old."""
    fell_behind = min((debt.due_date for debt in case.debts), default=today)
    return segment_of(case.debtor, min(fell_behind, today))


def tone_of(creditor: Creditor) -> Tone:
    """Give the creditor's tone; one that is not known sounds neutral, since a word of style must not end a call."""
    return Tone(creditor.tone) if creditor.tone in frozenset(Tone) else Tone.NEUTRAL
