"""Two gateways on one database: a report may reach either of them, and does what it does to the call all the same."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest
from structlog.testing import capture_logs

from telephony.providers.simulator.phone import Phone
from telephony.providers.simulator.wire import Line, new_sid
from tests.voicebot.web.stage import ACCOUNT, STATUS, Operation, eventually, operating, socket, socket_headers
from voicebot.domain.dialogue.phases import Disposition
from voicebot.persistence.campaigns import PostgresCampaigns
from voicebot.persistence.database import Database
from voicebot.web.gateway import Gateway
from voicebot.web.twilio_routes import AMD

pytestmark = pytest.mark.timeout(60)
Pair = tuple[Operation, Operation]


@asynccontextmanager
async def both(database: Database, url: str, folder: Path, *, max_calls: int = 8) -> AsyncIterator[Pair]:
    async with (
        operating(database, url, folder / "a", start_timeout_s=0.5, max_calls=max_calls) as first,
        operating(database, url, folder / "b", start_timeout_s=0.5, max_calls=max_calls) as second,
    ):
        yield first, second


@pytest.fixture
async def pair(database: Database, database_url: str, tmp_path: Path) -> AsyncIterator[Pair]:
    async with both(database, database_url, tmp_path) as running:
        yield running


async def report(operation: Operation, call_id: str, call_sid: str, status: str) -> int:
    form = {"CallSid": call_sid, "CallStatus": status, "SequenceNumber": "3"}
    return (await operation.post(f"{STATUS}?call_ref={call_id}", form)).status_code


@pytest.mark.parametrize("status", ["no-answer", "busy", "failed", "canceled"])
async def test_no_replayed_report_closes_a_call_that_another_gateway_holds(pair: Pair, status: str) -> None:
    holder, other = pair
    async with holder.call() as (call_id, phone):
        await holder.until(lambda lines: bool(lines), call_id)
        assert await report(other, call_id, phone.line.call_sid, status) == 204
        assert await holder.open_calls() == [call_id]
        await phone.hang_up()
    assert (await holder.closed(call_id)).disposition is Disposition.HUNG_UP
    assert await report(other, call_id, phone.line.call_sid, status) == 204
    assert (await holder.store.calls.outcome(call_id)).disposition is Disposition.HUNG_UP


async def test_a_report_on_a_call_that_rang_counts_whichever_gateway_gets_it(pair: Pair) -> None:
    first, other = pair
    call_id, call_sid = await first.outbound(), new_sid("CA")
    assert await report(first, call_id, call_sid, "ringing") == 204
    assert await report(other, call_id, call_sid, "no-answer") == 204
    assert (await first.store.calls.outcome(call_id)).disposition is Disposition.NO_ANSWER


async def test_a_webhook_replayed_to_another_gateway_gives_no_second_stream(pair: Pair) -> None:
    holder, other = pair
    async with holder.call() as (call_id, phone):
        await holder.until(lambda lines: bool(lines), call_id)
        token = await other.answered(call_id, phone.line.call_sid)
        stolen = Line(call_sid=phone.line.call_sid, account_sid=ACCOUNT, parameters={"token": token})
        async with socket(other, stolen) as thief:
            await thief.start()
            assert await thief.closing() == 1008
        [row] = await holder.rows("SELECT owner, closed_at FROM calls")
        assert row == {"owner": _gateway(holder).desk.owner, "closed_at": None}
        await phone.hang_up()
    await holder.closed(call_id)


async def test_an_opinion_finds_its_call_by_way_of_the_other_gateway_once(pair: Pair) -> None:
    holder, other = pair

    async def tell(operation: Operation, call_sid: str, answered_by: str) -> None:
        form = {"CallSid": call_sid, "AnsweredBy": answered_by}
        assert (await operation.post(f"{AMD}?call_ref={call_id}", form)).status_code == 204

    call_id, line = await holder.line()
    with capture_logs() as logs:
        await tell(other, line.call_sid, "fax")  # before its media: not in progress anywhere
        async with Phone(line).attached(holder.media_url, headers=socket_headers()):
            await holder.until(lambda lines: bool(lines), call_id)
            await tell(other, new_sid("CA"), "fax")
            await tell(other, line.call_sid, "machine_start")
            await tell(other, line.call_sid, "human")

            async def heard() -> bool | None:
                # A chore of the running gateway does this twice a second.
                await _gateway(holder).look_for_opinions()
                return any(each["event"] == "answered_by" for each in logs) or None

            await eventually(heard)
            await tell(holder, line.call_sid, "human")
        await holder.closed(call_id)
    assert [each["opinion"] for each in logs if each["event"] == "answered_by"] == ["machine_start"]


async def test_a_full_gateway_is_not_ready_while_another_has_room(
    database: Database, database_url: str, tmp_path: Path
) -> None:
    async with both(database, database_url, tmp_path, max_calls=1) as (full, other):
        campaigns, now = PostgresCampaigns(database), full.clock.now()
        for each in (full, other):
            await campaigns.announce(_gateway(each).desk.owner, 1, now)
        assert [await _lines(each) for each in (full, other)] == [(200, "ok"), (200, "ok")]
        async with full.call() as (call_id, phone):
            await full.until(lambda lines: bool(lines), call_id)
            assert [await _lines(each) for each in (full, other)] == [(503, "all taken"), (200, "ok")]
            # Not ready is for new calls alone: the one in progress goes on.
            assert await full.open_calls() == [call_id]
            async with other.call("D003") as (second, also):
                await other.until(lambda lines: bool(lines), second)
                assert [await _lines(each) for each in (full, other)] == [(200, "ok"), (200, "ok")], "all are full"
                await also.hang_up()
            await other.closed(second)
            await phone.hang_up()
        await full.closed(call_id)


async def _lines(operation: Operation) -> tuple[int, str]:
    async with httpx.AsyncClient(trust_env=False) as client:
        answer = await client.get(f"{operation.url}/readyz")
    return answer.status_code, answer.json()["checks"]["lines"]


def _gateway(operation: Operation) -> Gateway:
    if operation.app is None:
        raise LookupError("this gateway runs elsewhere")
    found: Gateway = operation.app.state.gateway
    return found
