"""The console's lists: each is one partial index, read by keyset, so a page costs the same at any depth.

A review ends a call's stay in every list about its score, since it judges the whole of it; distress asks how a person
was cared for, and stays until somebody says to have looked at that.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, exists, func, literal, or_, select, text, true, tuple_
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.engine import Row

from voicebot.application.qa.queues import (
    CLAIMED_FOR,
    LOW_CONFIDENCE,
    LOW_SCORE,
    PAGE,
    TELLING,
    CallEntry,
    Claim,
    Cursor,
    Filter,
    Page,
    Queue,
)
from voicebot.persistence.console_search import matching
from voicebot.persistence.console_tables import ClaimRow, QualityRow, UserRow
from voicebot.persistence.database import Database

# The literals must be those of the partial indexes: a bound parameter would hide them from the planner.
_NO_FATAL: Final = text("fatal = '{}'")
_IN_QUEUE: Final[dict[Queue, ColumnElement[bool]]] = {
    Queue.FATAL: and_(text("fatal <> '{}'")),
    Queue.DISTRESS: and_(QualityRow.distress),
    Queue.LOW_SCORE: and_(text(f"score < {LOW_SCORE}"), _NO_FATAL),
    Queue.LOW_CONFIDENCE: and_(text(f"confidence < {LOW_CONFIDENCE}")),
    Queue.SAMPLE: and_(QualityRow.sampled),
    Queue.DISPUTED: and_(QualityRow.disputed),
    Queue.ALL: true(),
}
_CREDITORS: Final = text("""
WITH RECURSIVE names AS (
    (SELECT creditor FROM call_quality WHERE creditor IS NOT NULL ORDER BY creditor LIMIT 1)
    UNION ALL
    SELECT (SELECT q.creditor FROM call_quality q WHERE q.creditor > names.creditor ORDER BY q.creditor LIMIT 1)
    FROM names WHERE names.creditor IS NOT NULL
)
SELECT creditor FROM names WHERE creditor IS NOT NULL
""")
"""Steps from one name to the next in the index, for `DISTINCT` would read every row."""
_LEAST_FIRST: Final[Mapping[Queue, Any]] = {
    Queue.LOW_SCORE: QualityRow.score,
    Queue.LOW_CONFIDENCE: QualityRow.confidence,
}
"""Lists that begin with the gravest, not with the newest."""
_REVIEWED_TOO: Final = frozenset({Queue.DISPUTED, Queue.ALL})
"""Lists in which a review does not end a call's stay."""
ENTRY: Final = (
    QualityRow.call_id,
    QualityRow.started_at,
    QualityRow.creditor,
    QualityRow.direction,
    QualityRow.disposition,
    QualityRow.duration_s,
    QualityRow.score,
    QualityRow.fatal,
    QualityRow.confidence,
    QualityRow.distress,
    QualityRow.disputed,
    QualityRow.reviewed_at,
    QualityRow.human_score,
    QualityRow.care_checked_at,
)


