"""The media socket: one signed, one-time way in, and a peer that breaks the protocol harms nobody but itself."""

from __future__ import annotations

import base64
import json
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from structlog.testing import capture_logs
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus

from telephony.line_serializer import BAD_MESSAGES_MAX
from telephony.providers.simulator.phone import Phone
from telephony.providers.simulator.wire import Line, new_sid
from tests.voicebot.web.stage import (
    ACCOUNT,
    MEDIA,
    MORNING,
    Operation,
    Socket,
    eventually,
    operating,
    signature,
    socket,
    socket_headers,
)
from voicebot.domain.dialogue.phases import Disposition
from voicebot.persistence.database import Database

POLICY_VIOLATION = 1008
SILENT_FRAME = b"\xff" * 160


async def no_call_took_place(operation: Operation) -> bool:
    return await operation.rows("SELECT 1 FROM call_lines UNION ALL SELECT 1 FROM recordings") == []


def refused(logs: Sequence[Mapping[str, Any]]) -> list[object]:
    return [entry["why"] for entry in logs if entry["event"] == "media_refused"]


# --- who may come in -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "headers",
    [
        pytest.param({}, id="none"),
        pytest.param({"X-Twilio-Signature": "bm8="}, id="made up"),
        pytest.param({"X-Twilio-Signature": signature(f"https://bot.example{MEDIA}")}, id="over https"),
        pytest.param({"X-Twilio-Signature": signature("wss://bot.example/telephony/media")}, id="another path"),
        pytest.param({"X-Twilio-Signature": signature(f"wss://evil.example{MEDIA}")}, id="another host"),
        pytest.param({"X-Twilio-Signature": signature(f"wss://bot.example{MEDIA}", token="x")}, id="another account"),
    ],
)
async def test_an_unsigned_socket_is_never_opened(operation: Operation, headers: dict[str, str]) -> None:
    with capture_logs() as logs, pytest.raises(InvalidStatus) as refusal:
        async with connect(operation.media_url, additional_headers=headers, proxy=None):
            pass
    assert refusal.value.response.status_code == 403
    assert refused(logs) == ["signature"]


@pytest.mark.parametrize(
    ("parameters", "why"),
    [
        pytest.param({}, "ProtocolError", id="missing"),
        pytest.param({"token": ""}, "ProtocolError", id="empty"),
        pytest.param({"Token": "x"}, "ProtocolError", id="another name"),
        pytest.param({"token": "a" * 43}, "token", id="made up"),
        pytest.param({"token": "' OR 1=1 --"}, "token", id="an injection"),
        pytest.param({"token": "\x00"}, "token", id="a NUL"),
        pytest.param({"token": "\ud800"}, "token", id="no Unicode"),
    ],
)
async def test_no_call_without_its_token(operation: Operation, parameters: dict[str, str], why: str) -> None:
    with capture_logs() as logs:
        async with socket(operation, Line(account_sid=ACCOUNT, parameters=parameters)) as peer:
            await peer.start()
            assert await peer.closing() == POLICY_VIOLATION
    assert refused(logs) == [why]
    assert await no_call_took_place(operation)


async def test_a_token_opens_one_socket_once(operation: Operation) -> None:
    call_id, line = await operation.line()
    async with Phone(line).attached(operation.media_url, headers=socket_headers()) as phone:
        await operation.until(lambda lines: bool(lines), call_id)
        async with socket(operation, replace(line, stream_sid=new_sid("MZ"))) as second:
            await second.start()
            assert await second.closing() == POLICY_VIOLATION
        assert not phone.is_over, "the call in progress is not disturbed"
    await operation.closed(call_id)
    async with socket(operation, line) as late:
        await late.start()
        assert await late.closing() == POLICY_VIOLATION


async def test_a_second_fresh_token_does_not_split_a_live_call(operation: Operation) -> None:
    """A signed webhook can be replayed, and gives a new token: the call in progress still has one stream."""
    call_id, line = await operation.line()
    async with Phone(line).attached(operation.media_url, headers=socket_headers()) as phone:
        await operation.until(lambda lines: bool(lines), call_id)
        fresh = await operation.answered(call_id, line.call_sid)
        with capture_logs() as logs:
            async with socket(operation, replace(line, parameters={"token": fresh})) as second:
                await second.start()
                assert await second.closing() == POLICY_VIOLATION
        assert refused(logs) == ["token"], "a call whose media flows takes no second one, whichever gateway is asked"
        assert not phone.is_over
    assert (await operation.closed(call_id)).disposition is Disposition.HUNG_UP


