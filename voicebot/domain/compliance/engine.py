"""Whether this person may be contacted now, and if not, by which rule and from when; all from the values given.

Inbound calls are always answered and never come here.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from voicebot.domain.compliance.contact import ContactHistory, ContactRule, Inquiry
from voicebot.domain.compliance.errors import NaiveInstant, UnknownJurisdiction
from voicebot.domain.compliance.jurisdictions import JURISDICTIONS
from voicebot.domain.compliance.rules import Refused, stale
from voicebot.domain.portfolio import Case, Channel

__all__ = ["Permitted", "Refused", "may_contact", "next_permitted", "rules_for", "stale"]

_ROUNDS: Final = 1000


@dataclass(frozen=True, slots=True)
class Permitted:
    """Contact may go out at this instant."""

    at: datetime


def rules_for(code: str) -> tuple[ContactRule, ...]:
    """Give the rules of a jurisdiction.

    Raises:
        UnknownJurisdiction: there are none for this code.
    """
    try:
        return JURISDICTIONS[code.upper()]
    except KeyError:
        raise UnknownJurisdiction(code, JURISDICTIONS) from None


def may_contact(
    case: Case,
    channel: Channel,
    local: datetime,
    history: ContactHistory,
    *,
    rules: tuple[ContactRule, ...] | None = None,
) -> Permitted | Refused:
    """Judge a contact at `local`, aware and in the debtor's zone, by `rules` or those of the creditor's jurisdiction.

    A rule that will never allow it is named before one that only asks to wait.

    Raises:
        UnknownJurisdiction: the creditor's jurisdiction has no rules.
        NaiveInstant: `local` has no zone.
    """
    rules = _checked(case, local, rules)
    inquiry = Inquiry(case, channel, history)
    refusing = [(rule, rule.clears(inquiry, local)) for rule in rules]
    refusing = [(rule, clear) for rule, clear in refusing if clear != local]
    if not refusing:
        return Permitted(local)
    named = next((rule for rule, clear in refusing if clear is None), refusing[0][0])
    possible = next_permitted(case, channel, local, history, rules=rules)
    return Refused(named.id, named.reason, possible)


def next_permitted(
    case: Case,
    channel: Channel,
    from_local: datetime,
    history: ContactHistory,
    *,
    rules: tuple[ContactRule, ...] | None = None,
) -> datetime | None:
    """Give the first instant from `from_local` on at which every rule allows contact, or None where none comes.

    Exact: each rule moves the instant to the first it allows, and no rule ever moves it past one that all allow.

    Raises:
        UnknownJurisdiction: the creditor's jurisdiction has no rules.
        NaiveInstant: `from_local` has no zone.
    """
    rules = _checked(case, from_local, rules)
    inquiry = Inquiry(case, channel, history)
    at = from_local
    for _ in range(_ROUNDS):
        moved = at
        for rule in rules:
            clear = rule.clears(inquiry, moved)
            if clear is None:
                return None
            moved = clear
        if moved == at:
            return at
        at = moved
    return None


def _checked(case: Case, at: datetime, rules: tuple[ContactRule, ...] | None) -> tuple[ContactRule, ...]:
    if at.tzinfo is None or at.utcoffset() is None:
        raise NaiveInstant
    return rules_for(case.creditor.jurisdiction) if rules is None else rules
