"""Whether a written message may go to a person, by the same rules and history as a call."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Final

from voicebot.domain.compliance.contact import (
    ContactHistory,
    OnHold,
    PromiseOpen,
    StopRequested,
    UnderAge,
    stopped_channel,
)
from voicebot.domain.compliance.engine import Permitted, may_contact, rules_for
from voicebot.domain.compliance.rules import Refused
from voicebot.domain.portfolio import Case, Channel

BINDS_EVEN_WHAT_WAS_ASKED_FOR: Final = frozenset({"stop", "deceased", "wrong_number", "minor", "crisis"})
"""Holds after which nothing is sent, not even what somebody on the line asked for."""


def may_write(
    case: Case, channel: Channel, local: datetime, history: ContactHistory, *, asked_for: bool
) -> Permitted | Refused:
    """Judge a message at `local`, aware and in the debtor's zone.

    What the person asked for in a call (`asked_for`) is bound by no hours, caps or promises: only by a wish not to be
    written to on this channel, and by the holds that end all contact. Everything else is a contact like a call,
    but that an open promise does not stand in the way of being reminded of it.

    Raises:
        UnknownJurisdiction: the creditor's jurisdiction has no rules.
        NaiveInstant: `local` has no zone.
    """
    if not asked_for:
        unasked = tuple(rule for rule in rules_for(case.creditor.jurisdiction) if not isinstance(rule, PromiseOpen))
        return may_contact(case, channel, local, history, rules=unasked)
    binding = tuple(
        hold
        for hold in case.holds
        if hold.kind in BINDS_EVEN_WHAT_WAS_ASKED_FOR or stopped_channel(hold.kind) is not None
    )
    rules = tuple(
        rule for rule in rules_for(case.creditor.jurisdiction) if isinstance(rule, StopRequested | OnHold | UnderAge)
    )
    return may_contact(replace(case, holds=binding), channel, local, history, rules=rules)
