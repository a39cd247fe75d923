"""What happened with a person before, as the rules of contact read it, from whatever the record holds.

A person is everybody with the same CPF, at every creditor and number; a call to the same number counts as an attempt
too, since the same telephone rang.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from voicebot.domain.compliance.contact import Attempt, ContactHistory, register_of, stopped_channel
from voicebot.domain.dialogue.phases import Disposition, Phase
from voicebot.domain.portfolio import Channel
from voicebot.domain.promises import Promise, Received, latest_open

LOOKED_BACK: Final = timedelta(days=31)
"""No rule looks at attempts older than this."""
ONLY_VERIFIED: Final = frozenset(
    {Phase.EXPLANATION, Phase.NEGOTIATION, Phase.CONFIRMATION, Phase.PAYMENT, Phase.SATISFACTION}
)
"""Phases that no call reaches before the right person is verified."""
RIGHT_PERSON: Final = frozenset(
    {
        Disposition.AGREEMENT,
        Disposition.PROMISE_TO_PAY,
        Disposition.REMINDER_DELIVERED,
        Disposition.ALREADY_PAID,
        Disposition.DISPUTE,
        Disposition.HAS_LAWYER,
        Disposition.NO_AGREEMENT,
        Disposition.REFUSED,
        Disposition.PRIVACY_REQUEST,
        Disposition.VULNERABLE_HOLD,
    }
)
"""Ends that only a conversation with the right person has."""
ABOUT_THE_NUMBER: Final = frozenset({"wrong_number", "dead_number"})
"""Suppressions of a phone number, not of a person: with a new number the person may be called again."""
ABOUT_THE_PERSON: Final = frozenset({"stop", "deceased", "crisis", "bereavement", "illness"})
"""Suppressions that hold for a person at every creditor; the others are between them and one creditor."""
NO_ATTEMPT: Final = frozenset({Disposition.BLOCKED})


@dataclass(frozen=True, slots=True)
class PastCall:
    at: datetime
    inbound: bool
    same_person: bool
    """False where only the number is the same."""
    disposition: Disposition | None
    verified: bool
    """Somebody was told what only the verified debtor may hear."""

    @property
    def is_conversation(self) -> bool:
        return self.same_person and (self.verified or self.disposition in RIGHT_PERSON)


@dataclass(frozen=True, slots=True)
class Past:
    """What the record holds of a person; adapters gather it, `contact_history` reads it."""

    calls: tuple[PastCall, ...] = ()
    reminders: tuple[tuple[Channel, datetime], ...] = ()
    """Messages that the person had not asked for, as they were sent."""
    for_ever: frozenset[str] = frozenset()
    """Kinds of holds and suppressions without an end."""
    promises: tuple[Promise, ...] = ()
    """With this creditor, in the order they were made."""
    received: tuple[Received, ...] = ()
    """On this debtor's contracts."""
    callbacks: tuple[datetime, ...] = ()
    """When the person asked to be called, as far as that is not done."""


def contact_history(past: Past, local: datetime) -> ContactHistory:
    """Read the past at `local`, aware and in the debtor's zone; what came after it is left out."""
    calls = [call for call in past.calls if call.at <= local and call.disposition not in NO_ATTEMPT]
    attempts = [Attempt(call.at, call.is_conversation, inbound=call.inbound) for call in calls]
    attempts += [Attempt(at, conversation=False, channel=channel) for channel, at in past.reminders if at <= local]
    received = tuple(each for each in past.received if each.paid_on <= local.date())
    return ContactHistory(
        attempts=tuple(sorted(attempts, key=lambda attempt: attempt.at)),
        stopped=_stopped(past.for_ever),
        registers=frozenset(uf for uf in map(register_of, past.for_ever) if uf is not None),
        open_promise=latest_open([each for each in past.promises if each.agreed_on <= local.date()], received),
        paid_on=max((each.paid_on for each in received), default=None),
        invited_on=_invited(past.callbacks, [call for call in calls if not call.inbound], local),
    )


def _stopped(kinds: Iterable[str]) -> frozenset[Channel]:
    kinds = set(kinds)
    if "stop" in kinds:
        return frozenset(Channel)
    return frozenset(channel for channel in map(stopped_channel, kinds) if channel is not None)


def _invited(callbacks: tuple[datetime, ...], dialled: list[PastCall], local: datetime) -> date | None:
    """The next day asked for; an invitation is used up by the first call at or after its hour."""
    still = [due for due in callbacks if not any(call.at >= due for call in dialled)]
    days = [due.astimezone(local.tzinfo).date() for due in still]
    return min((day for day in days if day >= local.date()), default=None)
