from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from telephony.errors import ProtocolError, Violation
from telephony.providers.asterisk.media import (
    MESSAGE_MAX_BYTES,
    Complained,
    DigitPressed,
    MarkReturned,
    Media,
    MediaReader,
    Nothing,
    Started,
    order,
)

STARTED = Started("17.1", "slin")


def told(event: str, **values: object) -> str:
    return json.dumps({"event": event, "channel_id": "17.1"} | values)


def test_the_start_as_asterisk_22_sends_it() -> None:
    message = told(
        "MEDIA_START",
        connection_id="voicebot",
        channel="WebSocket/voicebot/0x7f",
        format="slin",
        optimal_frame_size=320,
        ptime=20,
        channel_variables={},
    )
    assert MediaReader().read(message) == STARTED


@pytest.mark.parametrize(
    ("data", "message"),
    [
        pytest.param(b"\x01\x00" * 160, Media(b"\x01\x00" * 160), id="audio"),
        pytest.param(told("DTMF_END", digit="#"), DigitPressed("#"), id="key"),
        pytest.param(told("MEDIA_MARK_PROCESSED", correlation_id="7"), MarkReturned("7"), id="mark"),
        pytest.param(told("ERROR", error_text="x"), Complained(), id="complaint"),
        pytest.param(told("MEDIA_XOFF"), Nothing(), id="queue nearly full"),
        pytest.param('{"event":"QUEUE_DRAINED"}', Nothing(), id="without a channel, as older ones send it"),
    ],
)
def test_messages_are_read(data: str | bytes, message: object) -> None:
    assert MediaReader(STARTED).read(data) == message


@pytest.mark.parametrize(
    ("data", "violation"),
    [
        pytest.param(b"", Violation.BAD_FIELD, id="no audio"),
        pytest.param(b"\x00" * 321, Violation.BAD_FIELD, id="half a sample"),
        pytest.param(b"\x00" * (MESSAGE_MAX_BYTES + 2), Violation.TOO_LARGE, id="a second of junk in one message"),
        pytest.param("x" * (MESSAGE_MAX_BYTES + 1), Violation.TOO_LARGE, id="endless text"),
        pytest.param("DTMF_END digit:1", Violation.MALFORMED_JSON, id="plain text"),
        pytest.param("[" * 50_000, Violation.MALFORMED_JSON, id="a deep nest"),
        pytest.param("7", Violation.MALFORMED_JSON, id="no object"),
        pytest.param("{}", Violation.BAD_FIELD, id="no event"),
        pytest.param('{"event":7}', Violation.BAD_FIELD, id="an event that is no word"),
        pytest.param(told("DANCE"), Violation.UNKNOWN_EVENT, id="an event of nobody's"),
        pytest.param(told("DTMF_END", digit="12"), Violation.BAD_FIELD, id="two keys in one"),
        pytest.param(told("DTMF_END"), Violation.BAD_FIELD, id="no key"),
        pytest.param(told("MEDIA_XON", channel_id="17.2"), Violation.WRONG_STREAM, id="another channel's"),
        pytest.param(told("MEDIA_START", format="slin"), Violation.SECOND_START, id="a second start"),
    ],
)
def test_what_breaks_a_rule_is_named(data: str | bytes, violation: Violation) -> None:
    with pytest.raises(ProtocolError) as refusal:
        MediaReader(STARTED).read(data)
    assert refusal.value.violation is violation


@pytest.mark.parametrize(
    ("data", "violation"),
    [
        pytest.param(b"\x00\x00", Violation.BEFORE_START, id="audio"),
        pytest.param(told("MEDIA_XON"), Violation.BEFORE_START, id="news"),
        pytest.param(told("MEDIA_START", format="opus"), Violation.BAD_FORMAT, id="a codec that is not spoken"),
        pytest.param('{"event":"MEDIA_START","format":"slin"}', Violation.BAD_FIELD, id="no channel"),
        pytest.param(told("MEDIA_START", format="slin", channel_id=""), Violation.BAD_FIELD, id="an empty channel"),
    ],
)
def test_nothing_but_a_right_start_may_come_first(data: str | bytes, violation: Violation) -> None:
    reader = MediaReader()
    with pytest.raises(ProtocolError) as refusal:
        reader.read(data)
    assert refusal.value.violation is violation
    assert reader.read(told("MEDIA_START", format="alaw")) == Started("17.1", "alaw")


@given(st.binary(max_size=400))
def test_audio_is_taken_as_it_is_or_refused(data: bytes) -> None:
    if data and len(data) % 2 == 0:
        assert MediaReader(STARTED).read(data) == Media(data)
    else:
        with pytest.raises(ProtocolError):
            MediaReader(STARTED).read(data)


@given(st.one_of(st.text(max_size=200), st.dictionaries(st.text(), st.text()).map(json.dumps)))
def test_text_that_is_no_event_is_refused(data: str) -> None:
    for reader in (MediaReader(), MediaReader(STARTED)):
        with pytest.raises(ProtocolError):
            reader.read(data)


def test_an_order_that_asterisk_would_drop_is_not_written() -> None:
    assert order("MARK_MEDIA", correlation_id="7") == '{"command":"MARK_MEDIA","correlation_id":"7"}'
    with pytest.raises(ProtocolError, match="128 bytes"):
        order("MARK_MEDIA", correlation_id="7" * 100)
