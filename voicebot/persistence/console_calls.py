"""One call as the console shows it, and what people add to it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, delete, exists, insert, select, update
from sqlalchemy.engine import Row
from sqlalchemy.ext.asyncio import AsyncConnection

from voicebot.application.line_times import line_times
from voicebot.application.qa.calls import CallFile, CallLine, Incident, Judgement, NoSuchCall, Note, NoteKind, Review
from voicebot.application.qa.queues import Queue
from voicebot.application.qa.scorecard import read_scorecard
from voicebot.persistence.console_queues import ENTRY, claimable, entry_of, seen_by
from voicebot.persistence.console_tables import ClaimRow, NoteRow, QualityRow, ReviewRow, UserRow
from voicebot.persistence.database import Database
from voicebot.persistence.operations import REFUSED
from voicebot.persistence.reading import noted
from voicebot.persistence.tables import AgreementRow, CallRow, EscalationRow, EventRow, LineRow, RecordingRow


class PostgresCalls:
    """`Calls` on a `Database`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def call(self, call_id: UUID, *, creditors: tuple[str, ...] | None) -> CallFile:
        async with self._database.transaction() as connection:
            head = await _head(connection, call_id, creditors)
            started = head.media_started_at or head.started_at
            return CallFile(
                entry=entry_of(head),
                debtor_name=head.debtor_name,
                phone=head.phone,
                phase=head.phase,
                notice_given_at=head.notice_given_at,
                lines=await _lines(connection, call_id, started),
                scorecard=read_scorecard(head.scorecard) if head.scorecard else None,
                scored_at=head.scored_at,
                scorer=head.scorer,
                reviews=await _reviews(connection, call_id),
                notes=await _notes(connection, call_id),
                escalations=await _escalations(connection, call_id),
                agreement=await connection.scalar(
                    select(AgreementRow.agreement).where(AgreementRow.call_id == call_id)
                ),
                has_recording=head.recorded,
                incidents=await _incidents(connection, call_id, started),
                protocol=head.protocol,
            )

    async def review(
        self,
        call_id: UUID,
        *,
        creditors: tuple[str, ...] | None,
        by: int,
        judgement: Judgement,
        at: datetime,
        care_checked: bool = False,
    ) -> None:
        async with self._database.transaction() as connection:
            await _must_see(connection, call_id, creditors)
            await connection.execute(insert(ReviewRow).values(review_values(call_id, by, judgement, at)))
            await connection.execute(
                update(QualityRow)
                .where(QualityRow.call_id == call_id)
                .values(
                    human_score=judgement.score,
                    human_fatal=bool(judgement.fatal),
                    reviewed_at=at,
                    **({"care_checked_at": at} if care_checked else {}),
                )
            )
            # While it waits on in its queue it stays held: else it would be the next call of who has just judged it.
            queue = await connection.scalar(select(ClaimRow.queue).where(ClaimRow.call_id == call_id))
            if queue is not None and not await _waits(connection, call_id, Queue(queue)):
                await connection.execute(delete(ClaimRow).where(ClaimRow.call_id == call_id))

    async def note(
        self,
        call_id: UUID,
        *,
        creditors: tuple[str, ...] | None,
        by: int,
        kind: NoteKind,
        text: str,
        at_s: float | None,
        at: datetime,
        until_s: float | None = None,
    ) -> None:
        row = {
            "call_id": call_id,
            "user_id": by,
            "kind": kind.value,
            "text": text,
            "at_s": at_s,
            "at": at,
            "until_s": until_s,
        }
        async with self._database.transaction() as connection:
            await _must_see(connection, call_id, creditors)
            await connection.execute(insert(NoteRow).values(row))
            if kind is NoteKind.DISPUTE:
                await connection.execute(update(QualityRow).where(QualityRow.call_id == call_id).values(disputed=True))

    async def settle(
        self,
        call_id: UUID,
        note_id: int,
        *,
        creditors: tuple[str, ...] | None,
        by: int,
        settlement: str,
        at: datetime,
    ) -> None:
        open_ones = (
            NoteRow.call_id == call_id,
            NoteRow.kind == NoteKind.DISPUTE.value,
            NoteRow.settled_at.is_(None),
        )
        async with self._database.transaction() as connection:
            await _must_see(connection, call_id, creditors)
            await connection.execute(
                update(NoteRow)
                .where(NoteRow.id == note_id, *open_ones)
                .values(settled_at=at, settled_by=by, settlement=settlement)
            )
            still = exists().where(*open_ones)
            await connection.execute(update(QualityRow).where(QualityRow.call_id == call_id).values(disputed=still))


