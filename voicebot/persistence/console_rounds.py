"""Calibration rounds: the same calls for everybody, and nobody's marks shown before the end."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, and_, exists, func, insert, or_, select, true, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.orm import aliased

from voicebot.application.qa.calls import Judgement
from voicebot.application.qa.desk import Rating, Round
from voicebot.persistence.console_calls import review_values
from voicebot.persistence.console_queues import seen_by
from voicebot.persistence.console_tables import QualityRow, RaterRow, ReviewRow, RoundCallRow, RoundRow, UserRow
from voicebot.persistence.database import Database

MACHINE: Final = "máquina"
_SHOWN: Final = 50


class PostgresRounds:
    """`Rounds` on a `Database`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def open(
        self,
        name: str,
        *,
        calls: int,
        by: int,
        creditors: tuple[str, ...] | None,
        at: datetime,
        raters: Collection[int] = (),
    ) -> int | None:
        drawn = (
            select(QualityRow.call_id)
            .where(QualityRow.score.is_not(None), QualityRow.right_party, seen_by(creditors))
            .order_by(func.random())
            .limit(calls)
        )
        async with self._database.transaction() as connection:
            found = list(await connection.scalars(drawn))
            if not found:
                return None
            round_id = await connection.scalar(
                insert(RoundRow).values(name=name, opened_by=by, opened_at=at).returning(RoundRow.id)
            )
            rows = [
                {"round_id": round_id, "call_id": call_id, "position": position}
                for position, call_id in enumerate(found)
            ]
            await connection.execute(insert(RoundCallRow), rows)
            if raters:
                chosen = [{"round_id": round_id, "user_id": each} for each in sorted(set(raters))]
                await connection.execute(insert(RaterRow), chosen)
        return round_id

    async def close(self, round_id: int, *, creditors: tuple[str, ...] | None, at: datetime) -> bool:
        still = (RoundRow.id == round_id, RoundRow.closed_at.is_(None), _known_to(creditors))
        statement = update(RoundRow).where(*still).values(closed_at=at).returning(RoundRow.id)
        async with self._database.transaction() as connection:
            return await connection.scalar(statement) is not None

    async def all(self, *, person_id: int, creditors: tuple[str, ...] | None) -> tuple[Round, ...]:
        query = select(RoundRow.__table__).where(_known_to(creditors)).order_by(RoundRow.id.desc()).limit(_SHOWN)
        async with self._database.transaction() as connection:
            rows = (await connection.execute(query)).all()
            return tuple([await _round(connection, row, person_id) for row in rows])

    async def round(self, round_id: int, *, person_id: int, creditors: tuple[str, ...] | None) -> Round | None:
        query = select(RoundRow.__table__).where(RoundRow.id == round_id, _known_to(creditors))
        async with self._database.transaction() as connection:
            row = (await connection.execute(query)).first()
            return await _round(connection, row, person_id) if row is not None else None

    async def rate(
        self,
        round_id: int,
        call_id: UUID,
        *,
        by: int,
        creditors: tuple[str, ...] | None,
        judgement: Judgement,
        at: datetime,
    ) -> bool:
        """Enter the marks; the same rater again replaces their own while the round is open."""
        stands = (
            select(RoundRow.id)
            .join(RoundCallRow, RoundCallRow.round_id == RoundRow.id)
            .where(RoundRow.id == round_id, RoundRow.closed_at.is_(None), RoundCallRow.call_id == call_id)
            .where(_known_to(creditors), _for(by))
            .with_for_update(of=RoundRow, key_share=True, read=True)
        )
        values = review_values(call_id, by, judgement, at) | {"round_id": round_id}
        again = {name: values[name] for name in ("score", "fatal", "results", "comment", "at")}
        statement = upsert(ReviewRow).values(values)
        async with self._database.transaction() as connection:
            if await connection.scalar(stands) is None:
                return False
            await connection.execute(statement.on_conflict_do_update(constraint="uq_call_reviews_round", set_=again))
        return True

    async def blind(self, *, person_id: int, creditors: tuple[str, ...] | None) -> Mapping[UUID, int]:
        query = (
            select(RoundCallRow.call_id, RoundRow.id)
            .join(RoundRow, RoundRow.id == RoundCallRow.round_id)
            .where(RoundRow.closed_at.is_(None), _known_to(creditors), _for(person_id))
            .order_by(RoundRow.id)
        )
        async with self._database.transaction() as connection:
            return {row.call_id: row.id for row in (await connection.execute(query)).all()}

    async def ratings(self, round_id: int, *, creditors: tuple[str, ...] | None) -> tuple[Rating, ...]:
        theirs = select(RoundRow.id).where(RoundRow.id == round_id, _known_to(creditors))
        people = (
            select(ReviewRow.call_id, UserRow.login, UserRow.id, ReviewRow.score, ReviewRow.results, ReviewRow.fatal)
            .join(UserRow, UserRow.id == ReviewRow.user_id)
            .where(ReviewRow.round_id.in_(theirs))
            .order_by(ReviewRow.call_id, UserRow.id)
        )
        machine = (
            select(QualityRow.call_id, QualityRow.score, QualityRow.scorecard, QualityRow.fatal)
            .join(RoundCallRow, RoundCallRow.call_id == QualityRow.call_id)
            .where(RoundCallRow.round_id.in_(theirs), QualityRow.scorecard.is_not(None))
            .order_by(QualityRow.call_id)
        )
        async with self._database.transaction() as connection:
            marks = [
                Rating(row.call_id, row.login, row.score, row.results, tuple(row.fatal))
                for row in (await connection.execute(people)).all()
            ]
            marks += [
                Rating(row.call_id, MACHINE, row.score, _results(row.scorecard), tuple(row.fatal))
                for row in (await connection.execute(machine)).all()
            ]
        return tuple(marks)


