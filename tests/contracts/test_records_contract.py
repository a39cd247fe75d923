"""What every `CallRecords` must do: the fake in memory and the real one in PostgreSQL, alone and behind the buffer."""

from __future__ import annotations

import uuid
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest

from voicebot.application.call_record import CallRecords, UnknownCall
from voicebot.application.ports import MarkOutcome, Records, Speaker, SpokenLine
from voicebot.domain.dialogue.phases import Direction, Disposition, Phase
from voicebot.persistence.buffered import BufferedRecords
from voicebot.persistence.database import Database
from voicebot.persistence.records import PostgresRecords
from voicebot.persistence.sealed import generate_key, read_key
from voicebot.testing.memory_records import MemoryRecords

NOW = datetime(2026, 11, 23, 13, 0, tzinfo=timezone(timedelta(hours=-3)))
AGREEMENT: dict[str, object] = {
    "id": "o1",
    "total": "1065.34",
    "method": "pix",
    "channel": "whatsapp",
    "confirmed": True,
}


@dataclass(frozen=True)
class Side:
    """One implementation: what the conversation writes to, and what everything else reads from."""

    writes: Records
    reads: CallRecords

    async def begin(
        self,
        *,
        debtor_ref: str | None = None,
        debtor_name: str | None = None,
        debtor_state: str | None = None,
        creditor_name: str | None = None,
        phone: str | None = None,
        provider_call_id: str | None = None,
    ) -> str:
        return await self.reads.begin(
            str(uuid.uuid4()),
            direction=Direction.OUTBOUND,
            provider="simulator",
            at=NOW,
            debtor_ref=debtor_ref,
            debtor_name=debtor_name,
            debtor_state=debtor_state,
            creditor_name=creditor_name,
            phone=phone,
            provider_call_id=provider_call_id,
        )


@pytest.fixture(params=["memory", "postgres", "buffered"])
async def side(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Side]:
    if request.param == "memory":
        memory = MemoryRecords()
        yield Side(memory, memory)
        return
    database = Database(request.getfixturevalue("database_url"), patience_s=20.0)
    records = PostgresRecords(database)
    if request.param == "postgres":
        yield Side(records, records)
    else:
        async with BufferedRecords(records, tmp_path / "spool", read_key(generate_key())) as buffered:
            yield Side(buffered, records)
    await database.dispose()


def said(text: str, speaker: Speaker = Speaker.AGENT, **more: object) -> SpokenLine:
    return SpokenLine(speaker, text, NOW, 1.25, 2.5, **more)  # type: ignore[arg-type]  # rows of a table


async def test_lines_get_indexes_from_zero_and_come_back_whole(side: Side) -> None:
    call = await side.begin()
    first = said("Bom dia.", acts=("Greet",), phase=Phase.OPENING, response_ms=312.5)
    second = said("Alô, é a Ana.", Speaker.CALLER, intent="identity_confirm", confidence=0.93)

    assert [await side.writes.add_line(call, first), await side.writes.add_line(call, second)] == [0, 1]

    recorded = await side.reads.lines_since(call, 0)
    assert [(each.index, each.line, each.heard) for each in recorded] == [(0, first, None), (1, second, None)]


async def test_following_a_call_gives_only_what_is_new(side: Side) -> None:
    call = await side.begin()
    for text in ("um", "dois", "três"):
        await side.writes.add_line(call, said(text))

    assert [each.line.text for each in await side.reads.lines_since(call, 2)] == ["três"]
    assert await side.reads.lines_since(call, 3) == []
    assert await side.reads.next_line(call) == 3


async def test_two_calls_do_not_mix(side: Side) -> None:
    one, other = await side.begin(), await side.begin()
    await side.writes.add_line(one, said("para um"))

    assert await side.writes.add_line(other, said("para outro")) == 0
    assert [each.line.text for each in await side.reads.lines_since(one, 0)] == ["para um"]


async def test_marks_say_what_was_heard_and_the_last_word_counts(side: Side) -> None:
    call = await side.begin()
    for text in ("um", "dois"):
        await side.writes.add_line(call, said(text))
    await side.writes.mark(call, 0, MarkOutcome.CLEARED, NOW)
    await side.writes.mark(call, 0, MarkOutcome.PLAYED, NOW)

    assert [each.heard for each in await side.reads.lines_since(call, 0)] == [MarkOutcome.PLAYED, None]


