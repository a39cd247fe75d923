"""In-memory fakes of the record, the tokens and the messenger; they pass the same contract suite as PostgreSQL.

`MemoryRecords().away = True` makes every call raise `RecordsUnavailable`, as a dead database does. The tokens and
messages are there to look at: `MemoryMessenger().sent`. What the record of calls does not hold of a person is in
`MemoryRecords().before`.
"""

from __future__ import annotations

import secrets
import uuid
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Final

from voicebot.application.call_record import CallOutcome, RecordedLine, UnknownCall
from voicebot.application.call_reports import DEAD_NUMBER
from voicebot.application.ports import Clock, IncomingCall, Judge, MarkOutcome, RecordsUnavailable, SpokenLine
from voicebot.domain.compliance.one_call import on_the_line
from voicebot.domain.compliance.rules import Refused
from voicebot.domain.dialogue.phases import Direction, Disposition
from voicebot.domain.portfolio import Case
from voicebot.testing.memory_histories import Before, MemoryCall

_WRITTEN: Final = frozenset({"whatsapp", "sms", "email", "on_call"})


class MemoryRecords:
    """`CallRecords` in a dictionary."""

    def __init__(self) -> None:
        self.before = Before()
        self.calls = self.before.calls
        self.away = False

    async def dial(
        self, call_id: str, case: Case, judge: Judge, *, provider: str, at: datetime, owner: str, lease_until: datetime
    ) -> Refused | None:
        """Open the record of an outbound call if `judge` permits it."""
        debtor = case.debtor
        self.before.people[debtor.ref] = case
        await self.close_expired(at)
        if self.before.is_on_the_line(case):
            return on_the_line(at)
        # Nothing is awaited between the question and the answer: in one loop that is one step.
        verdict = judge(self.before.history(debtor.ref, at))
        if isinstance(verdict, Refused):
            return verdict
        self.calls[_key(call_id)] = MemoryCall(
            _key(call_id),
            Direction.OUTBOUND,
            provider,
            at,
            debtor.ref,
            debtor.name,
            debtor.state,
            case.creditor.name,
            debtor.phone,
            "pt-BR",
            None,
            owner,
            lease_until,
        )
        return None

    async def begin(
        self,
        call_id: str,
        *,
        direction: Direction,
        provider: str,
        at: datetime,
        debtor_ref: str | None = None,
        debtor_name: str | None = None,
        debtor_state: str | None = None,
        creditor_name: str | None = None,
        phone: str | None = None,
        language: str = "pt-BR",
        provider_call_id: str | None = None,
        owner: str | None = None,
        lease_until: datetime | None = None,
    ) -> str:
        """Open the record, once."""
        key = _key(call_id)
        if key in self.calls:
            return key
        known = provider_call_id and await self.find_call_by_provider_id(provider, provider_call_id)
        if known:
            return known
        self._answer()
        self.calls[key] = MemoryCall(
            key,
            direction,
            provider,
            at,
            debtor_ref,
            debtor_name,
            debtor_state,
            creditor_name,
            phone,
            language,
            provider_call_id,
            owner,
            lease_until,
        )
        return key

    async def attach_media(
        self, call_id: str, *, provider_call_id: str | None, owner: str, lease_until: datetime, at: datetime
    ) -> bool:
        """Note who holds the call; False where it is closed, unknown or held."""
        call = self._find(call_id)
        if call is None or call.closed_at is not None:
            return False
        if call.media_started_at is not None and (call.lease_until is None or call.lease_until >= at):
            return False
        call.owner, call.lease_until, call.media_started_at = owner, lease_until, at
        call.provider_call_id = provider_call_id or call.provider_call_id
        return True

    async def renew_lease(self, call_id: str, owner: str, until: datetime) -> bool:
        """Keep the call; False where it is closed or somebody else's."""
        call = self._find(call_id)
        if call is None or call.closed_at is not None or call.owner != owner:
            return False
        call.lease_until = until
        return True

    async def close_unanswered(self, call_id: str, disposition: Disposition, at: datetime) -> bool:
        """Close a call that nobody answered; False where its audio has flowed."""
        if self._call(call_id).media_started_at is not None:
            return False
        await self.close(call_id, disposition, at)
        return True

    async def close_expired(self, now: datetime) -> list[str]:
        """Close as failed the calls whose lease ended before `now`."""
        self._answer()
        closed = [
            call
            for call in self.calls.values()
            if call.closed_at is None and call.lease_until is not None and call.lease_until < now
        ]
        for call in closed:
            call.disposition, call.closed_at, call.closed_by = Disposition.FAILED, now, "lease"
        return [call.id for call in closed]

    async def add_line(self, call_id: str, line: SpokenLine) -> int:
        """Append a line."""
        lines = self._call(call_id).lines
        lines.append(RecordedLine(len(lines), line, None))
        return len(lines) - 1

    async def mark(self, call_id: str, line: int, outcome: MarkOutcome, at: datetime) -> None:
        """Note whether a line was heard."""
        call = self._call(call_id)
        if not 0 <= line < len(call.lines):
            raise UnknownCall(f"call {call_id} has no line {line} to mark")
        marked = call.lines[line] = replace(call.lines[line], heard=outcome)
        if outcome is MarkOutcome.PLAYED and "NoticeRecording" in marked.line.acts:
            call.notice_given_at = call.notice_given_at or at

    async def refuse(self, call_id: str, variant: str, rule: str, at: datetime) -> None:
        """Count an incident."""
        await self.record_event(call_id, "refused", {"variant": variant, "rule": rule}, at)

    async def record_event(self, call_id: str, kind: str, data: dict[str, str], at: datetime) -> None:
        """Note an event.

        Raises:
            ValueError: a callback without an aware `at`.
        """
        if kind == "callback" and datetime.fromisoformat(data.get("at", "")).tzinfo is None:
            raise ValueError('a callback needs "at", ISO 8601 with an offset')
        self._call(call_id).events.append((kind, dict(data), at))

    async def agree(self, call_id: str, agreement: dict[str, object], at: datetime) -> None:
        """Keep the agreement; a later one takes its place."""
        call = self._call(call_id)
        call.agreement, call.agreed_at = dict(agreement), at

    async def suppress(self, call_id: str, kind: str, until: datetime | None, at: datetime) -> None:
        """Note what the dialler must respect."""
        call = self._call(call_id)
        known = [
            end
            for each in self.calls.values()
            if each.phone == call.phone
            for said, end in each.suppressions
            if said == kind == DEAD_NUMBER
        ]
        if until is not None and any(end is None or end.date() < until.date() for end in known):
            until = None
        call.suppressions.append((kind, until))

    async def close(self, call_id: str, disposition: Disposition, at: datetime) -> None:
        """Close the call; the first disposition stays, unless it was an expired lease's."""
        call = self._call(call_id)
        if call.closed_at is None or call.closed_by == "lease":
            call.disposition, call.closed_at, call.closed_by = disposition, at, "owner"

    async def transcript(self, call_id: str) -> dict[str, Any]:
        """Give the call as Transcript JSON."""
        call = self._call(call_id)
        return {
            "call_id": call.id,
            "direction": call.direction.value,
            "language": call.language,
            "started_at": call.started_at.isoformat(),
            "creditor": call.creditor_name,
            "debtor_name": call.debtor_name,
            "debtor_state": call.debtor_state,
            "agent_kind": "bot",
            "disposition": call.disposition.value if call.disposition else None,
            "turns": [_turn(recorded) for recorded in call.lines],
            "agreement": call.agreement,
        }

    async def lines_since(self, call_id: str, index: int) -> list[RecordedLine]:
        """Give the lines from `index` on."""
        call = self._find(call_id)
        return call.lines[index:] if call else []

    async def next_line(self, call_id: str) -> int:
        """Give the next line's index."""
        return len(await self.lines_since(call_id, 0))

    async def find_call_by_provider_id(self, provider: str, provider_call_id: str) -> str | None:
        """Give our call for the provider's."""
        self._answer()
        wanted = (provider, provider_call_id)
        return next((each.id for each in self.calls.values() if (each.provider, each.provider_call_id) == wanted), None)

    async def debtor_ref_of_call(self, call_id: str) -> str | None:
        """Name whom a call is about."""
        return self._call(call_id).debtor_ref

    async def outcome(self, call_id: str) -> CallOutcome:
        """Give what came of a call."""
        call = self._call(call_id)
        told = [data for kind, data, _ in call.events if kind == "escalation"]
        return CallOutcome(
            call_id=call.id,
            direction=call.direction,
            debtor_ref=call.debtor_ref,
            provider=call.provider,
            disposition=call.disposition,
            closed_by=call.closed_by,
            started_at=call.started_at,
            closed_at=call.closed_at,
            notice_given_at=call.notice_given_at,
            agreement=call.agreement,
            escalations=tuple(
                (data.get("reason", ""), data.get("urgency", ""), data.get("summary", "")) for data in told
            ),
            callbacks=tuple(datetime.fromisoformat(data["at"]) for kind, data, _ in call.events if kind == "callback"),
            suppressions=tuple(call.suppressions),
            incidents=sum(kind == "refused" for kind, _, _ in call.events),
        )

    def _answer(self) -> None:
        if self.away:
            raise RecordsUnavailable("the record is away, as the test wants it")

    def _find(self, call_id: str) -> MemoryCall | None:
        self._answer()
        return self.calls.get(_key(call_id))

    def _call(self, call_id: str) -> MemoryCall:
        call = self._find(call_id)
        if call is None:
            raise UnknownCall(f"call {call_id} was never begun")
        return call


