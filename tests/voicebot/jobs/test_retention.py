"""What is past its time is erased, what is not stays, and one stubborn file does not hold up the others."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select

from tests.voicebot.persistence.calls import NOW, StoppedClock, begun, said
from voicebot.domain.dialogue.phases import Disposition
from voicebot.jobs.retention import BECAUSE, Retention
from voicebot.persistence.database import Database
from voicebot.persistence.records import PostgresRecords
from voicebot.persistence.retention import PostgresKeptWords
from voicebot.persistence.tables import LineRow

KEPT = timedelta(days=90)


class Recordings:
    def __init__(self, started: dict[str, datetime], stubborn: str = "") -> None:
        self.started, self.stubborn = started, stubborn
        self.deleted: list[tuple[str, str]] = []

    async def started_before(self, instant: datetime, *, limit: int) -> list[str]:
        return [call for call, at in self.started.items() if at < instant][:limit]

    async def delete(self, call_id: str, *, because: str, at: datetime) -> bool:
        if call_id == self.stubborn:
            raise PermissionError
        self.deleted.append((call_id, because))
        return True


class Words:
    def __init__(self) -> None:
        self.before: datetime | None = None

    async def blank_before(self, instant: datetime, *, limit: int) -> int:
        self.before = instant
        return 2


async def test_only_what_is_past_its_time_goes() -> None:
    old, young = NOW - KEPT - timedelta(seconds=1), NOW - KEPT + timedelta(seconds=1)
    recordings, words = Recordings({"old": old, "young": young}), Words()
    assert await Retention(recordings, words, StoppedClock(), KEPT)() == 3
    assert recordings.deleted == [("old", BECAUSE)]
    assert words.before == NOW - KEPT


async def test_a_file_that_cannot_be_erased_does_not_hold_up_the_others() -> None:
    long_ago = NOW - KEPT * 2
    recordings = Recordings({"stuck": long_ago, "other": long_ago}, stubborn="stuck")
    assert await Retention(recordings, Words(), StoppedClock(), KEPT)() == 3
    assert [call for call, _ in recordings.deleted] == ["other"]


async def test_words_of_old_calls_are_blanked_and_their_record_stays(database: Database) -> None:
    records = PostgresRecords(database)
    old, live = await begun(records), await begun(records)
    for call in (old, live):
        await records.add_line(call, said("eu moro na rua tal"))
    await records.close(old, Disposition.REFUSED, NOW)
    words = PostgresKeptWords(database)
    assert await words.blank_before(NOW) == 0, "closed then, not before"
    assert await words.blank_before(NOW + timedelta(seconds=1)) == 1
    assert await words.blank_before(NOW + timedelta(seconds=1)) == 0, "nothing is done twice"
    async with database.transaction() as connection:
        rows = (await connection.execute(select(LineRow.call_id, LineRow.text))).all()
    assert {str(row.call_id): row.text for row in rows if str(row.call_id) in {old, live}} == {
        old: "",
        live: "eu moro na rua tal",
    }