async def test_a_token_is_bound_to_its_provider_call(operation: Operation) -> None:
    call_id, line = await operation.line()
    async with socket(operation, replace(line, call_sid=new_sid("CA"))) as thief:
        await thief.start()
        assert await thief.closing() == POLICY_VIOLATION
    assert await no_call_took_place(operation)
    async with Phone(line).attached(operation.media_url, headers=socket_headers()):
        assert await operation.until(lambda lines: bool(lines), call_id), "the thief has not used the token up"


async def test_an_expired_token_is_worth_nothing(database: Database, database_url: str, tmp_path: Path) -> None:
    clock = SetClock()
    async with operating(database, database_url, tmp_path, clock=clock, token_ttl_s=60.0) as operation:
        _, line = await operation.line()
        clock.seconds = 61
        async with socket(operation, line) as late:
            await late.start()
            assert await late.closing() == POLICY_VIOLATION
        assert await no_call_took_place(operation)


async def test_a_token_of_a_closed_call_is_worth_nothing(operation: Operation) -> None:
    call_id, line = await operation.line()
    await operation.store.records.close(call_id, Disposition.NO_ANSWER, MORNING)
    async with socket(operation, line) as late:
        await late.start()
        assert await late.closing() == POLICY_VIOLATION
    assert await no_call_took_place(operation)


# --- a start that does not come as it should ------------------------------------------------------------------------


async def test_a_socket_that_says_nothing_is_closed_soon(operation: Operation) -> None:
    with capture_logs() as logs:
        async with socket(operation) as mute:
            assert await mute.closing() == POLICY_VIOLATION
    assert refused(logs) == ["StreamTimeout"]


async def test_connected_alone_does_not_hold_a_socket_open(operation: Operation) -> None:
    with capture_logs() as logs:
        async with socket(operation) as slow:
            await slow.connection.send(slow.sender.connected())
            assert await slow.closing() == POLICY_VIOLATION
    assert refused(logs) == ["StreamTimeout"]


async def test_a_peer_that_leaves_before_the_start_is_noted(operation: Operation) -> None:
    with capture_logs() as logs:
        async with socket(operation) as shy:
            await shy.connection.close()

        async def noted() -> list[object] | None:
            return refused(logs) or None

        await eventually(noted)
    assert refused(logs) == ["closed before it started"]


@pytest.mark.parametrize(
    "first",
    [
        pytest.param("{", id="malformed JSON"),
        pytest.param("[]", id="no object"),
        pytest.param(b"\x00\x01", id="binary"),
        pytest.param('{"event": "media", "streamSid": "MZ1", "media": {"payload": "//8="}}', id="media before start"),
        pytest.param('{"event": "stop", "streamSid": "MZ1"}', id="stop before start"),
        pytest.param('{"event": "start", "streamSid": "MZ1", "start": {}}', id="a start without content"),
        pytest.param('{"event": ' + "[" * 20_000, id="deep nesting"),
        pytest.param('{"event": "start", "streamSid": "../../etc/passwd", "start": {}}', id="a sid that is a path"),
    ],
)
async def test_a_bad_first_message_closes_the_socket(operation: Operation, first: str | bytes) -> None:
    with capture_logs() as logs:
        async with socket(operation) as peer:
            await peer.connection.send(first)
            assert await peer.closing() == POLICY_VIOLATION
    assert refused(logs) == ["ProtocolError"]
    assert await no_call_took_place(operation)


# --- a peer that misbehaves in mid-call ------------------------------------------------------------------------------


@asynccontextmanager
async def in_progress(operation: Operation) -> AsyncIterator[tuple[str, Socket, Line]]:
    """A call that has begun, its greeting on record, its peer steered by hand."""
    call_id, line = await operation.line()
    async with socket(operation, line) as peer:
        await peer.start()
        await operation.until(lambda lines: len(lines) >= 2, call_id)
        yield call_id, peer, line


def message(line: Line, event: str, body: object, *, stream: str | None = None) -> str:
    return json.dumps({"event": event, "streamSid": stream or line.stream_sid, event: body})