class PostgresQueues:
    """`Queues` on a `Database`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def page(
        self,
        queue: Queue,
        *,
        creditors: tuple[str, ...] | None,
        only: Filter,
        after: Cursor | None,
        blind: Collection[UUID] = (),
    ) -> Page:
        waiting = _waiting(queue, reviewed=only.reviewed)
        query: Select[*tuple[Any, ...]] = select(*ENTRY).where(
            waiting, seen_by(creditors), matching(only), _telling_nothing(queue, blind)
        )
        async with self._database.transaction() as connection:
            rows = (await connection.execute(_ordered(query, queue, after).limit(PAGE + 1))).all()
        entries = tuple(entry_of(row) for row in rows[:PAGE])
        last = entries[-1] if len(rows) > PAGE else None
        return Page(entries, _place(queue, last) if last else None)

    async def claim_next(
        self,
        queue: Queue,
        *,
        creditors: tuple[str, ...] | None,
        by: int,
        at: datetime,
        blind: Collection[UUID] = (),
    ) -> UUID | None:
        held = exists().where(ClaimRow.call_id == QualityRow.call_id, ClaimRow.until > at)
        query: Select[*tuple[Any, ...]] = select(QualityRow.call_id).where(
            claimable(queue), seen_by(creditors), but(QualityRow.call_id, blind), ~held
        )
        # Whoever asks at the same moment passes over the locked row, and has the next.
        first = _ordered(query, queue, None).limit(1).with_for_update(of=QualityRow, skip_locked=True)
        async with self._database.transaction() as connection:
            call_id: UUID | None = await connection.scalar(first)
            if call_id is None:
                return None
            claim = {"user_id": by, "queue": queue.value, "until": at + CLAIMED_FOR}
            taken = insert(ClaimRow).values(call_id=call_id, **claim)
            lapsed = taken.on_conflict_do_update(
                index_elements=[ClaimRow.call_id], set_=claim, where=ClaimRow.until <= at
            )
            won = await connection.scalar(lapsed.returning(ClaimRow.call_id))
        # Read before the other's claim was there, locked after: then it is theirs, and the next look is ours.
        if won is not None:
            return call_id
        return await self.claim_next(queue, creditors=creditors, by=by, at=at, blind=blind)

    async def claims(self, calls: Sequence[UUID], *, at: datetime) -> Mapping[UUID, Claim]:
        query = (
            select(ClaimRow.__table__, UserRow.name)
            .join(UserRow, UserRow.id == ClaimRow.user_id)
            .where(ClaimRow.call_id.in_(calls), ClaimRow.until > at)
        )
        async with self._database.transaction() as connection:
            rows = (await connection.execute(query)).all()
        return {row.call_id: Claim(row.user_id, row.name, Queue(row.queue), row.until) for row in rows}

    async def counts(self, creditors: tuple[str, ...] | None, *, blind: Collection[UUID] = ()) -> dict[Queue, int]:
        each = [
            select(literal(queue.value).label("queue"), func.count().label("waiting"))
            .select_from(QualityRow)
            .where(_waiting(queue, reviewed=False), seen_by(creditors), _telling_nothing(queue, blind))
            for queue in Queue
            if queue is not Queue.ALL
        ]
        async with self._database.transaction() as connection:
            rows = (await connection.execute(each[0].union_all(*each[1:]))).all()
        return {Queue(row.queue): row.waiting for row in rows}

    async def creditors(self) -> tuple[str, ...]:
        async with self._database.transaction() as connection:
            return tuple(await connection.scalars(_CREDITORS))


def _waiting(queue: Queue, *, reviewed: bool) -> ColumnElement[bool]:
    if reviewed or queue in _REVIEWED_TOO:
        return _IN_QUEUE[queue]
    if queue is Queue.DISTRESS:
        return and_(_IN_QUEUE[queue], QualityRow.care_checked_at.is_(None))
    return and_(_IN_QUEUE[queue], QualityRow.reviewed_at.is_(None))


def claimable(queue: Queue) -> ColumnElement[bool]:
    """Keep to what waits in a queue for somebody to judge it."""
    waiting = _waiting(queue, reviewed=False)
    return and_(waiting, QualityRow.reviewed_at.is_(None)) if queue is Queue.ALL else waiting


def seen_by(creditors: tuple[str, ...] | None) -> ColumnElement[bool]:
    """Keep to the creditors that a person may see."""
    return true() if creditors is None else QualityRow.creditor.in_(creditors)


def but(call_id: Any, calls: Collection[UUID]) -> ColumnElement[bool]:
    """Leave these calls out; `call_id` is the column that names them."""
    return call_id.not_in(tuple(calls)) if calls else true()


def _telling_nothing(queue: Queue, blind: Collection[UUID]) -> ColumnElement[bool]:
    return but(QualityRow.call_id, blind) if queue in TELLING else true()


def _ordered(query: Select[*tuple[Any, ...]], queue: Queue, after: Cursor | None) -> Select[*tuple[Any, ...]]:
    place = tuple_(QualityRow.started_at, QualityRow.call_id)
    newest = (QualityRow.started_at.desc(), QualityRow.call_id.desc())
    least = _LEAST_FIRST.get(queue)
    if least is None:
        before = query if after is None else query.where(place < (after.started_at, after.call_id))
        return before.order_by(*newest)
    if after is not None and after.score is not None:
        same = and_(least == after.score, place < (after.started_at, after.call_id))
        query = query.where(or_(least > after.score, same), least >= after.score)
    return query.order_by(least, *newest)


def _place(queue: Queue, last: CallEntry) -> Cursor:
    # Whoever reads a link reads this too, so a list by time alone says nothing of marks.
    measures = {Queue.LOW_SCORE: last.score, Queue.LOW_CONFIDENCE: last.confidence}
    return Cursor(measures.get(queue), last.started_at, last.call_id)


def entry_of(row: Row[Any]) -> CallEntry:
    """Read a row of `ENTRY`."""
    return CallEntry(
        call_id=row.call_id,
        started_at=row.started_at,
        creditor=row.creditor,
        direction=row.direction,
        disposition=row.disposition,
        duration_s=row.duration_s,
        score=row.score,
        fatal=tuple(row.fatal),
        confidence=row.confidence,
        distress=row.distress,
        disputed=row.disputed,
        reviewed=row.reviewed_at is not None,
        human_score=row.human_score,
        care_checked=row.care_checked_at is not None,
    )
