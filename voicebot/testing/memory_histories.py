"""The history of a person out of calls in memory; passes the same contract suite as PostgreSQL."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from voicebot.application.call_record import RecordedLine
from voicebot.application.histories import (
    ABOUT_THE_NUMBER,
    ABOUT_THE_PERSON,
    ONLY_VERIFIED,
    Past,
    PastCall,
    contact_history,
)
from voicebot.domain.compliance.contact import ContactHistory
from voicebot.domain.dialogue.phases import Direction, Disposition
from voicebot.domain.portfolio import Case, Channel
from voicebot.domain.promises import Promise, Received, latest_broken, promise_of


@dataclass(slots=True)
class MemoryCall:
    """All that is known of one call."""

    id: str
    direction: Direction
    provider: str
    started_at: datetime
    debtor_ref: str | None
    debtor_name: str | None
    debtor_state: str | None
    creditor_name: str | None
    phone: str | None
    language: str
    provider_call_id: str | None
    owner: str | None
    lease_until: datetime | None
    lines: list[RecordedLine] = field(default_factory=list)
    events: list[tuple[str, dict[str, str], datetime]] = field(default_factory=list)
    suppressions: list[tuple[str, datetime | None]] = field(default_factory=list)
    agreement: dict[str, Any] | None = None
    agreed_at: datetime | None = None
    notice_given_at: datetime | None = None
    disposition: Disposition | None = None
    closed_at: datetime | None = None
    closed_by: str | None = None
    media_started_at: datetime | None = None


@dataclass(slots=True)
class Before:
    """The calls on record, and what else is known of the people in them; a test may put into it what it likes."""

    calls: dict[str, MemoryCall] = field(default_factory=dict)
    people: dict[str, Case] = field(default_factory=dict)
    """By reference; whoever is dialled is added."""
    payments: list[Received] = field(default_factory=list)
    reminders: list[tuple[str, Channel, datetime]] = field(default_factory=list)
    """Reference, channel and when it was sent."""

    def is_on_the_line(self, case: Case) -> bool:
        """Tell whether a call with this person or number is open."""
        same = self._same(case)
        theirs = (call for call in self.calls.values() if call.debtor_ref in same or call.phone == case.debtor.phone)
        return any(call.closed_at is None for call in theirs)

    def history(self, ref: str, at: datetime) -> ContactHistory:
        """Read the history of a person; empty for an unknown one."""
        case = self.people.get(ref)
        if case is None:
            return ContactHistory()
        phone, same = case.debtor.phone, self._same(case)
        own = [call for call in self.calls.values() if call.debtor_ref in same]
        contracts = {debt.contract for debt in case.debts}
        past = Past(
            calls=tuple(_past(call, call in own) for call in self.calls.values() if call in own or call.phone == phone),
            reminders=tuple((channel, sent) for whose, channel, sent in self.reminders if whose in same),
            for_ever=frozenset(
                kind
                for call in self.calls.values()
                for kind, until in call.suppressions
                if until is None and _binds(kind, call, ref, same, phone)
            ),
            promises=self.promises(ref),
            received=tuple(each for each in self.payments if each.contract in contracts),
            callbacks=tuple(
                datetime.fromisoformat(data["at"])
                for call in own
                for kind, data, _ in call.events
                if kind == "callback"
            ),
        )
        return contact_history(past, at.astimezone(ZoneInfo(case.timezone)))

    def promises(self, ref: str) -> tuple[Promise, ...]:
        """Give the complete agreements of a debtor in the order they were made."""
        zone = ZoneInfo(self.people[ref].timezone)
        agreed = [
            (call.agreed_at, call.agreement)
            for call in self.calls.values()
            if call.debtor_ref == ref and call.agreement is not None and call.agreed_at is not None
        ]
        found = (
            promise_of(terms, at.astimezone(zone).date()) for at, terms in sorted(agreed, key=lambda each: each[0])
        )
        return tuple(promise for promise in found if promise is not None)

    def _same(self, case: Case) -> set[str]:
        return {ref for ref, each in self.people.items() if each.debtor.cpf == case.debtor.cpf}


def _past(call: MemoryCall, same_person: bool) -> PastCall:
    told = any(each.line.phase in ONLY_VERIFIED for each in call.lines)
    return PastCall(call.started_at, call.direction is Direction.INBOUND, same_person, call.disposition, told)


class MemoryHistories:
    """`Histories` over `MemoryRecords`; `known_until` is the last day of which payments are known."""

    def __init__(self, before: Before, *, known_until: date | None = None) -> None:
        self._before = before
        self.known_until = known_until

    async def history(self, ref: str, at: datetime) -> ContactHistory:
        """Give the history of the person."""
        return self._before.history(ref, at)

    async def broken_promise(self, ref: str, at: datetime) -> date | None:
        """Give the day of the latest promise that is broken."""
        case = self._before.people.get(ref)
        if case is None:
            return None
        today, paid = at.astimezone(ZoneInfo(case.timezone)).date(), self._before.payments
        newest = max((each.paid_on for each in paid), default=None)
        known = max((day for day in (newest, self.known_until) if day is not None), default=None)
        promises = self._before.promises(ref)
        return latest_broken(promises, paid, calendar=case.calendar, today=today, known_until=known)


def _binds(kind: str, call: MemoryCall, ref: str, same: set[str], phone: str) -> bool:
    if kind in ABOUT_THE_NUMBER:
        return call.phone == phone
    everywhere = kind in ABOUT_THE_PERSON or kind.startswith("stop_")
    return call.debtor_ref == ref or (everywhere and call.debtor_ref in same)
