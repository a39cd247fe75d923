from __future__ import annotations

import json

import pytest

from telephony.providers.simulator.wire import (
    CODE_MESSAGE,
    CODE_PAYLOAD,
    Clear,
    Line,
    Mark,
    Order,
    Play,
    Sender,
    StreamError,
    read_order,
)

SID = "MZ1"


def order(event: str, **body: object) -> str:
    return json.dumps({"event": event, "streamSid": SID, **body})


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(order("media", media={"payload": "//8="}), Play(b"\xff\xff"), id="media"),
        pytest.param(order("mark", mark={"name": "m"}), Mark("m"), id="mark"),
        pytest.param(order("clear"), Clear(), id="clear"),
    ],
)
def test_orders_are_read(text: str, expected: Order) -> None:
    assert read_order(text, SID) == expected


@pytest.mark.parametrize(
    ("data", "code"),
    [
        pytest.param(b"{}", CODE_MESSAGE, id="binary"),
        pytest.param("{", CODE_MESSAGE, id="not JSON"),
        pytest.param("[]", CODE_MESSAGE, id="not an object"),
        pytest.param(order("dance"), CODE_MESSAGE, id="unknown event"),
        pytest.param(order("clear").replace(SID, "MZ2"), CODE_MESSAGE, id="wrong streamSid"),
        pytest.param('{"event": "clear"}', CODE_MESSAGE, id="no streamSid"),
        pytest.param(order("mark", mark={}), CODE_MESSAGE, id="nameless mark"),
        pytest.param(order("media"), CODE_PAYLOAD, id="no payload"),
        pytest.param(order("media", media={"payload": "?"}), CODE_PAYLOAD, id="bad base64"),
        pytest.param(order("media", media={"payload": "UklGRgAA"}), CODE_PAYLOAD, id="a WAV header"),
    ],
)
def test_what_the_provider_would_refuse_is_an_error(data: str | bytes, code: int) -> None:
    found = read_order(data, SID)
    assert isinstance(found, StreamError)
    assert found.code == code


def test_numbers_go_out_as_strings_and_count_up() -> None:
    sender = Sender(Line())
    messages = [json.loads(m) for m in (sender.start(), sender.media(b"a", 0), sender.media(b"b", 20), sender.stop())]
    assert [m["sequenceNumber"] for m in messages] == ["1", "2", "3", "4"]
    assert [(m["media"]["chunk"], m["media"]["timestamp"]) for m in messages[1:3]] == [("1", "0"), ("2", "20")]
    assert json.loads(sender.connected()) == {"event": "connected", "protocol": "Call", "version": "1.0.0"}
