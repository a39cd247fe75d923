"""Reading a call back: the transcript in the contract's JSON, its lines as they come, its outcome."""

from __future__ import annotations

import uuid
from typing import Any

from sqlalchemy import func, select

from voicebot.application.call_record import CallOutcome, RecordedLine, UnknownCall
from voicebot.application.line_times import Noted, line_times
from voicebot.application.ports import MarkOutcome, Speaker, SpokenLine
from voicebot.domain.dialogue.phases import Direction, Disposition, Phase
from voicebot.persistence.database import Database
from voicebot.persistence.operations import REFUSED, call_uuid
from voicebot.persistence.tables import (
    AgreementRow,
    CallbackRow,
    CallRow,
    EscalationRow,
    EventRow,
    LineRow,
    SuppressionRow,
)


class CallReader:
    """Reads calls; every method raises `RecordsUnavailable` when the database is away."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def transcript(self, call_id: str) -> dict[str, Any]:
        """Give the call as Transcript JSON, with `heard`, `phase` and `intent` added to each turn.

        Raises:
            UnknownCall: never begun.
        """
        key = call_uuid(call_id)
        async with self._database.session() as session:
            call = _found(await session.get(CallRow, key), key)
            lines = list(await session.scalars(select(LineRow).where(LineRow.call_id == key).order_by(LineRow.index)))
            times = line_times((noted(line) for line in lines), call.media_started_at)
            agreement = await session.get(AgreementRow, key)
            return {
                "call_id": str(call.id),
                "direction": call.direction,
                "language": call.language,
                "started_at": call.started_at.isoformat(),
                "creditor": call.creditor_name,
                "debtor_name": call.debtor_name,
                "debtor_state": call.debtor_state,
                "agent_kind": "bot",
                "disposition": call.disposition,
                "turns": [_turn(line, *spoken) for line, spoken in zip(lines, times, strict=True)],
                "agreement": agreement.agreement if agreement else None,
            }

    async def lines_since(self, call_id: str, index: int) -> list[RecordedLine]:
        """Give the lines from `index` on, in order; ask again with the last index + 1 to follow a live call."""
        key = call_uuid(call_id)
        async with self._database.session() as session:
            rows = await session.scalars(
                select(LineRow).where(LineRow.call_id == key, LineRow.index >= index).order_by(LineRow.index)
            )
            return [_recorded(row) for row in rows]

    async def events(self, call_id: str, kind: str) -> list[dict[str, Any]]:
        """Give what was recorded under `kind`, in order; empty for none."""
        async with self._database.transaction() as connection:
            found = await connection.scalars(
                select(EventRow.data)
                .where(EventRow.call_id == call_uuid(call_id), EventRow.kind == kind)
                .order_by(EventRow.id)
            )
            return list(found)

    async def next_line(self, call_id: str) -> int:
        """Give the index that the next line will have."""
        async with self._database.transaction() as connection:
            last = await connection.scalar(select(func.max(LineRow.index)).where(LineRow.call_id == call_uuid(call_id)))
            return 0 if last is None else last + 1

    async def find_call_by_provider_id(self, provider: str, provider_call_id: str) -> str | None:
        """Give our call for the provider's, if there is one."""
        async with self._database.transaction() as connection:
            found = await connection.scalar(
                select(CallRow.id).where(CallRow.provider == provider, CallRow.provider_call_id == provider_call_id)
            )
            return str(found) if found else None

    async def debtor_ref_of_call(self, call_id: str) -> str | None:
        """Name whom a call is about; None for an unknown caller.

        Raises:
            UnknownCall: never begun.
        """
        key = call_uuid(call_id)
        async with self._database.session() as session:
            return _found(await session.get(CallRow, key), key).debtor_ref

    async def outcome(self, call_id: str) -> CallOutcome:
        """Give what came of a call, so far where it is open.

        Raises:
            UnknownCall: never begun.
        """
        key = call_uuid(call_id)
        async with self._database.session() as session:
            call = _found(await session.get(CallRow, key), key)
            agreement = await session.get(AgreementRow, key)
            escalations = await session.scalars(
                select(EscalationRow).where(EscalationRow.call_id == key).order_by(EscalationRow.id)
            )
            callbacks = await session.scalars(
                select(CallbackRow.due_at).where(CallbackRow.call_id == key).order_by(CallbackRow.id)
            )
            suppressions = await session.scalars(
                select(SuppressionRow).where(SuppressionRow.call_id == key).order_by(SuppressionRow.id)
            )
            incidents = await session.scalar(
                select(func.count()).where(EventRow.call_id == key, EventRow.kind == REFUSED)
            )
            return CallOutcome(
                call_id=str(call.id),
                direction=Direction(call.direction),
                debtor_ref=call.debtor_ref,
                provider=call.provider,
                disposition=Disposition(call.disposition) if call.disposition else None,
                closed_by=call.closed_by,
                started_at=call.started_at,
                closed_at=call.closed_at,
                notice_given_at=call.notice_given_at,
                agreement=agreement.agreement if agreement else None,
                escalations=tuple((row.reason, row.urgency, row.summary) for row in escalations),
                callbacks=tuple(callbacks),
                suppressions=tuple((row.kind, row.until) for row in suppressions),
                incidents=incidents or 0,
            )


def _found(row: CallRow | None, key: uuid.UUID) -> CallRow:
    if row is None:
        raise UnknownCall(f"call {key} was never begun")
    return row


def noted(row: Any) -> Noted:
    """Read what a row of lines, mapped or not, says of its times."""
    return Noted(row.speaker == Speaker.AGENT, row.at, row.heard_at, row.start_s, row.end_s)


def _turn(row: LineRow, start_s: float | None, end_s: float | None) -> dict[str, Any]:
    return {
        "speaker": row.speaker,
        "text": row.text,
        "start_s": start_s,
        "end_s": end_s,
        "acts": row.acts,
        "heard": row.heard,
        "phase": row.phase,
        "intent": row.intent,
    }


def _recorded(row: LineRow) -> RecordedLine:
    line = SpokenLine(
        speaker=Speaker(row.speaker),
        text=row.text,
        at=row.at,
        start_s=row.start_s,
        end_s=row.end_s,
        acts=tuple(row.acts),
        phase=Phase(row.phase) if row.phase else None,
        intent=row.intent,
        confidence=row.confidence,
        response_ms=row.response_ms,
    )
    return RecordedLine(row.index, line, MarkOutcome(row.heard) if row.heard else None)