GOOD = base64.b64encode(SILENT_FRAME).decode()
BAD_MESSAGES: dict[str, Callable[[Line], str | bytes]] = {
    "malformed JSON": lambda line: '{"event": "media"',
    "another stream": lambda line: message(line, "media", {"payload": GOOD}, stream="MZ" + "0" * 32),
    "bad base64": lambda line: message(line, "media", {"payload": "não é"}),
    "no payload": lambda line: message(line, "media", {}),
    "empty payload": lambda line: message(line, "media", {"payload": ""}),
    "binary": lambda line: b"\xff" * 320,
    "unknown event": lambda line: message(line, "transfer", {"to": "+19005550100"}),
    "a second start": lambda line: message(line, "start", {"callSid": "CA1", "accountSid": ACCOUNT}),
    "a key that is none": lambda line: message(line, "dtmf", {"digit": "A"}),
    "a mark nobody asked for": lambda line: message(line, "mark", {"name": "99"}),
    "a mark that is no number": lambda line: message(line, "mark", {"name": "' OR 1=1"}),
    "the outbound track": lambda line: message(line, "media", {"payload": GOOD, "track": "outbound"}),
    "over 64 characters of digits": lambda line: message(line, "dtmf", {"digit": "5" * 65}),
}


@pytest.mark.parametrize("kind", BAD_MESSAGES)
async def test_one_bad_message_is_logged_and_the_call_goes_on(operation: Operation, kind: str) -> None:
    with capture_logs() as logs:
        async with in_progress(operation) as (call_id, peer, line):
            await peer.connection.send(BAD_MESSAGES[kind](line))
            await peer.connection.send(peer.sender.dtmf("5"))
            for frame in range(90):  # 1.8 s of the caller's silence: the keypad's pause is 1.5 s
                await peer.connection.send(peer.sender.media(SILENT_FRAME, frame * 20))
            lines = await operation.until(lambda lines: any("teclado" in each.line.text for each in lines), call_id)
            assert len(lines) >= 3
            await peer.connection.send(peer.sender.stop())
            await peer.connection.close()
            assert (await operation.closed(call_id)).disposition is Disposition.HUNG_UP
    [noted] = [entry for entry in logs if entry["event"] == "bad media message ignored"]
    assert noted["log_level"] == "warning"


async def test_a_flood_of_bad_messages_ends_the_call_and_keeps_its_record(operation: Operation) -> None:
    async with in_progress(operation) as (call_id, peer, _):
        for _ in range(BAD_MESSAGES_MAX + 5):
            await peer.connection.send("?")
        await peer.closing()
        assert (await operation.closed(call_id)).disposition is Disposition.HUNG_UP
        assert len(await operation.lines(call_id)) == 2


async def test_a_megabyte_in_one_message_ends_the_call_and_keeps_its_record(operation: Operation) -> None:
    async with in_progress(operation) as (call_id, peer, line):
        await peer.connection.send(message(line, "media", {"payload": "A" * 1_000_000}))
        assert await peer.closing() == 1009
        assert (await operation.closed(call_id)).disposition is Disposition.HUNG_UP
        assert len(await operation.lines(call_id)) == 2


async def test_audio_far_faster_than_time_is_not_swallowed(operation: Operation) -> None:
    """Half an hour of audio in a second: most of it is refused, and the gateway lets the peer go."""
    async with in_progress(operation) as (call_id, peer, line):
        minute = message(line, "media", {"payload": base64.b64encode(b"\xff" * 40_000).decode()})  # 5 s
        for _ in range(6 + BAD_MESSAGES_MAX + 5):
            await peer.connection.send(minute)
        await peer.closing()
        assert (await operation.closed(call_id)).disposition is not None


async def test_stop_then_more_media_changes_nothing(operation: Operation) -> None:
    async with in_progress(operation) as (call_id, peer, _):
        await peer.connection.send(peer.sender.stop())
        for frame in range(5):
            await peer.connection.send(peer.sender.media(SILENT_FRAME, frame * 20))
        await peer.connection.close()
        assert (await operation.closed(call_id)).disposition is Disposition.HUNG_UP


class SetClock:
    """Stands at the stage's morning, `seconds` later."""

    seconds = 0.0

    def now(self) -> datetime:
        return MORNING + timedelta(seconds=self.seconds)
