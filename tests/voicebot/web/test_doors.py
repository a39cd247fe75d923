"""The webhooks: whoever is not the provider is turned away before anything has happened."""

from __future__ import annotations

import uuid
from pathlib import Path
from xml.etree import ElementTree

import pytest

from telephony.providers.simulator.phone import Phone
from telephony.providers.simulator.wire import Line, new_sid
from tests.voicebot.web.stage import (
    ACCOUNT,
    ANA_PHONE,
    AUTH_TOKEN,
    MEDIA,
    PUBLIC,
    STATUS,
    VOICE,
    Operation,
    eventually,
    operating,
    signature,
    socket_headers,
)
from voicebot.domain.compliance.vocabulary import DEBT_WORDS
from voicebot.domain.dialogue.phases import Disposition
from voicebot.persistence.database import Database
from voicebot.web.busy_line import NOT_REGISTERED, UNKNOWN

CALL_IN = {"CallSid": "CA" + "2" * 32, "From": ANA_PHONE, "To": "+551130000000"}
REJECTED = '<Response><Reject reason="rejected" /></Response>'
BUSY = '<Response><Reject reason="busy" /></Response>'


async def untouched(operation: Operation) -> bool:
    """Nothing was begun, no token was made."""
    return await operation.rows("SELECT 1 FROM calls UNION ALL SELECT 1 FROM call_tokens") == []


@pytest.mark.parametrize(
    "given",
    [
        pytest.param("", id="none"),
        pytest.param("bm90IGEgc2lnbmF0dXJl", id="made up"),
        pytest.param(signature(PUBLIC + VOICE, CALL_IN, token="another token"), id="another account's"),
        pytest.param(signature(PUBLIC + VOICE, {**CALL_IN, "From": "+5511900000000"}), id="of another form"),
        pytest.param("não é ascii", id="not even ASCII"),
    ],
)
async def test_an_unsigned_webhook_is_refused_and_nothing_happens(operation: Operation, given: str) -> None:
    for path in (VOICE, STATUS):
        answer = await operation.post(path, CALL_IN, headers={"X-Twilio-Signature": given})
        assert (answer.status_code, answer.content) == (403, b"")
    assert await untouched(operation)


@pytest.mark.parametrize(
    "signed",
    [
        pytest.param("https://evil.example" + VOICE, id="another host"),
        pytest.param("https://bot.example:8443" + VOICE, id="another port"),
        pytest.param("http://bot.example" + VOICE, id="http"),
        pytest.param(PUBLIC + VOICE + "/", id="a slash more"),
        pytest.param(PUBLIC + STATUS, id="another path"),
        pytest.param(PUBLIC + VOICE + "?call_ref=1", id="a query that was not sent"),
    ],
)
async def test_a_signature_counts_for_its_own_address_only(operation: Operation, signed: str) -> None:
    answer = await operation.post(VOICE, CALL_IN, sign=signed)
    assert answer.status_code == 403
    assert await untouched(operation)


