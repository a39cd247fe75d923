from __future__ import annotations

import base64
import json
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from telephony.errors import ProtocolError, Violation
from telephony.providers.simulator.wire import Line, Sender
from telephony.providers.twilio.media import (
    MESSAGE_MAX_BYTES,
    Connected,
    DigitPressed,
    MarkReturned,
    Media,
    Message,
    Started,
    Stopped,
    StreamReader,
)

LINE = Line(parameters={"token": "t1"})


def started() -> StreamReader:
    reader = StreamReader()
    reader.read(Sender(LINE).start())
    return reader


def altered(message: str, **changes: Any) -> str:
    """Give the message with fields replaced; `a__b` is field b in object a, None removes."""
    body = json.loads(message)
    for path, value in changes.items():
        *outer, last = path.split("__")
        inner = body
        for key in outer:
            inner = inner[key]
        inner.pop(last, None)
        if value is not None:
            inner[last] = value
    return json.dumps(body)


def test_a_whole_stream_reads_as_it_was_sent() -> None:
    reader, sender = StreamReader(), Sender(LINE)
    script = [sender.connected(), sender.start(), sender.media(b"\xff" * 160, 0), sender.dtmf("5")]
    script += [sender.mark("m1"), sender.stop()]
    read: list[Message] = [reader.read(message) for message in script]
    start = read[1]
    assert isinstance(start, Started)
    assert (start.start.call_sid, start.start.stream_sid) == (LINE.call_sid, LINE.stream_sid)
    assert start.start.parameters["token"] == "t1"
    assert read[0] == Connected()
    assert read[2:] == [Media(b"\xff" * 160), DigitPressed("5"), MarkReturned("m1"), Stopped()]


MEDIA = Sender(LINE).media(b"\xff" * 160, 0)


@pytest.mark.parametrize(
    ("data", "violation"),
    [
        pytest.param("{", Violation.MALFORMED_JSON, id="cut JSON"),
        pytest.param("[]", Violation.MALFORMED_JSON, id="not an object"),
        pytest.param("[" * 60_000, Violation.MALFORMED_JSON, id="nested beyond the stack"),
        pytest.param("9" * 5_000, Violation.MALFORMED_JSON, id="a number Python will not read"),
        pytest.param(b"{}", Violation.BINARY_FRAME, id="binary frame"),
        pytest.param("x" * (MESSAGE_MAX_BYTES + 1), Violation.TOO_LARGE, id="too large"),
        pytest.param(altered(MEDIA, event="dance"), Violation.UNKNOWN_EVENT, id="unknown event"),
        pytest.param(altered(MEDIA, event=None), Violation.BAD_FIELD, id="no event"),
        pytest.param(altered(MEDIA, event=["media"]), Violation.BAD_FIELD, id="event is a list"),
        pytest.param(altered(MEDIA, streamSid="MZ0"), Violation.WRONG_STREAM, id="wrong streamSid"),
        pytest.param(altered(MEDIA, streamSid=None), Violation.WRONG_STREAM, id="no streamSid"),
        pytest.param(altered(MEDIA, media="x"), Violation.BAD_FIELD, id="media is no object"),
        pytest.param(altered(MEDIA, media__payload="a-b_"), Violation.BAD_BASE64, id="bad base64"),
        pytest.param(altered(MEDIA, media__payload="é"), Violation.BAD_BASE64, id="payload not ASCII"),
        pytest.param(altered(MEDIA, media__payload=""), Violation.BAD_FIELD, id="empty payload"),
        pytest.param(altered(MEDIA, media__payload=7), Violation.BAD_FIELD, id="payload is a number"),
        pytest.param(altered(MEDIA, media__track="outbound"), Violation.BAD_FIELD, id="our own track"),
        pytest.param(altered(Sender(LINE).dtmf("5"), dtmf__digit="55"), Violation.BAD_FIELD, id="two keys"),
        pytest.param(altered(Sender(LINE).dtmf("5"), dtmf__digit="A"), Violation.BAD_FIELD, id="no such key"),
        pytest.param(altered(Sender(LINE).mark("m"), mark__name=None), Violation.BAD_FIELD, id="nameless mark"),
        pytest.param(Sender(LINE).start(), Violation.SECOND_START, id="second start"),
        pytest.param(Sender(LINE).connected(), Violation.SECOND_START, id="connected again"),
    ],
)
def test_bad_messages_are_named_and_change_nothing(data: str | bytes, violation: Violation) -> None:
    reader = started()
    with pytest.raises(ProtocolError) as refusal:
        reader.read(data)
    assert refusal.value.violation is violation
    assert reader.read(MEDIA) == Media(b"\xff" * 160)


