"""Bookmarks and clips of all calls that a person may see, newest first."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final
from uuid import UUID

from sqlalchemy import exists, select

from voicebot.application.qa.calls import Clip
from voicebot.persistence.console_calls import note_of
from voicebot.persistence.console_queues import but, seen_by
from voicebot.persistence.console_tables import NoteRow, QualityRow, UserRow
from voicebot.persistence.database import Database
from voicebot.persistence.tables import RecordingRow

_SHOWN: Final = 30


class PostgresClips:
    """`Clips` on a `Database`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def clips(
        self, *, creditors: tuple[str, ...] | None, before: int | None = None, blind: Collection[UUID] = ()
    ) -> tuple[Clip, ...]:
        recorded = exists().where(RecordingRow.call_id == NoteRow.call_id, RecordingRow.state != "deleted")
        query = (
            select(
                NoteRow.__table__, UserRow.name, QualityRow.creditor, QualityRow.started_at, recorded.label("recorded")
            )
            .join(UserRow, UserRow.id == NoteRow.user_id)
            .join(QualityRow, QualityRow.call_id == NoteRow.call_id)
            .where(but(NoteRow.call_id, blind))
            .where(NoteRow.kind.in_(("bookmark", "clip")), NoteRow.at_s.is_not(None), seen_by(creditors))
            .order_by(NoteRow.id.desc())
            .limit(_SHOWN)
        )
        if before is not None:
            query = query.where(NoteRow.id < before)
        async with self._database.transaction() as connection:
            rows = (await connection.execute(query)).all()
        return tuple(Clip(note_of(row), row.call_id, row.creditor, row.started_at, row.recorded) for row in rows)
