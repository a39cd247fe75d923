"""Calibration rounds: the same calls for everybody, and nobody's marks shown before the end."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import func, insert, select, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncConnection

from voicebot.application.qa.calls import Judgement
from voicebot.application.qa.desk import Rating, Round
from voicebot.persistence.console_calls import review_values
from voicebot.persistence.console_queues import seen_by
from voicebot.persistence.console_tables import QualityRow, ReviewRow, RoundCallRow, RoundRow, UserRow
from voicebot.persistence.database import Database

MACHINE: Final = "máquina"


class PostgresRounds:
    """`Rounds` on a `Database`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def open(self, name: str, *, calls: int, by: int, creditors: tuple[str, ...] | None, at: datetime) -> int:
        drawn = (
            select(QualityRow.call_id)
            .where(QualityRow.score.is_not(None), QualityRow.right_party, seen_by(creditors))
            .order_by(func.random())
            .limit(calls)
        )
        async with self._database.transaction() as connection:
            round_id = await connection.scalar(
                insert(RoundRow).values(name=name, opened_by=by, opened_at=at).returning(RoundRow.id)
            )
            found = list(await connection.scalars(drawn))
            if found:
                rows = [
                    {"round_id": round_id, "call_id": call_id, "position": position}
                    for position, call_id in enumerate(found)
                ]
                await connection.execute(insert(RoundCallRow), rows)
        return int(round_id or 0)

    async def close(self, round_id: int, *, at: datetime) -> None:
        statement = update(RoundRow).where(RoundRow.id == round_id, RoundRow.closed_at.is_(None)).values(closed_at=at)
        async with self._database.transaction() as connection:
            await connection.execute(statement)

    async def all(self, *, person_id: int) -> tuple[Round, ...]:
        async with self._database.transaction() as connection:
            rows = (await connection.execute(select(RoundRow.__table__).order_by(RoundRow.id.desc()).limit(50))).all()
            return tuple([await _round(connection, row, person_id) for row in rows])

    async def round(self, round_id: int, *, person_id: int) -> Round | None:
        async with self._database.transaction() as connection:
            row = (await connection.execute(select(RoundRow.__table__).where(RoundRow.id == round_id))).first()
            return await _round(connection, row, person_id) if row is not None else None

    async def rate(self, round_id: int, call_id: UUID, *, by: int, judgement: Judgement, at: datetime) -> bool:
        """Enter the marks; the same rater again replaces their own while the round is open."""
        stands = (
            select(RoundRow.id)
            .join(RoundCallRow, RoundCallRow.round_id == RoundRow.id)
            .where(RoundRow.id == round_id, RoundRow.closed_at.is_(None), RoundCallRow.call_id == call_id)
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

    async def ratings(self, round_id: int) -> tuple[Rating, ...]:
        people = (
            select(ReviewRow.call_id, UserRow.login, UserRow.id, ReviewRow.score, ReviewRow.results)
            .join(UserRow, UserRow.id == ReviewRow.user_id)
            .where(ReviewRow.round_id == round_id)
            .order_by(ReviewRow.call_id, UserRow.id)
        )
        machine = (
            select(QualityRow.call_id, QualityRow.score, QualityRow.scorecard)
            .join(RoundCallRow, RoundCallRow.call_id == QualityRow.call_id)
            .where(RoundCallRow.round_id == round_id, QualityRow.scorecard.is_not(None))
            .order_by(QualityRow.call_id)
        )
        async with self._database.transaction() as connection:
            marks = [
                Rating(row.call_id, row.login, row.score, row.results)
                for row in (await connection.execute(people)).all()
            ]
            marks += [
                Rating(row.call_id, MACHINE, row.score, _results(row.scorecard))
                for row in (await connection.execute(machine)).all()
            ]
        return tuple(marks)


async def _round(connection: AsyncConnection, row: Any, person_id: int) -> Round:
    calls = await connection.scalars(
        select(RoundCallRow.call_id).where(RoundCallRow.round_id == row.id).order_by(RoundCallRow.position)
    )
    mine = await connection.scalars(
        select(ReviewRow.call_id).where(ReviewRow.round_id == row.id, ReviewRow.user_id == person_id)
    )
    raters = await connection.scalar(
        select(func.count(ReviewRow.user_id.distinct())).where(ReviewRow.round_id == row.id)
    )
    return Round(row.id, row.name, row.opened_at, row.closed_at, tuple(calls), frozenset(mine), raters or 0)


def _results(scorecard: dict[str, Any]) -> dict[str, str]:
    return {str(each["id"]): str(each["result"]) for each in scorecard.get("criteria", ())}