@pytest.mark.parametrize(
    ("changes", "violation"),
    [
        pytest.param({"start__customParameters": {}}, Violation.NO_TOKEN, id="no token"),
        pytest.param({"start__customParameters": {"token": ""}}, Violation.NO_TOKEN, id="empty token"),
        pytest.param({"start__customParameters": {"token": 1}}, Violation.BAD_FIELD, id="token is a number"),
        pytest.param({"start__customParameters": ["token"]}, Violation.BAD_FIELD, id="parameters are a list"),
        pytest.param({"start__callSid": None}, Violation.BAD_FIELD, id="no call"),
        pytest.param({"start__callSid": "CA1\n"}, Violation.BAD_FIELD, id="newline in an id"),
        pytest.param({"start__callSid": "../" * 9}, Violation.BAD_FIELD, id="a path for an id"),
        pytest.param({"start__accountSid": None}, Violation.BAD_FIELD, id="no account"),
        pytest.param({"start__streamSid": "MZ0"}, Violation.WRONG_STREAM, id="two stream ids"),
        pytest.param({"start__mediaFormat__sampleRate": 16_000}, Violation.BAD_FORMAT, id="16 kHz"),
        pytest.param({"start__mediaFormat__encoding": "audio/x-alaw"}, Violation.BAD_FORMAT, id="A-law"),
        pytest.param({"start__mediaFormat__channels": 2}, Violation.BAD_FORMAT, id="stereo"),
        pytest.param({"start": []}, Violation.BAD_FIELD, id="start is a list"),
    ],
)
def test_a_bad_start_starts_nothing(changes: dict[str, Any], violation: Violation) -> None:
    reader = StreamReader()
    with pytest.raises(ProtocolError) as refusal:
        reader.read(altered(Sender(LINE).start(), **changes))
    assert refusal.value.violation is violation
    with pytest.raises(ProtocolError, match="before_start"):
        reader.read(MEDIA)


def test_media_before_start_and_after_stop_is_refused() -> None:
    with pytest.raises(ProtocolError, match="before_start"):
        StreamReader().read(MEDIA)
    reader = started()
    reader.read(Sender(LINE).stop())
    with pytest.raises(ProtocolError, match="after_stop"):
        reader.read(MEDIA)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=10), inner, max_size=4),
    max_leaves=12,
)


@given(
    event=st.sampled_from(["start", "media", "dtmf", "mark", "stop", "connected"]),
    body=JSON,
    extra=st.dictionaries(st.text(max_size=10), JSON, max_size=3),
)
def test_any_json_gives_a_message_or_a_protocol_error(event: str, body: Any, extra: dict[str, Any]) -> None:
    text = json.dumps(extra | {"event": event, "streamSid": LINE.stream_sid, event: body})
    with suppress(ProtocolError):
        assert started().read(text) is not None


@given(data=st.text(max_size=200) | st.binary(max_size=200))
def test_no_text_of_the_peer_reaches_the_error(data: str | bytes) -> None:
    secret = "segredo-52998224725"
    for text in (secret, json.dumps({"event": secret}), altered(MEDIA, media__payload=secret)):
        with pytest.raises(ProtocolError) as refusal:
            started().read(text)
        assert secret not in str(refusal.value)
        assert refusal.value.__cause__ is None
    with pytest.raises(ProtocolError):
        started().read(data)


@given(audio=st.binary(min_size=1, max_size=320))
def test_audio_survives_the_wire(audio: bytes) -> None:
    assert started().read(Sender(LINE).media(audio, 20)) == Media(audio)
    assert base64.b64encode(audio).decode() not in repr(Media(audio))