def review_values(call_id: UUID, by: int, judgement: Judgement, at: datetime) -> dict[str, Any]:
    """Give the columns of a review."""
    return {
        "call_id": call_id,
        "user_id": by,
        "score": judgement.score,
        "fatal": list(judgement.fatal),
        "results": dict(judgement.results),
        "comment": judgement.comment,
        "at": at,
    }


async def _waits(connection: AsyncConnection, call_id: UUID, queue: Queue) -> bool:
    found = select(QualityRow.call_id).where(QualityRow.call_id == call_id, claimable(queue))
    return await connection.scalar(found) is not None


async def _must_see(connection: AsyncConnection, call_id: UUID, creditors: tuple[str, ...] | None) -> None:
    found = select(QualityRow.call_id).where(QualityRow.call_id == call_id, seen_by(creditors))
    if await connection.scalar(found) is None:
        raise NoSuchCall(str(call_id))


async def _head(connection: AsyncConnection, call_id: UUID, creditors: tuple[str, ...] | None) -> Row[*tuple[Any, ...]]:
    recorded = exists().where(RecordingRow.call_id == call_id, RecordingRow.state != "deleted")
    query: Select[*tuple[Any, ...]] = (
        select(
            *ENTRY,
            QualityRow.scorecard,
            QualityRow.scored_at,
            QualityRow.scorer,
            QualityRow.protocol,
            CallRow.debtor_name,
            CallRow.phone,
            CallRow.phase,
            CallRow.notice_given_at,
            CallRow.media_started_at,
            recorded.label("recorded"),
        )
        .join(CallRow, CallRow.id == QualityRow.call_id)
        .where(QualityRow.call_id == call_id, seen_by(creditors))
    )
    found = (await connection.execute(query)).first()
    if found is None:
        raise NoSuchCall(str(call_id))
    return found


async def _lines(connection: AsyncConnection, call_id: UUID, started: datetime) -> tuple[CallLine, ...]:
    query = (
        select(LineRow.__table__, LineRow.index.label("position"))
        .where(LineRow.call_id == call_id)
        .order_by(LineRow.index)
    )
    rows = (await connection.execute(query)).all()
    times = line_times((noted(row) for row in rows), started)
    return tuple(
        CallLine(
            index=row.position,
            speaker=row.speaker,
            text=row.text,
            # Of a line without a mark only this is known: it was handed over at `at`.
            at_s=start_s if start_s is not None else max((row.at - started).total_seconds(), 0.0),
            end_s=end_s,
            acts=tuple(row.acts),
            phase=row.phase,
            intent=row.intent,
            confidence=row.confidence,
            response_ms=row.response_ms,
            cut_off=row.heard == "cleared",
        )
        for row, (start_s, end_s) in zip(rows, times, strict=True)
    )


async def _reviews(connection: AsyncConnection, call_id: UUID) -> tuple[Review, ...]:
    query = (
        select(ReviewRow.__table__, UserRow.name)
        .join(UserRow, UserRow.id == ReviewRow.user_id)
        .where(ReviewRow.call_id == call_id, ReviewRow.round_id.is_(None))
        .order_by(ReviewRow.id.desc())
    )
    rows = (await connection.execute(query)).all()
    return tuple(Review(row.name, row.score, tuple(row.fatal), row.results, row.comment, row.at) for row in rows)


async def _notes(connection: AsyncConnection, call_id: UUID) -> tuple[Note, ...]:
    query = (
        select(NoteRow.__table__, UserRow.name)
        .join(UserRow, UserRow.id == NoteRow.user_id)
        .where(NoteRow.call_id == call_id)
        .order_by(NoteRow.id)
    )
    return tuple(note_of(row) for row in (await connection.execute(query)).all())


def note_of(row: Row[Any]) -> Note:
    """Read a row of notes with their author's name."""
    return Note(
        row.id,
        NoteKind(row.kind),
        row.name,
        row.text,
        row.at_s,
        row.at,
        row.settled_at,
        row.settlement,
        row.until_s,
    )


async def _escalations(connection: AsyncConnection, call_id: UUID) -> tuple[tuple[str, str, str], ...]:
    query = select(EscalationRow.__table__).where(EscalationRow.call_id == call_id).order_by(EscalationRow.id)
    rows: Sequence[Row[Any]] = (await connection.execute(query)).all()
    return tuple((row.reason, row.urgency, row.summary) for row in rows)


async def _incidents(connection: AsyncConnection, call_id: UUID, started: datetime) -> tuple[Incident, ...]:
    query = (
        select(EventRow.data, EventRow.at)
        .where(EventRow.call_id == call_id, EventRow.kind == REFUSED)
        .order_by(EventRow.id)
    )
    rows = (await connection.execute(query)).all()
    return tuple(Incident(str(row.data.get("rule", "")), max((row.at - started).total_seconds(), 0.0)) for row in rows)