@pytest.mark.parametrize(
    "spoof",
    [
        pytest.param({"Host": "evil.example"}, id="Host"),
        pytest.param({"X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "https"}, id="X-Forwarded-Host"),
        pytest.param({"Forwarded": "host=evil.example;proto=https"}, id="Forwarded"),
        pytest.param({"X-Original-URL": "/healthz"}, id="X-Original-URL"),
    ],
)
async def test_no_header_says_what_the_public_address_is(operation: Operation, spoof: dict[str, str]) -> None:
    evil = await operation.post(
        VOICE, CALL_IN, headers={**spoof, "X-Twilio-Signature": signature("https://evil.example" + VOICE, CALL_IN)}
    )
    assert evil.status_code == 403
    assert await untouched(operation)
    honest = await operation.post(VOICE, CALL_IN, headers=spoof)
    assert "wss://bot.example/telephony/twilio/media" in honest.text
    assert "evil" not in honest.text


async def test_the_query_is_part_of_what_is_signed(operation: Operation) -> None:
    call_id = await operation.outbound()
    form = {"CallSid": new_sid("CA")}
    stolen = await operation.post(f"{VOICE}?call_ref={call_id}", form, sign=PUBLIC + VOICE)
    assert stolen.status_code == 403
    assert await operation.rows("SELECT 1 FROM call_tokens") == []


async def test_an_answered_call_gets_one_stream_with_a_token_and_then_a_hang_up(operation: Operation) -> None:
    call_id = await operation.outbound()
    answer = await operation.post(f"{VOICE}?call_ref={call_id}", {"CallSid": new_sid("CA")})
    root = ElementTree.fromstring(answer.text)  # noqa: S314 - our own gateway wrote it
    assert [verb.tag for verb in root] == ["Connect", "Hangup"]
    [stream] = root[0]
    told_at = {"statusCallback": f"{PUBLIC}/telephony/twilio/stream", "statusCallbackMethod": "POST"}
    assert stream.attrib == {"url": f"wss://bot.example{MEDIA}", **told_at}
    [parameter] = stream
    assert (parameter.tag, parameter.get("name")) == ("Parameter", "token")
    token = parameter.get("value") or ""
    assert len(token) >= 32
    assert answer.headers["content-type"].startswith("text/xml")
    hashes = await operation.rows("SELECT sha256 FROM call_tokens")
    assert len(hashes) == 1
    assert token.encode() not in bytes(hashes[0]["sha256"]), "the database never holds the token itself"


@pytest.mark.parametrize(
    "reference",
    [
        pytest.param(str(uuid.UUID(int=7)), id="a call that was never placed"),
        pytest.param("1", id="no id at all"),
        pytest.param("", id="empty"),
        pytest.param("%27%3BDROP%20TABLE%20calls%3B--", id="an injection"),
        pytest.param("..%2F..%2Fetc%2Fpasswd", id="a path"),
        pytest.param("%00", id="a NUL"),
        pytest.param("{9F1C0E62-2C43-4C4E-9A35-3C8F6F1F7D11}", id="another spelling of a UUID"),
    ],
)
async def test_a_call_we_did_not_place_is_rejected(operation: Operation, reference: str) -> None:
    answer = await operation.post(f"{VOICE}?call_ref={reference}", {"CallSid": new_sid("CA")})
    assert answer.status_code == 200
    assert REJECTED in answer.text
    assert await untouched(operation)


@pytest.mark.parametrize(
    "number",
    [
        pytest.param("+5511911112222", id="not in the portfolio"),
        pytest.param("anonymous", id="withheld"),
        pytest.param("", id="missing"),
        pytest.param("+55119' OR '1'='1", id="an injection"),
        pytest.param("\x00", id="a NUL"),
    ],
)
async def test_an_unknown_caller_is_answered_kindly_and_leaves_no_trace(operation: Operation, number: str) -> None:
    assert operation.app is not None
    line = operation.app.state.gateway.busy_line
    line.audio.pop(UNKNOWN, None)
    first = await operation.post(VOICE, {"CallSid": new_sid("CA"), "From": number})
    assert first.status_code == 200
    assert f'<Say language="pt-BR">{NOT_REGISTERED}</Say>' in first.text, "our voice has not said it yet"
    line.made({UNKNOWN: b"RIFF"})
    then = await operation.post(VOICE, {"CallSid": new_sid("CA"), "From": number})
    assert f"<Play>{PUBLIC}/telephony/busy/unknown.wav</Play>" in then.text
    assert all(verb not in first.text + then.text for verb in ("Reject", "Dial", "Stream"))
    assert await untouched(operation)


def test_the_words_for_an_unknown_caller_tell_nothing() -> None:
    assert not DEBT_WORDS.search(NOT_REGISTERED)


async def test_a_webhook_sent_twice_begins_one_call(operation: Operation) -> None:
    for _ in range(3):
        assert (await operation.post(VOICE, CALL_IN)).status_code == 200
    calls = await operation.rows("SELECT direction, debtor_ref, provider_call_id FROM calls")
    assert calls == [{"direction": "inbound", "debtor_ref": "D001", "provider_call_id": CALL_IN["CallSid"]}]


async def test_when_every_line_is_taken_the_next_caller_hears_busy_and_the_call_in_progress_goes_on(
    database: Database, database_url: str, tmp_path: Path
) -> None:
    async with operating(database, database_url, tmp_path, max_calls=1) as operation:
        call_id, line = await operation.line()
        async with Phone(line).attached(operation.media_url, headers=socket_headers()) as phone:
            await operation.until(lambda lines: bool(lines), call_id)
            answer = await operation.post(VOICE, CALL_IN)
            assert BUSY in answer.text
            assert await operation.open_calls() == [call_id], "the caller who heard busy is not on record"
            assert not phone.is_over
        await operation.closed(call_id)

        async def taken() -> str | None:
            answer = await operation.post(VOICE, CALL_IN)
            return None if BUSY in answer.text else answer.text

        assert "<Connect>" in await eventually(taken), "a line that is free again takes calls"


@pytest.mark.parametrize(
    ("reported", "expected"),
    [
        ("busy", Disposition.BUSY),
        ("no-answer", Disposition.NO_ANSWER),
        ("canceled", Disposition.NO_ANSWER),
        ("failed", Disposition.FAILED),
    ],
)
async def test_a_call_nobody_took_is_closed_with_its_reason(
    operation: Operation, reported: str, expected: Disposition
) -> None:
    call_id = await operation.outbound()
    path = f"{STATUS}?call_ref={call_id}"
    answer = await operation.post(path, {"CallSid": new_sid("CA"), "CallStatus": reported})
    assert answer.status_code == 204
    assert (await operation.closed(call_id)).disposition is expected


async def test_a_storm_of_late_and_repeated_reports_leaves_the_first_outcome(operation: Operation) -> None:
    call_id = await operation.outbound()
    path = f"{STATUS}?call_ref={call_id}"
    for reported in ("busy", "busy", "no-answer", "failed", "ringing", "initiated", "completed", "nonsense", ""):
        answer = await operation.post(path, {"CallSid": new_sid("CA"), "CallStatus": reported})
        assert answer.status_code == 204
    assert (await operation.closed(call_id)).disposition is Disposition.BUSY


@pytest.mark.parametrize("reference", [str(uuid.UUID(int=7)), "1", "%27%3B--"])
async def test_a_report_on_an_unknown_call_changes_nothing(operation: Operation, reference: str) -> None:
    for reported in ("busy", "ringing"):
        answer = await operation.post(f"{STATUS}?call_ref={reference}", {"CallSid": "CA1", "CallStatus": reported})
        assert answer.status_code == 204
    assert await untouched(operation)


async def test_while_it_rings_the_first_lines_are_made_ready(operation: Operation) -> None:
    call_id = await operation.outbound()
    form = {"CallSid": new_sid("CA"), "CallStatus": "ringing"}
    await operation.post(f"{STATUS}?call_ref={call_id}", form)
    prepared = operation.fakes.voice.prepared
    assert any("Ana" in line for line in prepared)
    async with operation.call() as (other, _):
        await operation.until(lambda lines: len(lines) >= 2, other)


async def test_the_words_made_ready_are_the_words_said(operation: Operation) -> None:
    call_id = await operation.outbound()
    form = {"CallSid": new_sid("CA"), "CallStatus": "ringing"}
    await operation.post(f"{STATUS}?call_ref={call_id}", form)
    foreseen = list(operation.fakes.voice.prepared)
    token = await operation.answered(call_id, form["CallSid"])
    line = Line(call_sid=form["CallSid"], account_sid=ACCOUNT, parameters={"token": token})
    async with Phone(line).attached(operation.media_url, headers=socket_headers()):
        lines = await operation.until(lambda lines: len(lines) >= len(foreseen), call_id)
    assert [each.line.text for each in lines][: len(foreseen)] == foreseen


@pytest.mark.parametrize("path", ["/docs", "/openapi.json", "/redoc"])
async def test_nothing_tells_a_stranger_what_doors_there_are(operation: Operation, path: str) -> None:
    assert (await operation.post(path, {})).status_code == 404


async def test_no_secret_shows_in_an_answer(operation: Operation) -> None:
    answer = await operation.post(VOICE, CALL_IN)
    assert AUTH_TOKEN not in answer.text
    assert ANA_PHONE not in answer.text
    assert "Ana" not in answer.text