@pytest.mark.parametrize(
    ("outcome", "given"),
    [
        pytest.param(MarkOutcome.PLAYED, True, id="heard to its end"),
        pytest.param(MarkOutcome.CLEARED, False, id="cut off before its end"),
    ],
)
async def test_the_recording_notice_counts_once_heard(side: Side, outcome: MarkOutcome, given: bool) -> None:
    call = await side.begin()
    await side.writes.add_line(call, said("A ligação é gravada.", acts=("NoticeRecording",)))
    await side.writes.mark(call, 0, outcome, NOW)

    assert (await side.reads.outcome(call)).notice_given_at == (NOW if given else None)


async def test_the_transcript_is_the_contracts_json(side: Side) -> None:
    call = await side.begin(creditor_name="Lojas Aurora", debtor_name="Ana", debtor_state="SP", debtor_ref="D001")
    await side.writes.add_line(call, said("Bom dia.", acts=("Greet",), phase=Phase.OPENING))
    await side.writes.agree(call, AGREEMENT, NOW)
    await side.writes.close(call, Disposition.AGREEMENT, NOW)

    found = await side.reads.transcript(call)

    started = found.pop("started_at")
    assert datetime.fromisoformat(started) == NOW
    assert datetime.fromisoformat(started).tzinfo is not None
    assert found == {
        "call_id": call,
        "direction": "outbound",
        "language": "pt-BR",
        "creditor": "Lojas Aurora",
        "debtor_name": "Ana",
        "debtor_state": "SP",
        "agent_kind": "bot",
        "disposition": "agreement",
        "turns": [
            {
                "speaker": "agent",
                "text": "Bom dia.",
                "start_s": 1.25,
                "end_s": 2.5,
                "acts": ["Greet"],
                "heard": None,
                "phase": "opening",
                "intent": None,
            }
        ],
        "agreement": AGREEMENT,
    }


async def test_the_outcome_gathers_what_came_of_the_call(side: Side) -> None:
    call = await side.begin(debtor_ref="D001", phone="+5511988880001")
    later = NOW + timedelta(days=2)
    told = {"reason": "illness", "urgency": "today", "summary": "pede ajuda"}
    await side.writes.record_event(call, "escalation", told, NOW)
    await side.writes.record_event(call, "callback", {"at": later.isoformat()}, NOW)
    await side.writes.refuse(call, "MakeOffer/1", "carried-figures", NOW)
    await side.writes.suppress(call, "dispute", later, NOW)
    await side.writes.suppress(call, "stop", None, NOW)
    await side.writes.close(call, Disposition.CALLBACK, NOW)

    found = await side.reads.outcome(call)

    assert found.debtor_ref == "D001" == await side.reads.debtor_ref_of_call(call)
    assert found.escalations == (("illness", "today", "pede ajuda"),)
    assert found.callbacks == (later,)
    assert found.suppressions == (("dispute", later), ("stop", None))
    assert (found.incidents, found.disposition, found.closed_at) == (1, Disposition.CALLBACK, NOW)


async def test_a_later_agreement_takes_the_earlier_ones_place(side: Side) -> None:
    call = await side.begin()
    await side.writes.agree(call, AGREEMENT, NOW)
    await side.writes.agree(call, {**AGREEMENT, "total": "998.75"}, NOW)

    assert (await side.reads.outcome(call)).agreement == {**AGREEMENT, "total": "998.75"}


async def test_the_first_disposition_stays(side: Side) -> None:
    call = await side.begin()
    await side.writes.close(call, Disposition.REFUSED, NOW)
    await side.writes.close(call, Disposition.HUNG_UP, NOW + timedelta(seconds=1))

    found = await side.reads.outcome(call)
    assert (found.disposition, found.closed_at, found.closed_by) == (Disposition.REFUSED, NOW, "owner")


async def test_a_call_is_begun_once_for_one_provider_call(side: Side) -> None:
    first = await side.begin(provider_call_id="CA1")

    assert await side.begin(provider_call_id="CA1") == first
    assert await side.begin(provider_call_id="CA2") != first
    assert await side.reads.find_call_by_provider_id("simulator", "CA1") == first
    assert await side.reads.find_call_by_provider_id("twilio", "CA1") is None


async def test_only_the_owner_keeps_a_lease(side: Side) -> None:
    call = await side.begin()
    until = NOW + timedelta(seconds=20)

    assert await side.reads.attach_media(call, provider_call_id="CA9", owner="me", lease_until=until, at=NOW)
    assert await side.reads.renew_lease(call, "me", until)
    assert not await side.reads.renew_lease(call, "somebody else", until)
    assert await side.reads.find_call_by_provider_id("simulator", "CA9") == call


