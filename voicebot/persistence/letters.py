"""`Letters` on a `Database`: how a gateway that was asked of a hand-over has the call's holder answer."""

from __future__ import annotations

import asyncio
import uuid
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Select, delete, insert, or_, select, update

from voicebot.application.handover_letters import Answer, Arrived, Letter, call_of
from voicebot.application.ports import Clock, RecordsUnavailable
from voicebot.persistence.database import Database
from voicebot.persistence.tables import CallRow, LetterRow

LOOK_S: Final = 0.1
"""Between two looks for the answer."""
_LATE: Final = timedelta(minutes=2)
"""So long after its end a call's last words may still be fetched from who held it."""
_KEPT: Final = timedelta(minutes=1)


class PostgresLetters:
    """Each method raises `RecordsUnavailable` when the database is away."""

    def __init__(self, database: Database, *, owner: str, provider: str, clock: Clock) -> None:
        self._database = database
        self._owner = owner
        self._provider = provider
        self._clock = clock

    async def ask(self, letter: Letter, *, within_s: float) -> Answer | None:
        now = self._clock.now()
        async with self._database.transaction() as connection:
            holder = await connection.scalar(self._holder(letter.name, now))
            if holder is None or holder == self._owner:
                return None
            letter_id, form = uuid.uuid4(), dict(letter.form)
            row = {"id": letter_id, "owner": holder, "door": letter.door, "name": letter.name, "form": form}
            await connection.execute(insert(LetterRow).values(asked_at=now, **row))
        try:
            async with asyncio.timeout(within_s):
                return await self._answered(letter_id)
        except TimeoutError:
            return None
        finally:
            with suppress(RecordsUnavailable):
                # The next one who asks clears it away.
                await self._forget(letter_id, now)

    async def taken(self) -> tuple[Arrived, ...]:
        is_mine = (LetterRow.owner == self._owner) & LetterRow.taken_at.is_(None)
        taking = update(LetterRow).where(is_mine).values(taken_at=self._clock.now())
        wanted = taking.returning(LetterRow.id, LetterRow.door, LetterRow.name, LetterRow.form)
        async with self._database.transaction() as connection:
            rows = await connection.execute(wanted)
            return tuple(Arrived(row.id, Letter(row.door, row.name, row.form)) for row in rows)

    async def answer(self, letter_id: uuid.UUID, answer: Answer) -> None:
        said = {"status": answer.status, "media_type": answer.media_type, "body": answer.body}
        async with self._database.transaction() as connection:
            await connection.execute(update(LetterRow).where(LetterRow.id == letter_id).values(said))

    def _holder(self, name: str, now: datetime) -> Select[str | None]:
        call = call_of(name)
        which = (
            CallRow.id == call
            if call is not None
            else (CallRow.provider == self._provider) & (CallRow.provider_call_id == name)
        )
        is_held = CallRow.closed_at.is_(None) & (CallRow.lease_until >= now)
        return select(CallRow.owner).where(which, or_(is_held, CallRow.closed_at > now - _LATE))

    async def _answered(self, letter_id: uuid.UUID) -> Answer:
        wanted = select(LetterRow.status, LetterRow.media_type, LetterRow.body).where(
            LetterRow.id == letter_id, LetterRow.status.is_not(None)
        )
        while True:
            await asyncio.sleep(LOOK_S)
            async with self._database.transaction() as connection:
                row = (await connection.execute(wanted)).one_or_none()
            if row is not None:
                return Answer(row.status, row.media_type, row.body)

    async def _forget(self, letter_id: uuid.UUID, now: datetime) -> None:
        """Take the letter away, and whatever a gateway that died left behind."""
        gone = or_(LetterRow.id == letter_id, LetterRow.asked_at < now - _KEPT)
        async with self._database.transaction() as connection:
            await connection.execute(delete(LetterRow).where(gone))
