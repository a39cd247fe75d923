"""However a call ends, its record is closed, its lease let go and its recording finished or erased."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from telephony.providers.simulator.phone import HangUp, Phone
from tests.voicebot.persistence.outages import MortalServer, mortal_server
from tests.voicebot.pipeline.caller import yes
from tests.voicebot.web.stage import Fakes, Operate, Operation, eventually, operating
from voicebot.application.call_record import RecordedLine
from voicebot.application.conversation import Conversation
from voicebot.application.ports import MarkOutcome, RecordsUnavailable
from voicebot.bootstrap import gateway
from voicebot.bootstrap.gateway import CallHolder
from voicebot.domain.dialogue.phases import Disposition
from voicebot.persistence.database import Database
from voicebot.persistence.recordings import read_recording
from voicebot.pipeline import run_call
from voicebot.pipeline.floor import Patience
from voicebot.testing.engines import NoiseVoice, ScriptedHearing

pytestmark = pytest.mark.timeout(60)


def fakes(*heard: str) -> Fakes:
    return Fakes(ScriptedHearing(heard), NoiseVoice(ms_per_character=3.0), Patience(incomplete_s=0.5))


def greeted(lines: list[RecordedLine]) -> bool:
    return len(lines) >= 2 and all(each.heard is not None for each in lines)


def noticed(lines: list[RecordedLine]) -> bool:
    return any("NoticeRecording" in each.line.acts and each.heard is MarkOutcome.PLAYED for each in lines)


def asked(lines: list[RecordedLine]) -> bool:
    return any("AskIdentityFactor" in each.line.acts for each in lines)


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run_call, "MEDIA_PATIENCE_S", 0.4)


@asynccontextmanager
async def begun(operate: Operate) -> AsyncIterator[tuple[Operation, str, Phone]]:
    """A call that has got as far as the recording notice."""
    async with operate(fakes=fakes("sim, sou eu")) as operation, operation.call() as (call_id, phone):
        await operation.until(greeted, call_id)
        await phone.say(yes())
        await operation.until(lambda lines: noticed(lines) and asked(lines), call_id)
        yield operation, call_id, phone


def is_gone(path: str) -> bool:
    return not Path(path).exists()


async def lease_is_let_go(operation: Operation) -> bool:
    """Long after, there is nothing that anybody would have to close."""
    return await operation.store.leases.close_expired(operation.clock.now() + timedelta(days=1)) == []


@pytest.mark.parametrize("how", list(HangUp))
async def test_a_caller_who_leaves_is_a_closed_call_with_a_whole_recording(
    operate: Operate, impatient: None, how: HangUp
) -> None:
    async with begun(operate) as (operation, call_id, phone):
        await phone.hang_up(how)
        outcome = await operation.closed(call_id)
        entry = await operation.recording(call_id, "complete")
        assert (outcome.disposition, outcome.closed_by) == (Disposition.HUNG_UP, "owner")
        audio = read_recording(Path(entry["path"]), operation.store.recording_key, call_id=call_id)
        # Whole is what counts; a line that dies without a word is recorded until that is noticed.
        assert phone.at_s - 1.0 <= audio.shape[0] / 8_000 <= phone.at_s + 3.0
        assert all(audio[:, side].any() for side in (0, 1)), "both voices are on it"
        assert await lease_is_let_go(operation)


async def test_the_audio_of_a_call_that_ended_before_the_notice_is_erased(operate: Operate) -> None:
    async with operate(fakes=fakes()) as operation, operation.call() as (call_id, phone):
        await operation.until(greeted, call_id)
        await phone.hang_up()
        assert (await operation.closed(call_id)).disposition is Disposition.HUNG_UP
        entry = await operation.recording(call_id, "deleted")
        assert entry["deleted_because"] == "ended before the recording notice"
        assert is_gone(entry["path"])
        assert await lease_is_let_go(operation)


async def test_a_notice_that_was_not_heard_to_its_end_is_none(operate: Operate) -> None:
    given = fakes("sim, sou eu")
    async with operate(fakes=given) as operation, operation.call() as (call_id, phone):
        await operation.until(greeted, call_id)
        given.voice.ms_per_character = 65.0
        await phone.say(yes())
        await operation.until(lambda lines: any("NoticeRecording" in each.line.acts for each in lines), call_id)
        await phone.hang_up()
        await operation.closed(call_id)
        entry = await operation.recording(call_id, "deleted")
        assert is_gone(entry["path"])
        assert (await operation.store.calls.outcome(call_id)).notice_given_at is None


async def test_a_recording_that_cannot_be_made_is_a_failed_call_and_not_an_unrecorded_one(operate: Operate) -> None:
    async with operate(fakes=fakes()) as operation:
        (operation.data_dir / "recordings").write_text("a file where the folder should be")
        with capture_logs() as logs:
            async with operation.call() as (call_id, phone):
                await phone.over()
                assert (await operation.closed(call_id)).disposition is Disposition.FAILED
        assert [entry["event"] for entry in logs if entry["log_level"] == "warning"] == ["recording_impossible"]
        assert await operation.lines(call_id) == []


async def test_the_lease_is_renewed_for_as_long_as_the_call_lasts(
    operate: Operate, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gateway, "LEASE_RENEWAL_S", 0.02)
    async with operate(fakes=fakes()) as operation, operation.call() as (call_id, _):
        await operation.until(greeted, call_id)
        [before] = await operation.rows("SELECT lease_until FROM calls")

        async def later() -> datetime | None:
            [now] = await operation.rows("SELECT lease_until FROM calls")
            return now["lease_until"] if now["lease_until"] > before["lease_until"] else None

        assert await eventually(later) > operation.clock.now()


# --- a process that dies -------------------------------------------------------------------------------------------


async def test_finished_turns_survive_a_killed_process_and_the_call_is_closed_as_failed(
    operate: Operate, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def dead(*_: object) -> None:
        """A killed process cleans nothing up."""

    monkeypatch.setattr(CallHolder, "_finish", dead)
    async with begun(operate) as (operation, call_id, phone):
        at_the_kill = await operation.lines(call_id)
        await phone.hang_up(HangUp.RESET)
    assert at_the_kill, "committed before the kill, read over a connection of another pool"
    assert [each.line.text for each in await operation.lines(call_id)] == [each.line.text for each in at_the_kill]
    now = operation.clock.now()
    assert await operation.store.leases.close_expired(now) == [], "its lease still runs: it might be alive"
    assert await operation.store.leases.close_expired(now + timedelta(seconds=21)) == [call_id]
    outcome = await operation.store.calls.outcome(call_id)
    assert (outcome.disposition, outcome.closed_by) == (Disposition.FAILED, "lease")
    [entry] = await operation.rows("SELECT state, path FROM recordings")
    assert entry["state"] == "open", "doctor and retention find it by this"


async def test_a_turn_that_fails_is_not_the_end_of_the_call(operate: Operate, monkeypatch: pytest.MonkeyPatch) -> None:
    real, failures = Conversation.hear, iter([RecordsUnavailable("away for one turn")])

    async def fails_once(self: Conversation, *arguments: object) -> object:
        for failure in failures:
            raise failure
        return await real(self, *arguments)  # type: ignore[arg-type]  # passed on as they came

    monkeypatch.setattr(Conversation, "hear", fails_once)
    with capture_logs() as logs:
        async with operate(fakes=fakes("sim", "sim, sou eu")) as operation, operation.call() as (call_id, phone):
            await operation.until(greeted, call_id)
            await phone.say(yes())

            async def noted() -> bool | None:
                return any(entry["event"] == "turn_failed" for entry in logs) or None

            await eventually(noted)
            await phone.say(yes())
            await operation.until(asked, call_id)
    assert "sim, sou eu" not in repr(logs), "what the caller said is in no log"


# --- a database that goes away ---------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def server() -> Iterator[MortalServer]:
    with mortal_server() as running:
        yield running


@pytest.mark.postgres
async def test_a_call_goes_on_while_the_database_is_away_and_nothing_is_lost(
    server: MortalServer, tmp_path: Path
) -> None:
    database = Database(server.url, patience_s=20)  # a slow machine is no dead database
    given = fakes("sim, sou eu")
    async with operating(database, server.url, tmp_path, fakes=given) as operation:
        async with operation.call() as (call_id, phone):
            await operation.until(greeted, call_id)
            await asyncio.to_thread(server.stop)
            await phone.say(yes())

            async def answered() -> bool | None:
                """Ask the voice: the record cannot be asked."""
                return len(given.voice.spoken) >= 5 or None

            await eventually(answered)
            assert not phone.is_over, "the caller notices nothing"
            refused = await operation.post("/telephony/twilio/voice", {"CallSid": "CA7", "From": "+5511988880001"})
            assert 'reason="busy"' in refused.text, "new calls are politely refused"
        await asyncio.to_thread(server.start)
        await operation.store.records.settled()
        outcome = await operation.closed(call_id)
        lines = await operation.lines(call_id)
    await database.dispose()
    assert outcome.disposition is Disposition.HUNG_UP
    assert [each.index for each in lines] == list(range(len(lines)))
    assert [each.line.text for each in lines if each.line.speaker == "agent"] == given.voice.spoken
    assert "sim, sou eu" in [each.line.text for each in lines]


@pytest.mark.postgres
async def test_audio_without_a_notice_is_erased_also_while_the_database_is_away(
    server: MortalServer, tmp_path: Path
) -> None:
    database = Database(server.url, patience_s=20)  # a slow machine is no dead database
    async with operating(database, server.url, tmp_path, fakes=fakes()) as operation:
        async with operation.call() as (call_id, _):
            await operation.until(greeted, call_id)
            [file] = (tmp_path / "recordings").iterdir()
            await asyncio.to_thread(server.stop)

        async def erased() -> bool | None:
            return not file.exists() or None

        await eventually(erased)
        await asyncio.to_thread(server.start)
        await operation.store.records.settled()
        assert (await operation.closed(call_id)).disposition is Disposition.HUNG_UP
    await database.dispose()