class MemoryCallTokens:
    """`CallTokens` over `MemoryRecords`; `cases` gives the case of a reference."""

    def __init__(
        self, records: MemoryRecords, clock: Clock, case_by_ref: Callable[[str], Awaitable[Case | None]]
    ) -> None:
        self._records = records
        self._clock = clock
        self._case_by_ref = case_by_ref
        self._open: dict[str, tuple[str, str, datetime]] = {}

    async def mint(self, call_id: str, provider_call_id: str, *, ttl_s: float) -> str:
        """Make a token."""
        await self._records.debtor_ref_of_call(call_id)
        token = secrets.token_urlsafe(32)
        self._open[token] = (call_id, provider_call_id, self._clock.now() + timedelta(seconds=ttl_s))
        return token

    async def redeem(self, token: str, provider_call_id: str) -> IncomingCall | None:
        """Give the call once."""
        call_id, owner, expires_at = self._open.get(token, ("", "", None))
        if expires_at is None or owner != provider_call_id or expires_at <= self._clock.now():
            return None
        del self._open[token]
        call = self._records.calls[_key(call_id)]
        if call.closed_at is not None:
            return None
        case = await self._case_by_ref(call.debtor_ref) if call.debtor_ref is not None else None
        return IncomingCall(call.id, call.direction, case)


class MemoryMessenger:
    """`Messenger` that keeps what it accepted in `sent`; `accepts = False` makes it refuse."""

    def __init__(self) -> None:
        self.sent: list[tuple[str, str, str]] = []
        self.accepts = True

    async def send(self, call_id: str, channel: str, text: str) -> bool:
        """Accept a message for a channel that a text can go by."""
        accepted = self.accepts and channel in _WRITTEN
        if accepted:
            self.sent.append((call_id, channel, text))
        return accepted


def _key(call_id: str) -> str:
    try:
        return str(uuid.UUID(call_id))
    except ValueError:
        raise UnknownCall("no call has this id: a call id is a UUID") from None


def _turn(recorded: RecordedLine) -> dict[str, Any]:
    line = recorded.line
    return {
        "speaker": line.speaker.value,
        "text": line.text,
        "start_s": line.start_s,
        "end_s": line.end_s,
        "acts": list(line.acts),
        "heard": recorded.heard.value if recorded.heard else None,
        "phase": line.phase.value if line.phase else None,
        "intent": line.intent,
    }