async def test_a_call_has_one_stream_whoever_asks_for_another(side: Side) -> None:
    call, until = await side.begin(), NOW + timedelta(seconds=20)
    assert await side.reads.attach_media(call, provider_call_id="CA9", owner="one", lease_until=until, at=NOW)
    for owner in ("one", "another"):
        assert not await side.reads.attach_media(call, provider_call_id="CA9", owner=owner, lease_until=until, at=NOW)
    assert await side.reads.renew_lease(call, "one", until), "it is still the first one's"


async def test_only_a_call_without_audio_is_closed_as_unanswered(side: Side) -> None:
    rang, held = await side.begin(), await side.begin()
    until = NOW + timedelta(seconds=20)
    assert await side.reads.attach_media(held, provider_call_id=None, owner="me", lease_until=until, at=NOW)
    assert await side.reads.close_unanswered(rang, Disposition.BUSY, NOW)
    assert await side.reads.close_unanswered(rang, Disposition.NO_ANSWER, NOW), "the same report, late"
    assert not await side.reads.close_unanswered(held, Disposition.NO_ANSWER, NOW)
    # Its owner dies: the report that nobody answered is as wrong as before.
    await side.reads.close_expired(until + timedelta(seconds=1))
    assert not await side.reads.close_unanswered(held, Disposition.NO_ANSWER, until)
    ends = [(await side.reads.outcome(call)).disposition for call in (rang, held)]
    assert ends == [Disposition.BUSY, Disposition.FAILED]
    with pytest.raises(UnknownCall):
        await side.reads.close_unanswered("not-a-uuid", Disposition.BUSY, NOW)


async def test_an_expired_lease_closes_the_call_as_failed_and_no_other(side: Side) -> None:
    lost, live, unowned = await side.begin(), await side.begin(), await side.begin()
    for call, ends in ((lost, NOW), (live, NOW + timedelta(minutes=1))):
        await side.reads.attach_media(call, provider_call_id=None, owner="me", lease_until=ends, at=NOW)

    later = NOW + timedelta(seconds=1)
    assert await side.reads.close_expired(later) == [lost]
    assert await side.reads.close_expired(later) == []

    found = await side.reads.outcome(lost)
    assert (found.disposition, found.closed_by) == (Disposition.FAILED, "lease")
    assert (await side.reads.outcome(live)).disposition is None
    assert (await side.reads.outcome(unowned)).disposition is None
    assert not await side.reads.renew_lease(lost, "me", later + timedelta(minutes=1))
    assert not await side.reads.attach_media(lost, provider_call_id=None, owner="me", lease_until=later, at=later)


async def test_an_owner_that_comes_back_has_the_last_word_over_its_lease(side: Side) -> None:
    call = await side.begin()
    await side.reads.attach_media(call, provider_call_id=None, owner="me", lease_until=NOW, at=NOW)
    await side.reads.close_expired(NOW + timedelta(seconds=1))

    await side.writes.close(call, Disposition.AGREEMENT, NOW)

    assert (await side.reads.outcome(call)).disposition is Disposition.AGREEMENT


@pytest.mark.parametrize("call_id", ["9f1c0e62-2c43-4c4e-9a35-3c8f6f1f7d11", "not-a-uuid", ""])
async def test_a_call_never_begun_is_unknown(side: Side, call_id: str) -> None:
    with pytest.raises(UnknownCall):
        await side.writes.add_line(call_id, said("Alô?"))
    with pytest.raises(UnknownCall):
        await side.writes.close(call_id, Disposition.FAILED, NOW)
    with pytest.raises(UnknownCall):
        await side.reads.transcript(call_id)
    with pytest.raises(UnknownCall):
        await side.reads.outcome(call_id)


async def test_a_mark_for_a_line_that_is_not_there_is_refused(side: Side) -> None:
    call = await side.begin()
    with pytest.raises(UnknownCall, match="no line 3"):
        await side.writes.mark(call, 3, MarkOutcome.PLAYED, NOW)


@pytest.mark.parametrize("at", ["2026-11-25T10:00:00", ""], ids=["naive", "missing"])
async def test_a_callback_needs_an_instant(side: Side, at: str) -> None:
    call = await side.begin()
    with pytest.raises(ValueError, match=r"offset|isoformat"):
        await side.writes.record_event(call, "callback", {"at": at}, NOW)


async def test_instants_come_back_aware(side: Side) -> None:
    call = await side.begin()
    found = await side.reads.outcome(call)
    assert found.started_at == NOW.astimezone(UTC)
    assert found.started_at.utcoffset() is not None