def _known_to(creditors: tuple[str, ...] | None) -> ColumnElement[bool]:
    """Keep to rounds of which a person may see every call: part of one would tell of the others' marks."""
    if creditors is None:
        return true()
    # Aliases: the query around it may read the same tables for something else.
    part, quality = aliased(RoundCallRow), aliased(QualityRow)
    theirs = exists().where(quality.call_id == part.call_id, quality.creditor.in_(creditors))
    return and_(
        exists().where(part.round_id == RoundRow.id),
        ~exists().where(part.round_id == RoundRow.id, ~theirs),
    )


def _for(person_id: int) -> ColumnElement[bool]:
    """Keep to rounds that this person is to judge."""
    one = aliased(RaterRow)
    theirs = exists().where(one.round_id == RoundRow.id)
    return or_(~theirs, theirs.where(one.user_id == person_id))


async def _round(connection: AsyncConnection, row: Any, person_id: int) -> Round:
    calls = await connection.scalars(
        select(RoundCallRow.call_id).where(RoundCallRow.round_id == row.id).order_by(RoundCallRow.position)
    )
    mine = await connection.scalars(
        select(ReviewRow.call_id).where(ReviewRow.round_id == row.id, ReviewRow.user_id == person_id)
    )
    assigned = frozenset(await connection.scalars(select(RaterRow.user_id).where(RaterRow.round_id == row.id)))
    judged = (
        select(ReviewRow.user_id, func.count().label("calls"))
        .where(ReviewRow.round_id == row.id)
        .group_by(ReviewRow.user_id)
        .subquery()
    )
    people = (
        select(UserRow.name, func.coalesce(judged.c.calls, 0).label("calls"))
        .outerjoin(judged, judged.c.user_id == UserRow.id)
        .where(or_(judged.c.calls > 0, UserRow.id.in_(assigned)))
        .order_by(UserRow.name, UserRow.id)
    )
    progress = tuple((each.name, each.calls) for each in (await connection.execute(people)).all())
    return Round(
        id=row.id,
        name=row.name,
        opened_at=row.opened_at,
        closed_at=row.closed_at,
        calls=tuple(calls),
        done_by_me=frozenset(mine),
        raters=sum(done > 0 for _, done in progress),
        assigned=assigned,
        progress=progress,
    )


def _results(scorecard: dict[str, Any]) -> dict[str, str]:
    return {str(each["id"]): str(each["result"]) for each in scorecard.get("criteria", ())}
