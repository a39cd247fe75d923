"""When a person may be called at their own wish: the hours and closed days alone bind, not caps or holds."""

from __future__ import annotations

from datetime import datetime

from voicebot.domain.compliance.contact import CallingHours, ClosedDays, ContactHistory
from voicebot.domain.compliance.engine import next_permitted, rules_for
from voicebot.domain.compliance.errors import NeverOpen
from voicebot.domain.portfolio import Case, Channel


def next_call_time(case: Case, start: datetime) -> datetime:
    """Give the first instant from `start` on at which a call they asked for may be made, in the same zone.

    Raises:
        UnknownJurisdiction: the creditor's jurisdiction has no rules.
        NaiveInstant: `start` has no zone.
        NeverOpen: the rules open no hour at all.
    """
    rules = tuple(rule for rule in rules_for(case.creditor.jurisdiction) if isinstance(rule, CallingHours | ClosedDays))
    found = next_permitted(case, Channel.VOICE, start, ContactHistory(), rules=rules)
    if found is None:
        raise NeverOpen(case.creditor.jurisdiction)
    return found
