"""Which call has which recording, and the entry that stays when one is deleted."""

from __future__ import annotations

import asyncio
from datetime import datetime
from pathlib import Path

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert

from voicebot.persistence.database import Database
from voicebot.persistence.operations import call_uuid
from voicebot.persistence.recordings import RecordingSummary, erase_recording
from voicebot.persistence.tables import RecordingRow


class PostgresRecordings:
    """Every method raises `RecordsUnavailable` when the database is away."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def opened(self, call_id: str, path: Path, key_id: str, at: datetime) -> None:
        """Note that a recording runs; before its first frame, so that no file is ever unknown."""
        row = {"call_id": call_uuid(call_id), "path": str(path), "key_id": key_id, "state": "open", "started_at": at}
        async with self._database.transaction() as connection:
            await connection.execute(insert(RecordingRow).values(row).on_conflict_do_nothing())

    async def completed(self, call_id: str, summary: RecordingSummary) -> None:
        """Note how the finished file must look."""
        async with self._database.transaction() as connection:
            await connection.execute(
                update(RecordingRow)
                .where(RecordingRow.call_id == call_uuid(call_id), RecordingRow.state == "open")
                .values(state="complete", sha256=summary.sha256, frames=summary.frames)
            )

    async def path_of(self, call_id: str) -> Path | None:
        """Give the file of a call's recording; None where there is none, or none any more."""
        async with self._database.transaction() as connection:
            found = await connection.scalar(
                select(RecordingRow.path).where(
                    RecordingRow.call_id == call_uuid(call_id), RecordingRow.state != "deleted"
                )
            )
            return Path(found) if found else None

    async def delete(self, call_id: str, *, because: str, at: datetime) -> bool:
        """Erase the file, then enter when and why; False where there was nothing left to delete.

        A crash in between leaves the entry missing and the file gone: the next call enters it.
        """
        path = await self.path_of(call_id)
        if path is None:
            return False
        await asyncio.to_thread(erase_recording, path)
        async with self._database.transaction() as connection:
            await connection.execute(
                update(RecordingRow)
                .where(RecordingRow.call_id == call_uuid(call_id))
                .values(state="deleted", deleted_at=at, deleted_because=because)
            )
        return True

    async def started_before(self, instant: datetime, *, limit: int = 500) -> list[str]:
        """List calls whose recordings are older, for the retention job."""
        async with self._database.transaction() as connection:
            found = await connection.scalars(
                select(RecordingRow.call_id)
                .where(RecordingRow.started_at < instant, RecordingRow.state != "deleted")
                .order_by(RecordingRow.started_at)
                .limit(limit)
            )
            return [str(key) for key in found]
