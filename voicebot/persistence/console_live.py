"""Calls in progress, read from the record that they write as they go, and who wants to take one over."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import select, text, update

from voicebot.application.qa.calls import NoSuchCall
from voicebot.application.qa.live import LiveEntry, LiveLine, Mood, Takeover, mood_of
from voicebot.application.qa.outcomes import DISTRESS
from voicebot.persistence.console_tables import TakeoverRow
from voicebot.persistence.database import Database

_LINES: Final = 4
_SHOWN: Final = 200
_SEEN: Final = "(CAST(:creditors AS text[]) IS NULL OR c.creditor_name = ANY (:creditors))"
_LIVE: Final = text(f"""
SELECT c.id, coalesce(c.media_started_at, c.started_at) AS started_at, c.creditor_name, c.direction, c.phase,
       c.debtor_name, t.asked_at, t.asked_by, t.accepted, coalesce(said.lines, '[]') AS lines,
       EXISTS (SELECT FROM escalations e WHERE e.call_id = c.id AND e.reason = ANY (:distress)) AS escalated
FROM calls c LEFT JOIN call_takeovers t ON t.call_id = c.id LEFT JOIN LATERAL (
    SELECT json_agg(json_build_array(l.speaker, l.text, l.phase, l.intent) ORDER BY l."index") AS lines FROM (
        SELECT * FROM call_lines x WHERE x.call_id = c.id ORDER BY x."index" DESC LIMIT {_LINES}
    ) l
) said ON true
WHERE c.closed_at IS NULL AND c.status = 'live' AND {_SEEN}
ORDER BY started_at, c.id LIMIT {_SHOWN}
""")  # noqa: S608 - our own words
_KNOWN: Final = text(f"SELECT c.id FROM calls c WHERE c.id = :call_id AND {_SEEN}")  # noqa: S608 - our own words
_ASK: Final = text(f"""
INSERT INTO call_takeovers (call_id, asked_by, asked_at)
SELECT c.id, :by, :at FROM calls c WHERE c.id = :call_id AND c.closed_at IS NULL AND c.status = 'live' AND {_SEEN}
ON CONFLICT (call_id) DO UPDATE SET asked_by = :by, asked_at = :at, answered_at = NULL, accepted = NULL
WHERE call_takeovers.accepted IS FALSE
""")  # noqa: S608 - our own words
_RANK: Final = {Mood.DISTRESS: 0, Mood.TENSE: 1, Mood.CALM: 2}


class PostgresLive:
    """`LiveCalls` and `Desired` on a `Database`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def in_progress(self, *, creditors: tuple[str, ...] | None) -> tuple[LiveEntry, ...]:
        asked = {"creditors": None if creditors is None else list(creditors), "distress": sorted(DISTRESS)}
        async with self._database.transaction() as connection:
            found = [_entry(row) for row in (await connection.execute(_LIVE, asked)).mappings()]
        return tuple(sorted(found, key=lambda each: (_RANK[each.mood], each.started_at)))

    async def ask(self, call_id: UUID, *, creditors: tuple[str, ...] | None, by: int, at: datetime) -> bool:
        shown = None if creditors is None else list(creditors)
        wish = {"call_id": call_id, "by": by, "at": at, "creditors": shown}
        async with self._database.transaction() as connection:
            if await connection.scalar(_KNOWN, {"call_id": call_id, "creditors": shown}) is None:
                raise NoSuchCall(str(call_id))
            return (await connection.execute(_ASK, wish)).rowcount > 0

    async def asked(self, held: Collection[UUID]) -> tuple[UUID, ...]:
        query = select(TakeoverRow.call_id).where(TakeoverRow.answered_at.is_(None), TakeoverRow.call_id.in_(held))
        async with self._database.transaction() as connection:
            return tuple(await connection.scalars(query.order_by(TakeoverRow.asked_at)))

    async def answered(self, call_id: UUID, *, accepted: bool, at: datetime) -> None:
        statement = (
            update(TakeoverRow)
            .where(TakeoverRow.call_id == call_id, TakeoverRow.answered_at.is_(None))
            .values(answered_at=at, accepted=accepted)
        )
        async with self._database.transaction() as connection:
            await connection.execute(statement)


def _entry(row: Mapping[Any, Any]) -> LiveEntry:
    lines = tuple(LiveLine(*each) for each in row["lines"])
    return LiveEntry(
        call_id=row["id"],
        started_at=row["started_at"],
        creditor=row["creditor_name"],
        direction=row["direction"],
        phase=row["phase"],
        debtor_name=row["debtor_name"],
        lines=lines,
        mood=mood_of(
            row["phase"], (line.intent for line in lines if line.speaker == "caller"), escalated=row["escalated"]
        ),
        takeover=_takeover(row["asked_at"], row["accepted"]),
        asked_by=row["asked_by"],
    )


def _takeover(asked_at: datetime | None, accepted: bool | None) -> Takeover:
    if asked_at is None:
        return Takeover.NONE
    return Takeover.ASKED if accepted is None else Takeover.ACCEPTED if accepted else Takeover.REFUSED
